using Rocket.Host.Tests.CommandLine;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Xunit;

namespace Rocket.Host.Tests.Formats;

/// <summary>A node of this version on the data folder of a node of each version.</summary>
public sealed class GoldenNodeTests
{
    public static TheoryData<string> Versions => [.. Directory.GetDirectories(GoldenNode.Root).Select(folder => Path.GetFileName(folder)!)];

    [SkippableFact]
    public async Task Write_a_golden_folder()
    {
        var folder = Environment.GetEnvironmentVariable("ROCKET_WRITE_GOLDEN");
        Skip.If(string.IsNullOrEmpty(folder), "ROCKET_WRITE_GOLDEN names no folder to write to");
        await using var rocket = await RocketProcess.StartAsync();
        await GoldenNode.FillAsync(rocket);
        await GoldenNode.AssertAllThereAsync(rocket);
        Assert.Equal(0, await rocket.StopAsync());
        FolderCopy.Make(rocket.DataDir, Path.Combine(folder!, "node"));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Everything_is_served_and_goes_on(string version)
    {
        await using var rocket = GoldenNode.PrepareCopy(version);
        await VerifyAsync(rocket.DataDir);

        await rocket.StartAgainAsync();

        await GoldenNode.AssertAllThereAsync(rocket);
        await using (var client = await rocket.ConnectAsync())
        {
            var next = await client.SendAsync(SendRequest.For(GoldenNode.Topic, "by a later version")).Succeeded();
            Assert.Equal((4, 1L), (next.QueueOffset, next.OffsetMessageIds.Single().PhysicalOffset >> 40));
            var another = await client.SendAsync(SendRequest.For("GoldenNext", "an ordinal that nobody had")).Succeeded();
            Assert.Equal(2L, another.OffsetMessageIds.Single().PhysicalOffset >> 40);
        }

        Assert.Equal(0, await rocket.StopAsync());
        await VerifyAsync(rocket.DataDir);
        Assert.Contains("epoch=2.0", (await HostProcess.RunAsync(rocket.DataDir, "dump", "placement/broker-a")).Output, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Its_lock_its_ordinals_and_its_placement_are_shown(string version)
    {
        var metadata = await HostProcess.RunAsync(GoldenNode.FolderOf(version), "dump", "brokers/broker-a/metadata/00000000000000000000.log");
        Assert.Equal(0, metadata.ExitCode);
        Assert.Contains("\\\"clientId\\\":\\\"golden-client\\\"", metadata.Output, StringComparison.Ordinal);
        Assert.Contains("{\\\"topic\\\":\\\"Golden\\\",\\\"queueId\\\":1,\\\"ordinal\\\":0,\\\"basePosition\\\":0}", metadata.Output, StringComparison.Ordinal);
        Assert.Contains("{\\\"topic\\\":\\\"Golden\\\",\\\"queueId\\\":0,\\\"ordinal\\\":1,\\\"basePosition\\\":0}", metadata.Output, StringComparison.Ordinal);
        Assert.Contains("epoch=1.0 version=1 master=node1 inSync=node1 wantedMaster=node1", (await HostProcess.RunAsync(GoldenNode.FolderOf(version), "dump", "placement/broker-a")).Output, StringComparison.Ordinal);
    }

    private static async Task VerifyAsync(string data)
    {
        var verified = await HostProcess.RunAsync(data, "verify", data);
        Assert.True(verified.ExitCode == 0, verified.Output + verified.Errors);
        Assert.EndsWith("nothing is wrong\n", verified.Output, StringComparison.Ordinal);
    }
}
