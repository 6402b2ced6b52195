using System.Diagnostics;
using Rocket.Host.Tests.Consuming;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Connections;
using Rocket.TestClient.Json;
using Xunit;

namespace Rocket.Host.Tests.BadInput;

/// <summary>A node with tight limits on times and what one request may ask for.</summary>
public sealed class LimitTests(LimitTests.TightRocket rocket) : IClassFixture<LimitTests.TightRocket>
{
    /// <summary>The node looks for what is over now and then, not at the very moment.</summary>
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Handshake = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Expiry = TimeSpan.FromSeconds(2);

    public sealed class TightRocket() : RocketFixture(
        "rocket.limits.max-queues-per-topic=8",
        "rocket.limits.max-subscriptions-per-heartbeat=4",
        "rocket.limits.waiting-pulls-per-queue=3",
        $"rocket.limits.idle-timeout={Idle.TotalSeconds} s",
        $"rocket.limits.handshake-timeout={Handshake.TotalSeconds} s",
        $"rocket.limits.client-expiry={Expiry.TotalSeconds} s");

    [Fact]
    public async Task A_connection_that_says_nothing_is_closed()
    {
        await using var client = await rocket.ConnectAsync();
        await client.ClusterInfoAsync().Succeeded();
        var watch = Stopwatch.StartNew();

        await client.WaitForCloseAsync(Idle + LookInterval);

        Assert.InRange(watch.Elapsed, Idle - TimeSpan.FromMilliseconds(100), Idle + LookInterval);
    }

    [Fact]
    public async Task A_connection_that_is_used_stays()
    {
        await using var client = await rocket.ConnectAsync();
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < (2 * Idle) + TimeSpan.FromSeconds(1);)
        {
            await client.ClusterInfoAsync().Succeeded();
            await Task.Delay(Idle / 4);
        }
    }

    [Fact]
    public async Task A_connection_that_never_sends_a_frame_is_closed_sooner()
    {
        await using var silent = await rocket.ConnectAsync();
        await using var half = await rocket.ConnectAsync();
        await half.SendRawAsync(RawFrames.Frame(1000, 0, 500, new byte[20]));

        await silent.WaitForCloseAsync(Idle - TimeSpan.FromMilliseconds(500));
        await half.WaitForCloseAsync(Idle - TimeSpan.FromMilliseconds(500));
    }

    [Fact]
    public async Task Bytes_that_trickle_without_becoming_a_frame_do_not_keep_a_connection_open()
    {
        await using var client = await rocket.ConnectAsync();
        await client.SendRawAsync(RawFrames.Frame(1000, 0, 500, []));
        var watch = Stopwatch.StartNew();
        while (client.IsOpen && watch.Elapsed < Handshake + LookInterval)
        {
            try
            {
                await client.SendRawAsync(new byte[1]);
                await Task.Delay(100);
            }
            catch (RemotingConnectionClosedException)
            {
                break;
            }
        }

        await client.WaitForCloseAsync(TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task A_member_without_heartbeats_leaves_its_group_and_the_rest_is_told()
    {
        var (topic, group) = (await rocket.CreateTopicAsync(), UniqueNames.Group());
        await using var staying = await rocket.ConnectAsync();
        await using var quiet = await rocket.ConnectAsync();
        await quiet.JoinAsync(group, "quiet", topic);
        using var end = new CancellationTokenSource();
        var beating = BeatAsync();
        while ((await staying.MembersAsync(group)).Count < 2)
        {
            await Task.Delay(10);
        }

        while (staying.ServerRequests.TryRead(out _))
        {
            // The notices of joining.
        }

        // Its connection lives on, with other traffic.
        var told = staying.WaitForChangeAsync(group, Expiry + TimeSpan.FromSeconds(10));
        while (!told.IsCompleted)
        {
            await quiet.ClusterInfoAsync().Succeeded();
            await Task.Delay(50);
        }

        await told;
        Assert.Equal(["staying"], await staying.MembersAsync(group));
        await end.CancelAsync();
        await beating;

        async Task BeatAsync()
        {
            while (!end.IsCancellationRequested)
            {
                await staying.JoinAsync(group, "staying", topic);
                await Task.Delay(Expiry / 5);
            }
        }
    }

    [Fact]
    public async Task Pulls_above_the_limit_of_a_queue_are_answered_at_once()
    {
        var topic = await rocket.CreateTopicAsync();
        await using var client = await rocket.ConnectAsync();
        var pulls = Enumerable.Range(0, 5)
            .Select(_ => client.PullAsync(new PullRequest { ConsumerGroup = "g", Topic = topic }.Waiting(TimeSpan.FromSeconds(30)))).ToList();

        for (var i = 0; i < 2; i++)
        {
            var early = await Task.WhenAny(pulls).WaitAsync(TimeSpan.FromSeconds(2));
            Assert.Equal(ResponseCode.PullNotFound, (await early).Code);
            pulls.Remove(early);
        }

        Assert.DoesNotContain(pulls, pull => pull.IsCompleted);
        await client.SendAsync(SendRequest.For(topic, "x")).Succeeded();
        Assert.All(await Task.WhenAll(pulls).WaitAsync(TimeSpan.FromSeconds(2)), answer => Assert.True(answer.IsFound));
    }

    [Fact]
    public async Task A_topic_has_at_most_so_many_queues()
    {
        await using var client = await rocket.ConnectAsync();
        var topic = UniqueNames.Topic();

        var answer = await client.CreateTopicAsync(new CreateTopicRequest(topic) { ReadQueueNums = 9, WriteQueueNums = 1 });

        Assert.Equal(ResponseCode.SystemError, answer.Code);
        Assert.Contains("max-queues-per-topic", answer.Remark, StringComparison.Ordinal);
        await client.CreateTopicAsync(new CreateTopicRequest(topic) { ReadQueueNums = 8, WriteQueueNums = 8 }).Succeeded();
    }

    [Fact]
    public async Task A_heartbeat_has_at_most_so_many_subscriptions()
    {
        var group = UniqueNames.Group();
        await using var client = await rocket.ConnectAsync();

        var answer = await client.HeartbeatAsync(
            GroupJoining.Heartbeat(group, "c", [.. Enumerable.Range(0, 5).Select(i => SubscriptionData.ForTags($"Topic-of-heartbeat-{i}"))]));

        Assert.Equal(ResponseCode.SystemError, answer.Code);
        Assert.Contains("max-subscriptions-per-heartbeat", answer.Remark, StringComparison.Ordinal);
        Assert.Empty(await client.MembersAsync(group));
    }
}
