using System.Diagnostics;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Connections;
using Rocket.TestClient.Json;
using Xunit;
using Xunit.Abstractions;

namespace Rocket.Host.Tests.Replication;

/// <summary>Settings of the name server and groups in a cluster whose masters are killed.</summary>
[Collection(ReplicationCollection.Name)]
public sealed class KeyValueFailoverTests(ReplicatedCluster cluster, ITestOutputHelper output)
{
    private static readonly TimeSpan AboutASecond = TimeSpan.FromSeconds(3);

    [Fact]
    public async Task Every_node_tells_a_setting_within_about_a_second_whichever_it_was_put_at()
    {
        await cluster.MakeWholeAsync();
        foreach (var node in cluster.Nodes.Nodes)
        {
            await using var writer = await node.ConnectToNameServerAsync();
            await writer.KvPutAsync("everywhere", node.Name, "value").Succeeded();
            Assert.Equal("value", (await writer.KvGetAsync("everywhere", node.Name).Succeeded()).Value);
            output.WriteLine($"put at {node.Name}, told by all after {(await WaitForAsync("everywhere", node.Name, "value")).TotalMilliseconds:F0} ms");
            await writer.KvDeleteAsync("everywhere", node.Name).Succeeded();
            output.WriteLine($"deleted at {node.Name}, told by none after {(await WaitForAsync("everywhere", node.Name, null)).TotalMilliseconds:F0} ms");
        }
    }

    [Fact]
    public async Task A_killed_master_loses_no_setting_and_no_group_and_settings_can_be_written_at_once()
    {
        await cluster.MakeWholeAsync();
        var group = new SubscriptionGroup(UniqueNames.Group()) { ConsumeEnable = false, RetryMaxTimes = 4 };
        await using (var master = await cluster.Node1.ConnectAsync())
        {
            await master.ChangeGroupAsync(group).Succeeded();
        }

        await using (var names = await cluster.Node1.ConnectToNameServerAsync())
        {
            await names.KvPutAsync("failover", "before", "1").Succeeded();
            await names.KvPutAsync("failover", "gone", "1").Succeeded();
            await names.KvDeleteAsync("failover", "gone").Succeeded();
        }

        await cluster.Node1.Run.KillAsync();

        await using (var names = await cluster.Node2.ConnectToNameServerAsync())
        {
            var watch = Stopwatch.StartNew();
            await Eventually.HoldsAsync(
                async () => (await names.KvPutAsync("failover", "meanwhile", "2")).Code == ResponseCode.Success, TimeSpan.FromSeconds(20));
            output.WriteLine($"written {watch.Elapsed.TotalMilliseconds:F0} ms after the master was killed");
            await names.KvPutAsync("failover", "before", "2").Succeeded();
        }

        await cluster.WaitForPlacementAsync(ReplicatedCluster.BrokerA, "node2", "node2");
        await using (var copy = await ReplicatedCluster.ConnectAsync(cluster.Node2, ReplicatedCluster.BrokerA))
        {
            await Eventually.HoldsAsync(async () => (await copy.GroupConfigAsync(group.GroupName)).Code == ResponseCode.Success);
            Assert.Equal(group, (await copy.GroupConfigAsync(group.GroupName).Succeeded()).Group);
        }

        await cluster.MakeWholeAsync();
        await WaitForAsync("failover", "before", "2");
        await WaitForAsync("failover", "meanwhile", "2");
        await WaitForAsync("failover", "gone", null);
        await using var back = await cluster.Node1.ConnectAsync();
        Assert.Equal(group, (await back.GroupConfigAsync(group.GroupName).Succeeded()).Group);
    }

    /// <summary>Waits until every node tells a setting so; null: none tells it.</summary>
    private async Task<TimeSpan> WaitForAsync(string space, string key, string? value)
    {
        var watch = Stopwatch.StartNew();
        foreach (var node in cluster.Nodes.Nodes)
        {
            await using var names = await node.ConnectToNameServerAsync();
            await Eventually.HoldsAsync(async () => await TellsAsync(names, space, key, value), AboutASecond, () => $"{node.Name}: {space}/{key} is {value}");
        }

        return watch.Elapsed;
    }

    private static async Task<bool> TellsAsync(RemotingConnection names, string space, string key, string? value)
    {
        var answer = await names.KvGetAsync(space, key);
        return value is null ? answer.Code == ResponseCode.QueryNotFound : answer.Code == ResponseCode.Success && answer.Value == value;
    }
}
