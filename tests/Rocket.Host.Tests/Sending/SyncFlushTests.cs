using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Xunit;

namespace Rocket.Host.Tests.Sending;

/// <summary>A broker that answers a send once the disk has it.</summary>
public sealed class SyncFlushTests(SyncFlushTests.SyncFlushRocket rocket) : IClassFixture<SyncFlushTests.SyncFlushRocket>
{
    public sealed class SyncFlushRocket() : RocketFixture("rocket.broker-defaults.flush-disk-type=sync-flush");

    [Fact]
    public async Task Sends_one_by_one_are_answered_when_they_are_flushed()
    {
        var topic = await rocket.CreateTopicAsync();
        await using var client = await rocket.ConnectAsync();
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(i, (await client.SendAsync(SendRequest.For(topic, $"{i}")).Succeeded()).QueueOffset);
        }

        Assert.Equal(20, (await client.ReadQueueAsync(topic)).Count);
    }

    [Fact]
    public async Task Sends_in_flight_share_their_flushes_and_are_all_answered_in_order()
    {
        var topic = await rocket.CreateTopicAsync(queues: 4);
        await using var client = await rocket.ConnectAsync();

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 2000).Select(i => client.SendAsync(SendRequest.For(topic, new byte[512], queueId: i % 4)).Succeeded()));

        for (var queueId = 0; queueId < 4; queueId++)
        {
            Assert.Equal(
                Enumerable.Range(0, 500).Select(i => (long)i),
                answers.Where(answer => answer.QueueId == queueId).Select(answer => answer.QueueOffset));
        }
    }

    [Fact]
    public async Task WAIT_false_asks_for_no_flush_and_keeps_the_order_of_the_queue()
    {
        var topic = await rocket.CreateTopicAsync();
        await using var client = await rocket.ConnectAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(i =>
        {
            var request = SendRequest.For(topic, $"{i}");
            request.Properties!["WAIT"] = i % 2 == 0 ? "false" : "true";
            return client.SendAsync(request).Succeeded();
        }));

        Assert.Equal(Enumerable.Range(0, 100).Select(i => (long)i), answers.Select(answer => answer.QueueOffset));
        Assert.Equal(100, (await client.ReadQueueAsync(topic)).Count);
    }

    [Fact]
    public async Task Batches_and_oneway_sends_are_stored()
    {
        var topic = await rocket.CreateTopicAsync();
        await using var client = await rocket.ConnectAsync();

        await client.SendOnewayAsync(SendRequest.For(topic, "oneway"));
        var batch = await client.SendAsync(SendRequest.ForBatch(topic, ["a"u8.ToArray(), "b"u8.ToArray()]), SendForm.Batch).Succeeded();

        Assert.Equal(1, batch.QueueOffset);
        Assert.Equal(3, (await client.ReadQueueAsync(topic)).Count);
        Assert.Equal(ResponseCode.Success, batch.Code);
    }
}
