using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Connections;
using Rocket.TestClient.Json;
using Xunit;

namespace Rocket.Host.Tests.Consuming;

/// <summary>How long a queue lock lasts.</summary>
public sealed class LockExpiryTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task A_lock_that_its_owner_does_not_renew_is_free_after_60_seconds_and_not_before()
    {
        var time = new ShiftedTime();
        await using var rocket = await RocketInProcess.StartAsync(disk => disk, time);
        var (topic, group) = (await rocket.CreateTopicAsync(queues: 2), UniqueNames.Group());
        await using var owner = await rocket.ConnectAsync();
        await using var other = await rocket.ConnectAsync();
        Assert.Equal([0, 1], await LockAsync(owner, group, "owner", topic, 0, 1));

        time.Advance(50 * Second);
        Assert.Equal([], await LockAsync(other, group, "other", topic, 0, 1));
        Assert.Equal([1], await LockAsync(owner, group, "owner", topic, 1));

        time.Advance(11 * Second);
        Assert.Equal([0], await LockAsync(other, group, "other", topic, 0, 1));
        Assert.Equal([1], await LockAsync(owner, group, "owner", topic, 0, 1));

        time.Advance(61 * Second);
        Assert.Equal([0, 1], await LockAsync(owner, group, "owner", topic, 0, 1));
    }

    private static async Task<IReadOnlyList<int>> LockAsync(
        RemotingConnection client, string group, string clientId, string topic, params int[] queueIds)
    {
        var batch = new LockBatch(group, clientId, [.. queueIds.Select(id => new MessageQueue(topic, "broker-a", id))]);
        return [.. (await client.LockAsync(batch).Succeeded()).Locked.Select(queue => queue.QueueId).Order()];
    }
}
