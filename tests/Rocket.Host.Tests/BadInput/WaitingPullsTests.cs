using System.Diagnostics;
using System.Net.Sockets;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Connections;
using Rocket.TestClient.Wire;
using Xunit;
using Xunit.Abstractions;

namespace Rocket.Host.Tests.BadInput;

/// <summary>A hundred thousand pulls that wait, ten thousand at each of ten queues: they cost little, hold nobody up, and each is answered once.</summary>
[Collection(CrowdCollection.Name)]
public sealed class WaitingPullsTests(CrowdRocket rocket, ITestOutputHelper output)
{
    private const int Connections = 200;
    private const int Queues = 10;

    /// <summary>The default of rocket.limits.waiting-pulls-per-queue.</summary>
    private const int PullsOfQueue = 10_000;

    private const int PullsOfConnection = PullsOfQueue / Connections;

    /// <summary>A queue at which nobody waits.</summary>
    private const int QuietQueue = Queues;

    private static readonly TimeSpan Long = TimeSpan.FromMinutes(5);

    private static readonly byte[] Question = RawFrames.Json("{\"code\":106,\"opaque\":5,\"flag\":0}");

    [Fact]
    public async Task A_hundred_thousand_waiting_pulls_cost_little_and_are_woken_by_their_tag()
    {
        var (before, outputBefore) = (await rocket.LevelAsync(), rocket.Rocket.Output.Length);
        var topic = await rocket.CreateTopicAsync(Queues + 1);
        await using var client = await rocket.ConnectAsync();
        using (var crowd = await Crowd.ConnectAsync(rocket.Rocket.BrokerPort, Connections))
        {
            for (var queue = 0; queue < Queues; queue++)
            {
                for (var i = 0; i < Connections; i++)
                {
                    await crowd.Sockets[i].SendAllAsync(Pulls(topic, queue, first: i * PullsOfConnection));
                }
            }

            // What is sent after these questions are answered finds all pulls at their queues.
            await crowd.SendAsync(Question);
            await Task.WhenAll(crowd.Sockets.Select(socket => AnsweredAsync(socket, 1)));
            var held = rocket.Rocket.Run.Usage;
            output.WriteLine($"{Queues * PullsOfQueue} waiting pulls: {(held.WorkingSet - before.WorkingSet) / (Queues * PullsOfQueue)} bytes each ({before} before, {held} now)");

            // Measured: 400 bytes each, the connections included.
            Assert.InRange(held.WorkingSet - before.WorkingSet, long.MinValue, 120L << 20);
            await rocket.AssertOthersAreServedAsync();
            await MeasureAsync(client, topic);

            // Each of the first queue's wants a tag of its own.
            await client.SendAsync(SendRequest.For(topic, "for one", queueId: 0, tags: TagOf(4711))).Succeeded();
            Assert.Equal([4711], await AnsweredAsync(crowd.Sockets[4711 / PullsOfConnection], 1));

            // Those of the second all want the same.
            var wake = Stopwatch.StartNew();
            var processor = rocket.Rocket.Run.Usage.Processor;
            await client.SendAsync(SendRequest.For(topic, "for all", queueId: 1, tags: "common")).Succeeded();
            await client.SendAsync(SendRequest.For(topic, "next", queueId: 1, tags: "other")).Succeeded();
            var next = wake.Elapsed;
            var answered = await Task.WhenAll(crowd.Sockets.Select(socket => AnsweredAsync(socket, PullsOfConnection)));
            output.WriteLine(
                $"{PullsOfQueue} woken: the next send is answered after {next.TotalMilliseconds:F0} ms, all of them after {wake.Elapsed.TotalMilliseconds:F0} ms, "
                + $"{(rocket.Rocket.Run.Usage.Processor - processor).TotalMilliseconds:F0} ms of processor time");
            Assert.Equal(Enumerable.Range(0, PullsOfQueue), answered.SelectMany(opaques => opaques).Order());
        }

        await rocket.AssertBackAsync(before, outputBefore);
    }

    private async Task MeasureAsync(RemotingConnection client, string topic)
    {
        // For a person who wants to know: nothing is asserted, so that nobody has to wait for it.
        if (int.TryParse(Environment.GetEnvironmentVariable("ROCKET_MEASURE_SECONDS"), out var seconds))
        {
            await Task.Delay(TimeSpan.FromSeconds(seconds));
            var idle = rocket.Rocket.Run.Usage.Processor;
            await Task.Delay(TimeSpan.FromSeconds(seconds));
            output.WriteLine($"while they wait: {(rocket.Rocket.Run.Usage.Processor - idle).TotalSeconds / seconds:P1} of a core");
        }

        foreach (var queue in new[] { QuietQueue, 0, 1, QuietQueue, 0, 1 })
        {
            var start = rocket.Rocket.Run.Usage.Processor;
            await Task.WhenAll(Enumerable.Range(0, 10_000).Select(i =>
                client.SendAsync(SendRequest.For(topic, "x", queueId: queue, tags: $"unwanted-{i % 64}")).Succeeded()));
            var used = rocket.Rocket.Run.Usage.Processor - start;
            output.WriteLine($"10000 sends with 64 tags to queue {queue}, {(queue == QuietQueue ? 0 : PullsOfQueue)} waiting: {used.TotalMilliseconds:F0} ms of processor time");
        }
    }

    private static byte[] Pulls(string topic, int queue, int first)
    {
        var frames = new ByteBuffer();
        for (var number = first; number < first + PullsOfConnection; number++)
        {
            var pull = new PullRequest { ConsumerGroup = "crowd", Topic = topic, QueueId = queue, Subscription = queue == 0 ? TagOf(number) : "common" };
            FrameEncoder.Write(frames, pull.Waiting(Long).ToCommand() with { Opaque = (queue << 16) + number });
        }

        return frames.Written.ToArray();
    }

    private static string TagOf(int number) => $"tag-{number}";

    /// <summary>Reads so many answers; their numbers without the queue's.</summary>
    private static async Task<List<int>> AnsweredAsync(Socket socket, int count)
    {
        var opaques = new List<int>();
        while (opaques.Count < count)
        {
            var prefix = await socket.ReceiveAllAsync(FrameLayout.PrefixBytes);
            var rest = await socket.ReceiveAllAsync(FrameDecoder.FrameLength(prefix) - prefix.Length);
            opaques.Add(FrameDecoder.Decode([.. prefix, .. rest]).Opaque & 0xFFFF);
        }

        return opaques;
    }
}
