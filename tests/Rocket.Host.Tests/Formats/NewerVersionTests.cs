using Rocket.Host.Tests.CommandLine;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Xunit;

namespace Rocket.Host.Tests.Formats;

/// <summary>What a newer version wrote is refused with file and version, by the smallest part that can be refused, and is left as it is.</summary>
public sealed class NewerVersionTests
{
    private const string Metadata = "brokers/broker-a/metadata";
    private const string FirstSegment = "00000000000000000000";

    [Theory]
    [InlineData("Golden@0", ".log")]
    [InlineData("Golden@1", ".index")]
    [InlineData("Golden@0", ".keys")]
    [InlineData("Golden@1", "checkpoint")]
    public async Task A_file_of_a_queue_refuses_the_queue(string queue, string kind)
    {
        await using var rocket = GoldenNode.PrepareCopy();
        var folder = Path.Combine(rocket.DataDir, "brokers/broker-a/queues", queue);
        var file = Raise(folder, kind);

        await VerifyNamesAsync(rocket.DataDir, file);
        await StartNamesAsync(rocket, $"Queue {queue} of broker-a is not served: {file} has format version 2, this program knows up to version 1");
        await using var client = await rocket.ConnectAsync();
        var other = queue == "Golden@0" ? 1 : 0;
        Assert.Equal(other == 1 ? 1 : 4, (await client.ReadQueueAsync(GoldenNode.Topic, other)).Count);
    }

    [Theory]
    [InlineData(".log")]
    [InlineData(".index")]
    [InlineData("checkpoint")]
    public async Task A_file_of_the_metadata_refuses_the_broker(string kind)
    {
        await using var rocket = GoldenNode.PrepareCopy();
        var file = Raise(Path.Combine(rocket.DataDir, Metadata), kind);

        await VerifyNamesAsync(rocket.DataDir, file);
        await StartNamesAsync(rocket, $"Broker broker-a is not served, its metadata log cannot be used: {file} has format version 2, this program knows up to version 1");
    }

    [Fact]
    public async Task A_record_of_the_metadata_refuses_the_broker()
    {
        await using var rocket = GoldenNode.PrepareCopy();
        await NewerFiles.AppendEventAsync(rocket.DataDir, "td", """{"topic":"Golden"}""", format: 2);
        var verified = await HostProcess.RunAsync(rocket.DataDir, "verify", rocket.DataDir);
        Assert.Equal(1, verified.ExitCode);
        Assert.Contains("its format version 2 is newer than this program knows; the start refuses", verified.Output, StringComparison.Ordinal);
        await StartNamesAsync(rocket, $"{Path.Combine(rocket.DataDir, Metadata)}, position ");
        Assert.Contains("has format version 2, this program knows up to version 1", rocket.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_event_under_a_manifest_that_is_not_known_refuses_the_broker()
    {
        await using var rocket = GoldenNode.PrepareCopy();
        await NewerFiles.AppendEventAsync(rocket.DataDir, "zz", """{"new":"thing"}""");
        var verified = await HostProcess.RunAsync(rocket.DataDir, "verify", rocket.DataDir);
        Assert.Equal(1, verified.ExitCode);
        Assert.Contains("Stored metadata 'zz' is unknown to this version", verified.Output, StringComparison.Ordinal);
        await StartNamesAsync(rocket, $"Broker broker-a is not served, its metadata log cannot be used: {Path.Combine(rocket.DataDir, Metadata)}: Stored metadata 'zz' is unknown to this version");
        Assert.Equal(0, await rocket.StopAsync());
    }

    [Fact]
    public async Task A_member_of_an_event_that_is_not_known_is_ignored()
    {
        await using var rocket = GoldenNode.PrepareCopy();
        await NewerFiles.AppendEventAsync(
            rocket.DataDir, "tc", """{"config":{"topic":"Newer","readQueueNums":3,"writeQueueNums":3,"perm":6,"topicSysFlag":0,"order":false,"quota":{"bytes":7}},"by":"x"}""");
        Assert.Equal(0, (await HostProcess.RunAsync(rocket.DataDir, "verify", rocket.DataDir)).ExitCode);
        await rocket.StartAgainAsync();
        await GoldenNode.AssertAllThereAsync(rocket);
        await using var client = await rocket.ConnectAsync();
        Assert.Equal(3, Assert.Single((await client.RouteAsync("Newer").Succeeded()).Route.Queues).ReadQueueNums);
    }

    [Fact]
    public async Task A_placement_register_refuses_the_broker()
    {
        await using var rocket = GoldenNode.PrepareCopy();
        var file = Path.Combine(rocket.DataDir, "placement/broker-a");
        NewerFiles.RaisePlacement(file);

        await VerifyNamesAsync(rocket.DataDir, file);
        await StartNamesAsync(rocket, $"{file} has format version 2, this program knows up to version 1");
        Assert.Contains("Broker broker-a is not served", rocket.Output, StringComparison.Ordinal);
        Assert.Equal(0, await rocket.StopAsync());
    }

    [Fact]
    public async Task The_start_counter_and_the_format_of_the_folder_refuse_the_node()
    {
        await using var rocket = GoldenNode.PrepareCopy();
        var voter = Path.Combine(rocket.DataDir, "placement/@voter");
        NewerFiles.RaisePlacement(voter);
        await VerifyNamesAsync(rocket.DataDir, voter, version: 3);
        Assert.Equal($"{voter} has format version 3, this program knows up to version 2: use the version that wrote it, or a newer one", await RefusedAsync());

        var format = Path.Combine(rocket.DataDir, "format");
        await File.WriteAllTextAsync(format, "rocket-data 2 node1\n");
        await VerifyNamesAsync(rocket.DataDir, format);
        Assert.Contains("was written by a newer Rocket (format 2, this one knows up to 1)", await RefusedAsync(), StringComparison.Ordinal);

        async Task<string> RefusedAsync()
        {
            rocket.StartAgain();
            Assert.Equal(1, await rocket.Run.WaitForExitAsync(TimeSpan.FromSeconds(30)));
            return Assert.Single(rocket.Run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        }
    }

    private static string Raise(string folder, string kind)
    {
        if (kind == "checkpoint")
        {
            NewerFiles.RaiseCheckpoint(Path.Combine(folder, kind));
            return Path.Combine(folder, kind);
        }

        var file = Path.Combine(folder, FirstSegment + kind);
        NewerFiles.RaiseHeader(file);
        return file;
    }

    private static async Task VerifyNamesAsync(string data, string file, int version = 2)
    {
        var verified = await HostProcess.RunAsync(data, "verify", data);
        Assert.Equal(1, verified.ExitCode);
        Assert.Contains(
            verified.Output.Split('\n'),
            line => line.StartsWith($"damage: {file}: it has format version {version}, which is newer than this program knows", StringComparison.Ordinal));
    }

    private static async Task StartNamesAsync(RocketProcess rocket, string line)
    {
        await rocket.StartAgainAsync();
        Assert.Contains(line, rocket.Output, StringComparison.Ordinal);
    }
}
