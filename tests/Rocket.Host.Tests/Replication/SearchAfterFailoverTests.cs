using Rocket.Host.Tests.Calls;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Json;
using Xunit;

namespace Rocket.Host.Tests.Replication;

/// <summary>What was told of messages before their master died finds them at the next one; groups are wound back there too.</summary>
[Collection(ReplicationCollection.Name)]
public sealed class SearchAfterFailoverTests(ReplicatedCluster cluster)
{
    private const int Count = 50;

    [Fact]
    public async Task Keys_ids_and_times_find_the_same_messages_at_the_next_master_and_groups_are_reset_there()
    {
        await cluster.MakeWholeAsync();
        var (topic, group) = (await cluster.CreateTopicAsync(ReplicatedCluster.BrokerA, queues: 1), UniqueNames.Group());
        var sent = new (SendRequest Request, SendAnswer Answer)[Count];
        long[] times;
        await using (var client = await ReplicatedCluster.ConnectAsync(cluster.Node1, ReplicatedCluster.BrokerA))
        {
            for (var i = 0; i < Count; i++)
            {
                var request = SendRequest.For(topic, $"{i}", keys: $"order-{i} all");
                sent[i] = (request, await client.SendAsync(request).Succeeded());

                // Told and found at once: it is confirmed by both nodes.
                Assert.Single((await client.QueryMessageAsync(new QueryMessageRequest(topic, $"order-{i}")).Succeeded()).Messages);
            }

            times = [.. (await client.ReadQueueAsync(topic)).Select(message => message.StoreTimestamp)];
        }

        await cluster.Node1.Run.KillAsync();
        await cluster.WaitForPlacementAsync(ReplicatedCluster.BrokerA, "node2", "node2");

        await using var next = await ReplicatedCluster.ConnectAsync(cluster.Node2, ReplicatedCluster.BrokerA);
        for (var i = 0; i < Count; i++)
        {
            var (request, answer) = sent[i];
            var physical = answer.OffsetMessageIds[0].PhysicalOffset;
            var unique = request.Properties!.UniqueKey!;
            Assert.Equal(unique, Assert.Single((await next.ViewAsync(physical).Succeeded()).Messages).Properties.UniqueKey);
            Assert.Equal(physical, Assert.Single((await next.QueryMessageAsync(new QueryMessageRequest(topic, $"order-{i}")).Succeeded()).Messages).PhysicalOffset);
            Assert.Equal(
                physical, Assert.Single((await next.QueryMessageAsync(new QueryMessageRequest(topic, unique) { UniqueKeyQuery = true }).Succeeded()).Messages).PhysicalOffset);
            Assert.Equal(Array.FindIndex(times, time => time >= times[i]), (await next.SearchOffsetAsync(topic, 0, times[i]).Succeeded()).Offset);
        }

        await using var member = await AskedClient.ConnectAsync(cluster.Node2);
        await member.JoinAsync(group, topic);
        await next.UpdateOffsetAsync(group, topic, 0, Count).Succeeded();
        await Eventually.HoldsAsync(async () => (await next.QueryOffsetAsync(group, topic, 0).Succeeded()).Offset == Count);
        var middle = Array.FindIndex(times, time => time >= times[Count / 2]);
        var reset = await next.ResetOffsetAsync(group, topic, times[Count / 2]).Succeeded();
        Assert.Equal(middle, reset.Offsets[new MessageQueue(topic, ReplicatedCluster.BrokerA, 0)]);
        Assert.Equal(RequestCode.ResetConsumerClientOffset, (await member.AskedOnceAsync()).Code);
        await cluster.MakeWholeAsync();
    }
}
