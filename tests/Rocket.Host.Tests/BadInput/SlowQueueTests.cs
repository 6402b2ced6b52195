using System.Diagnostics;
using Rocket.Host.Tests.Disk;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Xunit;

namespace Rocket.Host.Tests.BadInput;

/// <summary>A queue whose disk stands still: what is over its budget is refused before its client gives up.</summary>
public sealed class SlowQueueTests
{
    [Fact]
    public async Task Sends_to_a_queue_that_is_full_are_answered_2_at_once_and_those_to_others_are_stored()
    {
        await using var rocket = await HeldRocket.StartAsync(
            "rocket.broker-defaults.max-message-size=64 KiB", "rocket.limits.queue-outstanding-size=1 MiB", "rocket.queue-dispatcher.threads=2");
        var topic = await rocket.CreateTopicAsync(queues: 2);
        await using var client = await rocket.ConnectAsync();
        await client.SendAsync(SendRequest.For(topic, "before")).Succeeded();
        var hold = rocket.Disk.Writes.Hold(topic, 0);
        var filling = Enumerable.Range(0, 20).Select(_ => client.SendAsync(SendRequest.For(topic, new byte[60 * 1024]))).ToList();
        await hold.ReachedAsync();
        await Task.WhenAny(filling);

        var times = new List<TimeSpan>();
        for (var i = 0; i < 50; i++)
        {
            var watch = Stopwatch.StartNew();
            Assert.Equal(ResponseCode.SystemBusy, (await client.SendAsync(SendRequest.For(topic, new byte[60 * 1024]))).Code);
            times.Add(watch.Elapsed);
            await client.SendAsync(SendRequest.For(topic, "beside", queueId: 1)).Succeeded();
        }

        // The median: one of them may meet whatever else the machine does.
        times.Sort();
        Assert.InRange(times[times.Count / 2], TimeSpan.Zero, TimeSpan.FromMilliseconds(200));
        hold.Release();
        Assert.All(await Task.WhenAll(filling), answer => Assert.Contains(answer.Code, new[] { ResponseCode.Success, ResponseCode.SystemBusy }));
    }
}
