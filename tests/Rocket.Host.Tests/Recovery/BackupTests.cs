using System.Diagnostics;
using Rocket.Host.Tests.CommandLine;
using Rocket.Host.Tests.Consuming;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Xunit;

namespace Rocket.Host.Tests.Recovery;

/// <summary>Backup and restore, step by step as docs/operations.md says.</summary>
public sealed class BackupTests
{
    [Fact]
    public async Task A_restored_copy_has_everything_that_was_there_when_it_was_made_and_goes_on_from_there()
    {
        await using var rocket = await RocketProcess.StartAsync();
        var backup = Path.Combine(rocket.Folder.FullName, "backup");
        var topic = await rocket.CreateTopicAsync(queues: 2);
        var before = await FillAsync(rocket, topic, offset: 7);
        Assert.Equal(0, await rocket.StopAsync());
        await CopyAsync(rocket.DataDir, backup);
        Assert.Equal(0, (await HostProcess.RunAsync(rocket.Folder.FullName, "verify", backup)).ExitCode);

        await rocket.StartAgainAsync();
        await FillAsync(rocket, topic, offset: 9);
        await rocket.CreateTopicAsync();
        Assert.Equal(0, await rocket.StopAsync());

        Directory.Delete(rocket.DataDir, recursive: true);
        await CopyAsync(backup, rocket.DataDir);
        await rocket.StartAgainAsync();
        await AssertRestoredAsync(rocket, topic, before);
        var after = await FillAsync(rocket, topic, offset: 11);
        await before.AssertAllThereAsync(rocket);
        await after.AssertAllThereAsync(rocket);
        Assert.Equal(0, await rocket.StopAsync());
        Assert.Equal(0, (await HostProcess.RunAsync(rocket.Folder.FullName, "verify", rocket.DataDir)).ExitCode);
    }

    [Fact]
    public async Task A_copy_may_be_restored_to_another_path()
    {
        await using var rocket = await RocketProcess.StartAsync();
        var topic = await rocket.CreateTopicAsync(queues: 2);
        var receipts = await FillAsync(rocket, topic, offset: 7);
        Assert.Equal(0, await rocket.StopAsync());
        var other = Path.Combine(rocket.Folder.FullName, "some where", "else");
        Directory.CreateDirectory(Path.GetDirectoryName(other)!);
        await CopyAsync(rocket.DataDir, other);

        await using var restored = await RocketProcess.StartAsync($"rocket.data-dir=\"{other}\"");

        await AssertRestoredAsync(restored, topic, receipts);
        await FillAsync(restored, topic, offset: 8);
        Assert.Equal(0, await restored.StopAsync());

        // The first one was not touched.
        await rocket.StartAgainAsync();
        await AssertRestoredAsync(rocket, topic, receipts);
    }

    [Fact]
    public async Task A_queue_may_be_restored_alone_and_metadata_without_their_queues_are_noticed()
    {
        await using var rocket = await RocketProcess.StartAsync();
        var topic = await rocket.CreateTopicAsync(queues: 2);
        await SendAsync(rocket, topic, queueId: 0, count: 5);
        Assert.Equal(0, await rocket.StopAsync());
        var backup = Path.Combine(rocket.Folder.FullName, "backup");
        await CopyAsync(rocket.DataDir, backup);
        await rocket.StartAgainAsync();
        await SendAsync(rocket, topic, queueId: 0, count: 5);
        await SendAsync(rocket, topic, queueId: 1, count: 3);
        Assert.Equal(0, await rocket.StopAsync());

        await RestoreAsync($"brokers/broker-a/queues/{topic}@0");
        await rocket.StartAgainAsync();
        await using (var client = await rocket.ConnectAsync())
        {
            Assert.Equal(5, (await client.ReadQueueAsync(topic, 0)).Count);
            Assert.Equal(3, (await client.ReadQueueAsync(topic, 1)).Count);
        }

        await SendAsync(rocket, topic, queueId: 0, count: 1);
        Assert.Equal(0, await rocket.StopAsync());
        Assert.Equal(0, (await HostProcess.RunAsync(backup, "verify", rocket.DataDir)).ExitCode);

        await RestoreAsync("brokers/broker-a/metadata");
        var verified = await HostProcess.RunAsync(backup, "verify", rocket.DataDir);
        Assert.Equal(1, verified.ExitCode);
        Assert.Contains("has ordinal 1, which is unknown in the metadata", verified.Output, StringComparison.Ordinal);
        await rocket.StartAgainAsync();
        Assert.Contains($"Queue {topic}@1 of broker-a is not served: ", rocket.Output, StringComparison.Ordinal);
        await SendAsync(rocket, topic, queueId: 0, count: 1);

        async Task RestoreAsync(string part)
        {
            Directory.Delete(Path.Combine(rocket.DataDir, part), recursive: true);
            await CopyAsync(Path.Combine(backup, part), Path.Combine(rocket.DataDir, part));
        }
    }

    private static async Task SendAsync(RocketProcess rocket, string topic, int queueId, int count)
    {
        await using var client = await rocket.ConnectAsync();
        for (var number = 0; number < count; number++)
        {
            await client.SendAsync(SendRequest.For(topic, $"{number}", queueId: queueId)).Succeeded();
        }
    }

    private static async Task<SendReceipts> FillAsync(RocketProcess rocket, string topic, long offset)
    {
        var receipts = new SendReceipts();
        await using var client = await rocket.ConnectAsync();
        for (var number = 0; number < 100; number++)
        {
            var request = SendRequest.For(topic, $"{number}", keys: UniqueNames.ClientId(), queueId: number % 2);
            receipts.Add(request, await client.SendAsync(request).Succeeded());
        }

        await client.JoinAsync("readers", "client-1", topic);
        await client.UpdateOffsetAsync("readers", topic, 0, offset).Succeeded();
        return receipts;
    }

    /// <summary>Nothing more and nothing less than the receipts, and the offset of the backup.</summary>
    private static async Task AssertRestoredAsync(RocketProcess rocket, string topic, SendReceipts receipts)
    {
        await receipts.AssertAllThereAsync(rocket);
        await using var client = await rocket.ConnectAsync();
        Assert.Equal(50, (await client.MaxOffsetAsync(topic, 0).Succeeded()).Offset);
        Assert.Equal(50, (await client.MaxOffsetAsync(topic, 1).Succeeded()).Offset);
        Assert.Equal(7, (await client.QueryOffsetAsync("readers", topic, 0).Succeeded()).Offset);
    }

    private static async Task CopyAsync(string from, string to)
    {
        if (OperatingSystem.IsWindows())
        {
            FolderCopy.Make(from, to);
            return;
        }

        using var copy = Process.Start("cp", ["-a", from, to]);
        await copy.WaitForExitAsync();
        Assert.Equal(0, copy.ExitCode);
    }
}
