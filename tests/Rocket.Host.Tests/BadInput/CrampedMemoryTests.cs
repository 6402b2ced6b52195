using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Connections;
using Rocket.TestClient.Wire;
using Xunit;

namespace Rocket.Host.Tests.BadInput;

/// <summary>A node that may hold very little over all connections: who holds it up is slowed down or disconnected, and everybody else comes through.</summary>
public sealed class CrampedMemoryTests(CrampedMemoryTests.CrampedRocket rocket) : IClassFixture<CrampedMemoryTests.CrampedRocket>
{
    private const int MaxFrameBytes = 512 * 1024;
    private const int LargeMessage = 200 * 1024;
    private static readonly TimeSpan FrameTimeout = TimeSpan.FromSeconds(2);

    /// <summary>Two of them have room at a time.</summary>
    private const int GreedySenders = 6;

    /// <summary>Five of them have room at a time.</summary>
    private const int GreedyReaders = 6;

    public sealed class CrampedRocket() : RocketFixture(
        $"rocket.limits.max-frame-size={MaxFrameBytes}",
        "rocket.broker-defaults.max-message-size=256 KiB",
        "rocket.limits.receive-buffer-total=1100 KiB",
        "rocket.limits.send-buffer-total=1 MiB",
        "rocket.limits.outstanding-total=1 MiB",
        $"rocket.limits.frame-timeout={FrameTimeout.TotalSeconds} s");

