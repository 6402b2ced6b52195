using Rocket.Host.Tests.Clustering;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Connections;
using Xunit;

namespace Rocket.Host.Tests.ManualFailover;

/// <summary>A slave that is there and does not keep up: it is silent, or its disk is full.</summary>
[Collection(ClusteringCollection.Name)]
public sealed class SlowSlaveTests
{
    [Fact]
    public async Task A_send_that_a_silent_slave_does_not_take_in_time_is_stored_and_answered_12()
    {
        await using var pair = await ManualPair.StartAsync(
            more: ["rocket.broker-defaults.slave-timeout = 300ms", "rocket.broker-defaults.degrade-after = 30s", "rocket.replication.dead-after = 30s"]);
        var topic = await pair.CreateTopicAsync();
        Assert.Equal((ResponseCode.Success, 0L), await pair.SendAsync("node2", "broker-b", topic, "first"));
        pair["node1"].Run.Signal("STOP");
        Assert.Equal((ResponseCode.FlushSlaveTimeout, 1L), await pair.SendAsync("node2", "broker-b", topic, "second"));
        pair["node1"].Run.Signal("CONT");
        Assert.Equal(2L, await pair.SendUntilAsync(ResponseCode.Success, "node2", "broker-b", topic));
        Assert.Equal(["first", "second", "body"], await pair.ReadAsync("node2", "broker-b", topic));
    }

    [Fact]
    public async Task A_message_that_is_handed_back_is_not_taken_until_whoever_leads_next_has_it()
    {
        await using var pair = await ManualPair.StartAsync(more: ["rocket.broker-defaults.slave-timeout = 300ms", "rocket.broker-defaults.degrade-after = 5s"]);
        var topic = await pair.CreateTopicAsync();
        Assert.Equal((ResponseCode.Success, 0L), await pair.SendAsync("node2", "broker-b", topic, "failed"));
        await using var client = await pair.ConnectAsync("node2", "broker-b");
        var returned = new SendBackRequest((await client.ReadOneAsync(topic, 0, 0)).PhysicalOffset, UniqueNames.Group());
        await client.SendBackAsync(returned).Succeeded();
        pair["node1"].Run.Signal("STOP");

        var unsafely = await client.SendBackAsync(returned);

        Assert.Equal((ResponseCode.SystemError, "FLUSH_SLAVE_TIMEOUT"), (unsafely.Code, unsafely.Remark));

        // It goes on alone: nobody else may lead, so what it has is not lost to its consumers.
        await Eventually.HoldsAsync(async () => (await client.SendBackAsync(returned)).IsSuccess, ProcessCluster.Patience);
        Assert.Equal(ResponseCode.SlaveNotAvailable, (await pair.SendAsync("node2", "broker-b", topic)).Code);
        pair["node1"].Run.Signal("CONT");
    }

    [SkippableFact]
    public async Task A_slave_on_a_full_disk_holds_nobody_up_and_counts_again_once_there_is_space()
    {
        using var disk = SmallDisk.TryMount(megabytes: 64);
        Skip.If(disk is null, "mounting a tmpfs needs root");
        await using var pair = await ManualPair.StartAsync(Path.Combine(disk.Folder, "data"));
        var topic = await pair.CreateTopicAsync();
        Assert.Equal((ResponseCode.Success, 0L), await pair.SendAsync("node2", "broker-b", topic, "first"));
        var filler = disk.FillUp();
        var codes = new List<int>();
        await Eventually.HoldsAsync(
            async () =>
            {
                codes.Add((await pair.SendAsync("node2", "broker-b", topic, new string('x', 10_000))).Code);
                return codes.Count > 50 && codes.TakeLast(20).Distinct().Count() == 1 && pair["node1"].Run.Output.Contains("No space left", StringComparison.Ordinal);
            },
            ProcessCluster.Patience,
            () => string.Join(", ", codes.TakeLast(50)));
        Assert.Empty(codes.Except([ResponseCode.Success, ResponseCode.SlaveNotAvailable, ResponseCode.FlushSlaveTimeout]));
        Assert.Equal(ResponseCode.SlaveNotAvailable, codes[^1]);
        Assert.Equal(codes.Count + 1, (await pair.ReadAsync("node2", "broker-b", topic)).Count);

        File.Delete(filler);
        await pair.WaitUntilLedAsync("broker-b", "node2", "node1, node2");
        await pair.WaitUntilLedAsync("broker-a", "node1", "node1, node2");
        await pair.SendUntilAsync(ResponseCode.Success, "node2", "broker-b", topic);
        var all = await pair.ReadAsync("node2", "broker-b", topic);
        await pair["node2"].Run.KillAsync();
        await pair.VoteOutAsync("node1", "node2");
        await pair.WaitUntilLedAsync("broker-b", "node1", "node1");
        Assert.Equal(all, await pair.ReadAsync("node1", "broker-b", topic));
    }
}
