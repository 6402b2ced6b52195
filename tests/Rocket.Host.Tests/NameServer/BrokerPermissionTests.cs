using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Xunit;

namespace Rocket.Host.Tests.NameServer;

/// <summary>A broker that may be read or written to only (broker-permission).</summary>
public sealed class BrokerPermissionTests
{
    [Fact]
    public async Task One_that_may_not_be_written_to_refuses_sends_to_ordered_topics_and_shows_no_topic_as_writable()
    {
        await using var rocket = await RocketProcess.StartAsync("rocket.broker-defaults.broker-permission=read-only");
        await using var client = await rocket.ConnectAsync();
        await client.CreateTopicAsync(new CreateTopicRequest("Ordered") { Order = true, ReadQueueNums = 1, WriteQueueNums = 1 }).Succeeded();
        await client.CreateTopicAsync(new CreateTopicRequest("Plain") { ReadQueueNums = 1, WriteQueueNums = 1 }).Succeeded();

        var refused = await client.SendAsync(SendRequest.For("Ordered", "x"));

        Assert.Equal((ResponseCode.NoPermission, "the broker[127.0.0.1] sending message is forbidden"), (refused.Code, refused.Remark));

        // For other topics the route alone says it, as in RocketMQ: who has an older one may still send.
        await client.SendAsync(SendRequest.For("Plain", "x")).Succeeded();
        Assert.Single(await client.ReadQueueAsync("Plain"));
        Assert.Equal(4, Assert.Single((await client.RouteAsync("Plain").Succeeded()).Route.Queues).Perm);
        Assert.Equal(4, Assert.Single((await client.RouteAsync("TBW102").Succeeded()).Route.Queues).Perm);
        Assert.Equal(6, (await client.TopicConfigAsync("Plain").Succeeded()).Topic.Perm);
    }

    [Fact]
    public async Task One_that_may_not_be_written_to_takes_no_message_back()
    {
        await using var rocket = await RocketProcess.StartAsync("rocket.broker-defaults.broker-permission=read-only");
        var topic = await rocket.CreateTopicAsync();
        await using var client = await rocket.ConnectAsync();
        await client.SendAsync(SendRequest.For(topic, "x")).Succeeded();

        var refused = await client.SendBackAsync(new SendBackRequest((await client.ReadOneAsync(topic, 0, 0)).PhysicalOffset, UniqueNames.Group()));

        Assert.Equal((ResponseCode.NoPermission, "the broker[127.0.0.1] sending message is forbidden"), (refused.Code, refused.Remark));
    }

    [Fact]
    public async Task One_that_may_not_be_read_refuses_pulls()
    {
        await using var rocket = await RocketProcess.StartAsync("rocket.broker-defaults.broker-permission=write-only");
        var topic = await rocket.CreateTopicAsync();
        await using var client = await rocket.ConnectAsync();
        await client.SendAsync(SendRequest.For(topic, "x")).Succeeded();

        var refused = await client.PullAsync(new PullRequest { ConsumerGroup = "g", Topic = topic });

        Assert.Equal((ResponseCode.NoPermission, "the broker[127.0.0.1] pulling message is forbidden"), (refused.Code, refused.Remark));
        Assert.Equal(2, Assert.Single((await client.RouteAsync(topic).Succeeded()).Route.Queues).Perm);
    }
}
