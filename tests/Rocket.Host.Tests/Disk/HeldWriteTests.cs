using System.Text;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Xunit;

namespace Rocket.Host.Tests.Disk;

/// <summary>A write that takes its time: sends to its queue pile up to a limit, and nobody else notices.</summary>
public sealed class HeldWriteTests
{
    private const int BodyBytes = 60 * 1024;
    private const int Sends = 40;

    /// <summary>What fits into the budget of 1 MiB, each with a little more than its body.</summary>
    private const int Fitting = 17;

    private static readonly string[] Settings =
    [
        "rocket.broker-defaults.max-message-size=64 KiB", "rocket.limits.queue-outstanding-size=1 MiB", "rocket.queue-dispatcher.threads=2",
    ];

    [Theory]
    [InlineData("async-flush")]
    [InlineData("sync-flush")]
    public async Task Sends_beyond_the_budget_of_a_queue_are_answered_2_while_its_disk_writes(string flush)
    {
        await using var rocket = await HeldRocket.StartAsync([.. Settings, $"rocket.broker-defaults.flush-disk-type={flush}"]);
        var topic = await rocket.CreateTopicAsync(queues: 2);
        await using var client = await rocket.ConnectAsync();
        await client.SendAsync(SendRequest.For(topic, "before")).Succeeded();
        var hold = rocket.Disk.Writes.Hold(topic, 0);

        var sends = Enumerable.Range(0, Sends).Select(_ => client.SendAsync(SendRequest.For(topic, new byte[BodyBytes]))).ToArray();
        await hold.ReachedAsync();
        var refused = await Task.WhenAll(sends[Fitting..]);

        Assert.All(refused, answer => Assert.Equal(ResponseCode.SystemBusy, answer.Code));
        Assert.All(refused, answer => Assert.StartsWith("[OVERLOAD]system busy, start flow control for a while", answer.Remark, StringComparison.Ordinal));
        Assert.All(refused, answer => Assert.Contains("queue-outstanding-size", answer.Remark, StringComparison.Ordinal));
        Assert.DoesNotContain(sends[..Fitting], send => send.IsCompleted);
        hold.Release();
        var stored = await Task.WhenAll(sends[..Fitting].Select(send => send.Succeeded()));
        Assert.Equal(Enumerable.Range(1, Fitting).Select(offset => (long)offset), stored.Select(answer => answer.QueueOffset));
        Assert.Equal(1 + Fitting, (await client.SendAsync(SendRequest.For(topic, "room again")).Succeeded()).QueueOffset);
        Assert.Equal(2 + Fitting, (await client.ReadQueueAsync(topic)).Count);
    }

    [Fact]
    public async Task Pulls_of_that_queue_and_everything_else_go_on()
    {
        await using var rocket = await HeldRocket.StartAsync(Settings);
        var topic = await rocket.CreateTopicAsync(queues: 2);
        await using var client = await rocket.ConnectAsync();
        await using var other = await rocket.ConnectAsync();
        await client.SendAsync(SendRequest.For(topic, "before")).Succeeded();
        var hold = rocket.Disk.Writes.Hold(topic, 0);
        var held = client.SendAsync(SendRequest.For(topic, "held"));
        await hold.ReachedAsync();

        foreach (var connection in new[] { client, other })
        {
            Assert.Equal("before", Encoding.UTF8.GetString(Assert.Single(await connection.ReadQueueAsync(topic)).Body.Span));
            Assert.Equal(1, (await connection.MaxOffsetAsync(topic, 0).Succeeded()).Offset);
            var beside = await connection.SendAsync(SendRequest.For(topic, "beside", queueId: 1)).Succeeded();
            Assert.Equal("beside", Encoding.UTF8.GetString((await connection.ReadOneAsync(topic, 1, beside.QueueOffset)).Body.Span));
            await connection.SendAsync(SendRequest.For(await rocket.CreateTopicAsync(), "elsewhere")).Succeeded();
        }

        Assert.False(held.IsCompleted);
        hold.Release();
        Assert.Equal(1, (await held.Succeeded()).QueueOffset);
    }

    [Fact]
    public async Task A_write_that_fails_is_answered_14_and_the_queue_is_written_again_by_itself()
    {
        await using var rocket = await HeldRocket.StartAsync(Settings);
        var topic = await rocket.CreateTopicAsync();
        await using var client = await rocket.ConnectAsync();
        await client.SendAsync(SendRequest.For(topic, "before")).Succeeded();
        var hold = rocket.Disk.Writes.Hold(topic, 0);
        var during = client.SendAsync(SendRequest.For(topic, "during"));
        await hold.ReachedAsync();

        hold.Fail(new IOException("no room"));

        Assert.Equal(ResponseCode.ServiceNotAvailable, (await during).Code);
        Assert.Single(await client.ReadQueueAsync(topic));
        await Eventually.HoldsAsync(async () => (await client.SendAsync(SendRequest.For(topic, "after"))).IsSuccess);
        Assert.Equal(["before", "after"], (await client.ReadQueueAsync(topic)).Select(message => Encoding.UTF8.GetString(message.Body.Span)));
    }
}
