using System.Globalization;
using Rocket.Host.Tests.Consuming;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Connections;
using Rocket.TestClient.Json;
using Xunit;

namespace Rocket.Host.Tests.Replication;

/// <summary>What orderly consumers and tools rely on, where a broker has a copy and its master is killed.</summary>
[Collection(ReplicationCollection.Name)]
public sealed class OrderedFailoverTests(ReplicatedCluster cluster)
{
    private const string Group = "orderly";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_queue_lock_has_one_owner_through_a_failover_of_its_master()
    {
        await cluster.MakeWholeAsync();
        var topic = await cluster.CreateTopicAsync(ReplicatedCluster.BrokerA, queues: 4);
        await using (var master = await cluster.Node1.ConnectAsync())
        {
            Assert.Equal([0, 1, 2], await LockAsync(master, topic, "owner", 0, 1, 2));
            Assert.Equal([3], await LockAsync(master, topic, "other", 0, 1, 2, 3));
        }

        await cluster.Node1.Run.KillAsync();

        // Whoever asks first: the owner has its queues, nobody else gets them.
        await using var next = await ReplicatedCluster.ConnectAsync(cluster.Node2, ReplicatedCluster.BrokerA);
        await Eventually.HoldsAsync(async () => (await TryLockAsync(next, topic, "stranger", 0, 1, 2, 3)) is { } locked && locked.Count == 0, Patience);
        Assert.Equal([0, 1, 2], await LockAsync(next, topic, "owner", 0, 1, 2, 3));
        Assert.Equal([3], await LockAsync(next, topic, "other", 0, 1, 2, 3));

        // Given back there, and taken by somebody else: that holds when the old master is back.
        await next.UnlockAsync(Batch(topic, "owner", 0)).Succeeded();
        Assert.Equal([0], await LockAsync(next, topic, "stranger", 0, 1, 2, 3));
        await cluster.MakeWholeAsync();
        await using var back = await cluster.Node1.ConnectAsync();
        Assert.Equal([1, 2], await LockAsync(back, topic, "owner", 0, 1, 2, 3));
        Assert.Equal([0], await LockAsync(back, topic, "stranger", 0, 1, 2, 3));
    }

    [Fact]
    public async Task A_send_that_both_copies_have_confirmed_is_found_in_every_way_at_once()
    {
        await cluster.MakeWholeAsync();
        var topic = await cluster.CreateTopicAsync(ReplicatedCluster.BrokerA, queues: 2);
        await using var client = await cluster.Node1.ConnectAsync();

        for (var i = 0; i < 100; i++)
        {
            await FoundAtOnceTests.AssertFoundAtOnceAsync(client, topic, string.Create(CultureInfo.InvariantCulture, $"key-{i}"), i % 2);
        }
    }

    private static LockBatch Batch(string topic, string clientId, params int[] queueIds) =>
        new(Group, clientId, [.. queueIds.Select(id => new MessageQueue(topic, ReplicatedCluster.BrokerA, id))]);

    private static async Task<IReadOnlyList<int>> LockAsync(RemotingConnection client, string topic, string clientId, params int[] queueIds) =>
        [.. (await client.LockAsync(Batch(topic, clientId, queueIds)).Succeeded()).Locked.Select(queue => queue.QueueId).Order()];

    /// <summary>Null: the broker is not led yet.</summary>
    private static async Task<IReadOnlyList<int>?> TryLockAsync(RemotingConnection client, string topic, string clientId, params int[] queueIds)
    {
        var answer = await client.LockAsync(Batch(topic, clientId, queueIds));
        return answer.Code == ResponseCode.Success ? [.. answer.Locked.Select(queue => queue.QueueId)] : null;
    }
}
