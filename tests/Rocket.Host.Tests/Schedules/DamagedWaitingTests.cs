using System.Globalization;
using System.Text;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Connections;
using Rocket.TestClient.Messages;
using Xunit;

namespace Rocket.Host.Tests.Schedules;

/// <summary>One bit of a message that waits is another one on the disk.</summary>
public sealed class DamagedWaitingTests
{
    private const int InLog = 64 + 16 + 10;
    private const int InIndex = 64 + 3;

    private const string Levels = "SCHEDULE_TOPIC_XXXX@0";
    private const string Timers = "rmq_sys_wheel_timer@0";

    [Theory]
    [InlineData(Levels, ".log", InLog)]
    [InlineData(Levels, ".index", InIndex)]
    [InlineData(Timers, ".log", InLog)]
    [InlineData(Timers, ".index", InIndex)]
    public async Task A_damaged_one_holds_up_no_other_and_comes_once_it_can_be_read_again(string queue, string file, int place)
    {
        await using var rocket = await RocketProcess.StartAsync("rocket.broker-defaults.message-delay-level=\"8s\"");
        var topic = await rocket.CreateTopicAsync();
        var due = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() + 8000;
        var (property, value) = queue == Levels ? (PropertyName.Delay, "1") : ("TIMER_DELIVER_MS", due.ToString(CultureInfo.InvariantCulture));
        await using (var client = await rocket.ConnectAsync())
        {
            foreach (var body in new[] { "0", "1", "2" })
            {
                var request = SendRequest.For(topic, body);
                request.Properties!.Add(property, value);
                await client.SendAsync(request).Succeeded();
            }
        }

        Assert.Equal(0, await rocket.StopAsync());
        var damaged = Path.Combine(rocket.DataDir, "brokers", "broker-a", "queues", queue, "00000000000000000000" + file);
        Flip(damaged, place);
        await rocket.StartAgainAsync();
        await using (var client = await rocket.ConnectAsync())
        {
            await ArrivedAsync(client, topic, 2);
        }

        // What is said to be delivered has passed the damaged one, so that a crash brings none of the others again.
        await Eventually.HoldsAsync(() => StoredProgress.Has(rocket.DataDir, "\"offsets\":[0]")
            && (queue == Levels ? StoredProgress.Has(rocket.DataDir, "\"o\":[3]") : StoredProgress.HasTimers(rocket.DataDir, 3, due)));
        await rocket.KillAsync();
        await rocket.StartAgainAsync();
        Flip(damaged, place);

        await using var again = await rocket.ConnectAsync();
        await ArrivedAsync(again, topic, 3);
        Assert.Equal(["1", "2", "0"], (await again.ReadQueueAsync(topic)).Select(message => Encoding.UTF8.GetString(message.Body.Span)));
        await Eventually.HoldsAsync(() => StoredProgress.Has(rocket.DataDir, "\"offsets\":[]"));
    }

    private static async Task ArrivedAsync(RemotingConnection client, string topic, int count)
    {
        for (var next = 0L; next < count;)
        {
            var answer = await client.PullAsync(new PullRequest { ConsumerGroup = "g", Topic = topic, QueueOffset = next }.Waiting(TimeSpan.FromSeconds(15)));
            Assert.True(answer.Code is ResponseCode.Success or ResponseCode.PullNotFound, answer.ToString());
            next = answer.NextBeginOffset;
        }
    }

    private static void Flip(string file, long place)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        stream.Position = place;
        var flipped = (byte)(stream.ReadByte() ^ 1);
        stream.Position = place;
        stream.WriteByte(flipped);
    }
}
