using System.Text;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Connections;
using Xunit;

namespace Rocket.Host.Tests.Disk;

/// <summary>Under sync-flush a send waits for an fsync, and the fsync takes its time.</summary>
public sealed class HeldFlushTests
{
    private const string SyncFlush = "rocket.broker-defaults.flush-disk-type=sync-flush";

    /// <summary>Longer than any of these tests: here nothing is to time out.</summary>
    private const string EndlessPatience = "rocket.broker-defaults.sync-flush-timeout=60 s";

    [Theory]
    [InlineData("100 ms")]
    [InlineData("700 ms")]
    public async Task A_flush_that_takes_too_long_is_answered_10_and_the_message_is_consumable_once_it_is_flushed(string timeout)
    {
        await using var rocket = await HeldRocket.StartAsync(SyncFlush, $"rocket.broker-defaults.sync-flush-timeout={timeout}");
        var topic = await rocket.CreateTopicAsync(queues: 2);
        await using var client = await rocket.ConnectAsync();
        var hold = rocket.Disk.Flushes.Hold(topic, 1);

        var late = await client.SendAsync(SendRequest.For(topic, "late", queueId: 1));

        await hold.ReachedAsync();
        Assert.Equal(ResponseCode.FlushDiskTimeout, late.Code);
        Assert.Equal((1, 0L), (late.QueueId, late.QueueOffset));
        var early = new PullRequest { ConsumerGroup = UniqueNames.Group(), Topic = topic, QueueId = 1 };
        Assert.Equal(ResponseCode.PullNotFound, (await client.PullAsync(early)).Code);

        // One that comes while the disk is still held shares its fate.
        Assert.Equal(ResponseCode.FlushDiskTimeout, (await client.SendAsync(SendRequest.For(topic, "later", queueId: 1))).Code);
        hold.Release();
        await Eventually.HoldsAsync(async () => (await client.SendAsync(SendRequest.For(topic, "in time", queueId: 1))).IsSuccess);
        var all = await client.ReadQueueAsync(topic, 1);
        Assert.Equal(["late", "later"], all.Take(2).Select(message => Encoding.UTF8.GetString(message.Body.Span)));
        Assert.Equal(late.OffsetMessageIds.Single(), all[0].OffsetMessageId);
        Assert.Single((await client.ViewAsync(late.OffsetMessageIds.Single().PhysicalOffset).Succeeded()).Messages);
        Assert.Equal("in time", Encoding.UTF8.GetString(all[^1].Body.Span));
    }

    [Fact]
    public async Task Sends_that_came_during_one_flush_are_all_answered_after_the_next_one()
    {
        const int count = 100;
        await using var rocket = await HeldRocket.StartAsync(SyncFlush, EndlessPatience);
        var topic = await rocket.CreateTopicAsync();
        await using var client = await rocket.ConnectAsync();
        var hold = rocket.Disk.Flushes.Hold(topic, 0);
        var first = client.SendAsync(SendRequest.For(topic, "first"));
        await hold.ReachedAsync();
        var waiting = Enumerable.Range(0, count).Select(i => client.SendAsync(SendRequest.For(topic, $"{i}"))).ToArray();

        // Its queue writes in order, so when this one is answered the others are written. It waits for no flush.
        var behind = await client.SendAsync(WithoutWaiting(topic)).Succeeded();

        Assert.Equal(count + 1, behind.QueueOffset);
        Assert.False(first.IsCompleted);
        Assert.DoesNotContain(waiting, send => send.IsCompleted);
        var before = rocket.Disk.Flushes.CountOf(topic, 0);
        hold.Release();
        Assert.Equal(0, (await first.Succeeded()).QueueOffset);
        var answers = await Task.WhenAll(waiting.Select(send => send.Succeeded()));
        Assert.Equal(Enumerable.Range(1, count).Select(offset => (long)offset), answers.Select(answer => answer.QueueOffset));
        Assert.Equal(before + 2, rocket.Disk.Flushes.CountOf(topic, 0));
    }

    [Fact]
    public async Task A_held_flush_holds_up_no_other_queue_and_no_reader()
    {
        await using var rocket = await HeldRocket.StartAsync(SyncFlush, EndlessPatience);
        var topic = await rocket.CreateTopicAsync(queues: 2);
        await using var client = await rocket.ConnectAsync();
        await using var other = await rocket.ConnectAsync();
        var poll = other.PullAsync(new PullRequest { ConsumerGroup = UniqueNames.Group(), Topic = topic }.Waiting(TimeSpan.FromSeconds(30)));
        var hold = rocket.Disk.Flushes.Hold(topic, 0);

        var held = client.SendAsync(SendRequest.For(topic, "held"));
        await hold.ReachedAsync();

        // What a power cut may take back is not shown.
        await client.SendAsync(SendRequest.For(topic, "beside", queueId: 1)).Succeeded();
        await other.SendAsync(SendRequest.For(await rocket.CreateTopicAsync(), "elsewhere")).Succeeded();
        Assert.False(held.IsCompleted);
        Assert.False(poll.IsCompleted);
        hold.Release();
        await held.Succeeded();
        Assert.Single((await poll.Succeeded()).Messages);
    }

    [Fact]
    public async Task Sends_whose_flush_fails_are_answered_14_and_so_are_later_ones_while_pulls_go_on()
    {
        await using var rocket = await HeldRocket.StartAsync(SyncFlush, EndlessPatience);
        var topic = await rocket.CreateTopicAsync(queues: 2);
        await using var client = await rocket.ConnectAsync();
        await client.SendAsync(SendRequest.For(topic, "safe")).Succeeded();
        var hold = rocket.Disk.Flushes.Hold(topic, 0);
        var waiting = new List<Task<SendAnswer>> { client.SendAsync(SendRequest.For(topic, "during")) };
        await hold.ReachedAsync();
        waiting.AddRange(Enumerable.Range(0, 5).Select(i => client.SendAsync(SendRequest.For(topic, $"{i}"))));
        await client.SendAsync(WithoutWaiting(topic)).Succeeded();

        hold.Fail(new IOException("the disk is gone"));

        Assert.All(await Task.WhenAll(waiting), AssertUnavailable);
        foreach (var wait in new[] { true, false })
        {
            AssertUnavailable(await client.SendAsync(wait ? SendRequest.For(topic, "later") : WithoutWaiting(topic)));
        }

        Assert.Equal("safe", Encoding.UTF8.GetString((await client.ReadOneAsync(topic, 0, 0)).Body.Span));
        var poll = client.PullAsync(
            new PullRequest { ConsumerGroup = UniqueNames.Group(), Topic = topic, QueueOffset = 8 }.Waiting(TimeSpan.FromMilliseconds(100)));
        Assert.Equal(ResponseCode.PullNotFound, (await poll).Code);
        await client.SendAsync(SendRequest.For(topic, "beside", queueId: 1)).Succeeded();

        // Nothing is told to be safe on the way out, and nothing hangs.
        await rocket.StopAsync();
        Assert.Equal(ConnectionEndKind.ClosedByPeer, (await client.WaitForCloseAsync(TimeSpan.FromSeconds(10))).Kind);
    }

    private static SendRequest WithoutWaiting(string topic)
    {
        var request = SendRequest.For(topic, "without waiting");
        request.Properties!["WAIT"] = "false";
        return request;
    }

    private static void AssertUnavailable(SendAnswer answer)
    {
        Assert.Equal(ResponseCode.ServiceNotAvailable, answer.Code);
        Assert.StartsWith("service not available now.", answer.Remark, StringComparison.Ordinal);
    }
}
