using System.Net.Sockets;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Wire;
using Xunit;
using Xunit.Abstractions;

namespace Rocket.Host.Tests.BadInput;

/// <summary>Many clients at once: the others are served meanwhile, memory stays within bounds, and nothing is left of them.</summary>
[Collection(CrowdCollection.Name)]
public sealed class CrowdTests(CrowdRocket rocket, ITestOutputHelper output)
{
    /// <summary>Bytes of an answer that its reader is sure to get.</summary>
    private const int AnswerPrefix = 8;

    private static readonly byte[] Question = RawFrames.Json("{\"code\":106,\"opaque\":5,\"flag\":0}");

    [Fact]
    public async Task Five_thousand_idle_connections_cost_little()
    {
        // This process opens as many sockets as the node.
        var count = Math.Min(5000, (OpenFileShares.OfTheSystem() ?? 5000) - 1000);
        var (before, outputBefore) = (await rocket.LevelAsync(), rocket.Rocket.Output.Length);
        using (var crowd = await Crowd.ConnectAsync(rocket.Rocket.BrokerPort, count))
        {
            await Eventually.HoldsAsync(() => rocket.Rocket.Run.Usage.Handles >= before.Handles + count - 50);
            Say($"{count} that say nothing", before);
            await crowd.SendAsync(Question);
            await crowd.ReceiveAsync(AnswerPrefix);
            Say($"{count} that asked once", before);

            await rocket.AssertOthersAreServedAsync();

            // Measured: 12 KiB each.
            Assert.InRange(rocket.Rocket.Run.WorkingSet - before.WorkingSet, long.MinValue, count * 40L * 1024);
        }

        await rocket.AssertBackAsync(before, outputBefore);
        Say("after", before);
    }

    [Fact]
    public async Task A_thousand_that_connect_and_leave_at_once_leave_nothing()
    {
        var (before, outputBefore) = (await rocket.LevelAsync(), rocket.Rocket.Output.Length);
        var topic = await rocket.CreateTopicAsync();
        byte[][] farewells = [[], Question, [0, 0, 1], RawFrames.Frame(1 << 20, 0, 100, new byte[300]), RawFrames.Send(topic, SerializeType.Json)];
        for (var round = 0; round < 4; round++)
        {
            using var crowd = await Crowd.ConnectAsync(rocket.Rocket.BrokerPort, 250);
            foreach (var (i, socket) in crowd.Sockets.Index())
            {
                await socket.SendAllAsync(farewells[i % farewells.Length]);

                // Every other one is reset, as when its process is killed.
                socket.LingerState = new LingerOption(enable: i % 2 == 0, 0);
            }
        }

        await rocket.AssertOthersAreServedAsync();

        await rocket.AssertBackAsync(before, outputBefore);
        Say("after", before);
    }

    [Fact]
    public async Task A_thousand_with_fields_of_60_KiB_keep_no_buffers_for_them()
    {
        var (before, outputBefore) = (await rocket.LevelAsync(), rocket.Rocket.Output.Length);
        using (var crowd = await Crowd.ConnectAsync(rocket.Rocket.BrokerPort, 1000))
        {
            await crowd.SendAsync(RawFrames.SendWithFields("{\"z\":\"" + new string('z', 60 * 1024) + "\"}"));
            await crowd.ReceiveAsync(AnswerPrefix);
            Say("1000 that sent a header of 60 KiB", before);

            await rocket.AssertOthersAreServedAsync();

            // Decoding takes twice its bytes; 1000 that kept it would have 120 MiB.
            Assert.InRange(rocket.Rocket.Run.WorkingSet - before.WorkingSet, long.MinValue, 80L << 20);
        }

        await rocket.AssertBackAsync(before, outputBefore);
    }

    [Fact]
    public async Task Two_hundred_that_send_16_MiB_of_frames_without_their_ends_get_room_for_sixteen()
    {
        const int announced = 16_000_000;
        const int sent = 15_900_000;
        var (before, outputBefore) = (await rocket.LevelAsync(), rocket.Rocket.Output.Length);
        Task sending;
        using (var crowd = await Crowd.ConnectAsync(rocket.Rocket.BrokerPort, 200))
        {
            sending = crowd.SendAsync(RawFrames.Frame(announced, 0, 1000, new byte[sent]));
            await Eventually.HoldsAsync(() => rocket.Rocket.Run.WorkingSet > before.WorkingSet + (150L << 20));
            await UntilMemoryStandsStillAsync();

            await rocket.AssertOthersAreServedAsync();

            // 256 MiB of room; each of the others has 64 KiB read and 64 KiB read ahead. All of them would be 3 GiB.
            Assert.InRange(rocket.Rocket.Run.WorkingSet - before.WorkingSet, long.MinValue, 380L << 20);
            Say("200 with 15.9 MiB of a frame", before);
        }

        await Assert.ThrowsAnyAsync<Exception>(() => sending);
        await rocket.AssertBackAsync(before, outputBefore);
        Say("after", before);
    }

    private Task UntilMemoryStandsStillAsync()
    {
        const int moments = 100;
        var (last, unchanged) = (0L, 0);
        return Eventually.HoldsAsync(() =>
        {
            var now = rocket.Rocket.Run.WorkingSet;
            unchanged = Math.Abs(now - last) < 1 << 20 ? unchanged + 1 : 0;
            last = now;
            return unchanged >= moments;
        });
    }

    private void Say(string what, ProcessUsage before)
    {
        var now = rocket.Rocket.Run.Usage;
        output.WriteLine($"{what}: {now.MiB - before.MiB:F1} MiB more ({before} before, {now} now)");
    }
}