    [Fact]
    public async Task A_large_frame_comes_through_when_those_before_it_never_end_theirs()
    {
        var topic = await rocket.CreateTopicAsync();
        await using var client = await rocket.ConnectAsync();
        using var greedy = await Crowd.ConnectAsync(rocket.Rocket.BrokerPort, GreedySenders);
        await greedy.SendAsync(RawFrames.Frame(MaxFrameBytes, 0, 100, new byte[1000]));
        await client.SendAsync(SendRequest.For(topic, "small")).Succeeded();

        var watch = Stopwatch.StartNew();
        await client.SendAsync(SendRequest.For(topic, new byte[LargeMessage]), timeout: TimeSpan.FromSeconds(60)).Succeeded();

        // Two at a time have room, and each pair's time is over one after the other; the sweep looks once a second.
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, (GreedySenders / 2) * (FrameTimeout + TimeSpan.FromSeconds(4)));
        await using var later = await rocket.ConnectAsync();
        await later.SendAsync(SendRequest.For(topic, new byte[LargeMessage])).Succeeded();
    }

    [Fact]
    public async Task Large_frames_of_many_clients_take_turns()
    {
        var topic = await rocket.CreateTopicAsync(queues: 4);
        var clients = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => rocket.ConnectAsync()));

        var sent = await Task.WhenAll(clients.SelectMany((client, i) => Enumerable.Range(0, 5).Select(_ =>
            client.SendAsync(SendRequest.For(topic, new byte[LargeMessage], queueId: i % 4), timeout: TimeSpan.FromSeconds(60)))));

        Assert.All(sent, answer => Assert.Equal(ResponseCode.Success, answer.Code));
        foreach (var client in clients)
        {
            await client.DisposeAsync();
        }
    }

    [Fact]
    public async Task Who_waits_for_answers_to_large_requests_keeps_no_room_for_them()
    {
        var topic = await rocket.CreateTopicAsync(queues: 2);
        await using var client = await rocket.ConnectAsync();
        await client.SendAsync(SendRequest.For(topic, new byte[LargeMessage], queueId: 1)).Succeeded();
        var pull = new PullRequest { ConsumerGroup = "greedy", Topic = topic }.Waiting(TimeSpan.FromMinutes(1)).ToCommand() with { Body = new byte[450 * 1024] };
        using var greedy = await Crowd.ConnectAsync(rocket.Rocket.BrokerPort, 4);
        await greedy.SendAsync(FrameEncoder.ToArray(pull));

        // Four requests of 450 KiB each wait for answers by now; not one of them is in the way.
        for (var i = 0; i < 10; i++)
        {
            await client.SendAsync(SendRequest.For(topic, new byte[LargeMessage], queueId: 1)).Succeeded();
        }
    }

    [Fact]
    public async Task A_client_that_trickles_a_frame_is_disconnected_though_it_has_spoken_before()
    {
        await using var client = await rocket.ConnectAsync();
        await client.ClusterInfoAsync().Succeeded();
        await client.SendRawAsync(RawFrames.Frame(1000, 0, 500, []));
        var watch = Stopwatch.StartNew();
        while (client.IsOpen)
        {
            Assert.InRange(watch.Elapsed, TimeSpan.Zero, FrameTimeout + TimeSpan.FromSeconds(10));
            try
            {
                await client.SendRawAsync(new byte[1]);
                await Task.Delay(50);
            }
            catch (RemotingConnectionClosedException)
            {
                break;
            }
        }

        await rocket.Rocket.Run.WaitForOutputAsync("(rocket.limits.frame-timeout)", TimeSpan.FromSeconds(5));
        Assert.InRange(watch.Elapsed, FrameTimeout - TimeSpan.FromMilliseconds(100), TimeSpan.MaxValue);
    }

    [Fact]
    public async Task Large_answers_come_through_when_those_before_them_are_not_taken()
    {
        var topic = await rocket.CreateTopicAsync();
        await using var client = await rocket.ConnectAsync();
        await client.SendAsync(SendRequest.For(topic, new byte[LargeMessage], keys: "large")).Succeeded();
        var pull = FrameEncoder.ToArray(new PullRequest { ConsumerGroup = "greedy", Topic = topic }.ToCommand());
        using var greedy = await Crowd.ConnectAsync(rocket.Rocket.BrokerPort, GreedyReaders, receiveBytes: 4096);
        var before = rocket.Rocket.Run.WorkingSet;

        // Far more than the system's own buffers take for them.
        var asking = AskAsync();
        var answers = Enumerable.Range(0, 5).Select(_ =>
            client.PullAsync(new PullRequest { ConsumerGroup = "patient", Topic = topic }, TimeSpan.FromSeconds(60)).Succeeded());

        Assert.All(await Task.WhenAll(answers), answer => Assert.Equal(LargeMessage, Assert.Single(answer.Messages).Body.Length));
        Assert.InRange(rocket.Rocket.Run.WorkingSet - before, long.MinValue, 60L << 20);
        await rocket.Rocket.Run.WaitForOutputAsync("(rocket.limits.write-timeout)", TimeSpan.FromSeconds(30));
        greedy.Dispose();
        await asking;

        async Task AskAsync()
        {
            try
            {
                for (var i = 0; i < 100; i++)
                {
                    await greedy.SendAsync(pull);
                }
            }
            catch (Exception end) when (end is SocketException or ObjectDisposedException)
            {
                // Disconnected, one after the other.
            }
        }
    }

    [Fact]
    public async Task A_client_with_more_than_its_share_unanswered_waits_for_its_turn_and_the_others_do_not()
    {
        // Waiting pulls of 5 MiB and more.
        const int pulls = 10_000;
        var topic = await rocket.CreateTopicAsync(queues: 2);
        await using var client = await rocket.ConnectAsync();
        await using var greedy = await rocket.ConnectAsync();
        var pull = new PullRequest { ConsumerGroup = "greedy", Topic = topic }.Waiting(TimeSpan.FromMinutes(1));
        var waiting = Enumerable.Range(0, pulls).Select(_ => greedy.PullAsync(pull, TimeSpan.FromSeconds(60))).ToList();

        for (var i = 0; i < 20; i++)
        {
            var sent = await client.SendAsync(SendRequest.For(topic, $"message {i}", queueId: 1)).Succeeded();
            Assert.Equal($"message {i}", Encoding.UTF8.GetString((await client.ReadOneAsync(topic, 1, sent.QueueOffset)).Body.Span));
        }

        Assert.DoesNotContain(waiting, answer => answer.IsCompleted);
        await client.SendAsync(SendRequest.For(topic, "for all")).Succeeded();
        Assert.All(await Task.WhenAll(waiting), answer => Assert.True(answer.IsFound));
    }
}
