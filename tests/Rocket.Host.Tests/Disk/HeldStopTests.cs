using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Connections;
using Xunit;

namespace Rocket.Host.Tests.Disk;

/// <summary>A stop takes as long as its slowest flush; clients go on asking meanwhile.</summary>
public sealed class HeldStopTests
{
    [Fact]
    public async Task What_arrives_during_a_stop_is_refused_at_once_and_routes_are_still_told()
    {
        await using var rocket = await HeldRocket.StartAsync();
        var topic = await rocket.CreateTopicAsync();
        await using var client = await rocket.ConnectAsync();
        await client.SendAsync(SendRequest.For(topic, "before")).Succeeded();
        var hold = rocket.Disk.Flushes.Hold(topic, 0);
        var stopping = rocket.StopAsync();
        await hold.ReachedAsync();

        var refused = await client.SendAsync(SendRequest.For(topic, "during"));
        Assert.Equal(ResponseCode.ServiceNotAvailable, refused.Code);
        Assert.Contains("stopping", refused.Remark, StringComparison.Ordinal);
        Assert.Equal(ResponseCode.ServiceNotAvailable, (await client.PullAsync(new PullRequest { ConsumerGroup = "g", Topic = topic })).Code);
        Assert.True((await client.RouteAsync(topic)).IsSuccess);
        Assert.False(stopping.IsCompleted);

        hold.Release();
        await stopping;
    }

    [Fact]
    public async Task A_question_for_a_consumer_offset_is_never_answered_with_an_error_the_connection_ends()
    {
        await using var rocket = await HeldRocket.StartAsync();
        var topic = await rocket.CreateTopicAsync();
        await using var client = await rocket.ConnectAsync();
        await client.SendAsync(SendRequest.For(topic, "before")).Succeeded();
        var hold = rocket.Disk.Flushes.Hold(topic, 0);
        var stopping = rocket.StopAsync();
        await hold.ReachedAsync();

        var offset = client.QueryOffsetAsync("group", topic, 0);
        Assert.Equal(ResponseCode.ServiceNotAvailable, (await client.SendAsync(SendRequest.For(topic, "behind it"))).Code);
        hold.Release();

        await Assert.ThrowsAsync<RemotingConnectionClosedException>(() => offset);
        await stopping;
    }
}
