using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Xunit;

namespace Rocket.Host.Tests.Sending;

/// <summary>Sends to a node that creates nothing by itself.</summary>
[Collection(SwitchedOffCollection.Name)]
public sealed class SwitchedOffTests(SwitchedOffRocket rocket)
{
    [Fact]
    public async Task Without_automatic_creation_an_unknown_topic_is_answered_17()
    {
        var topic = UniqueNames.Topic();
        await using var client = await rocket.ConnectAsync();

        foreach (var form in new[] { SendForm.V1, SendForm.V2 })
        {
            var answer = await client.SendAsync(SendRequest.For(topic, "x"), form);

            Assert.Equal(ResponseCode.TopicNotExist, answer.Code);
            Assert.StartsWith($"topic[{topic}] not exist, apply first please!", answer.Remark, StringComparison.Ordinal);
        }

        Assert.Equal(ResponseCode.TopicNotExist, (await client.RouteAsync(topic)).Code);
    }

    [Fact]
    public async Task Without_automatic_creation_clients_are_not_told_of_a_template()
    {
        await using var names = await rocket.Rocket.ConnectToNameServerAsync();

        Assert.Equal(ResponseCode.TopicNotExist, (await names.RouteAsync("TBW102")).Code);
    }

    [Fact]
    public async Task A_topic_that_was_created_by_hand_takes_sends()
    {
        var topic = await rocket.CreateTopicAsync();
        await using var client = await rocket.ConnectAsync();

        await client.SendAsync(SendRequest.For(topic, "x")).Succeeded();
    }

    [Fact]
    public async Task A_retry_topic_of_an_unknown_group_is_answered_26()
    {
        var group = UniqueNames.Group();
        await using var client = await rocket.ConnectAsync();

        var answer = await client.SendAsync(SendRequest.For("%RETRY%" + group, "x") with { ReconsumeTimes = 1 });

        Assert.Equal(ResponseCode.SubscriptionGroupNotExist, answer.Code);
        Assert.StartsWith("subscription group not exist, ", answer.Remark, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_vip_port_serves_the_broker_too_and_ids_name_the_ordinary_one()
    {
        var topic = await rocket.CreateTopicAsync();
        await using var vip = await TestClient.Connections.RemotingConnection.ConnectAsync("127.0.0.1", rocket.Rocket.BrokerPort - 2);

        var answer = await vip.SendAsync(SendRequest.For(topic, "x")).Succeeded();

        Assert.Equal(rocket.Rocket.BrokerPort, answer.OffsetMessageIds.Single().StoreHost.Port);
        Assert.Equal(rocket.Rocket.BrokerPort, (await vip.ReadOneAsync(topic, 0, 0)).StoreHost.Port);
    }

    [Fact]
    public async Task The_trace_topic_is_there_when_it_is_switched_on()
    {
        await using var client = await rocket.ConnectAsync();

        await client.SendAsync(SendRequest.For("RMQ_SYS_TRACE_TOPIC", "Pub\u0001…\u0002")).Succeeded();

        Assert.Equal(1, (await client.RouteAsync("RMQ_SYS_TRACE_TOPIC").Succeeded()).Route.Queues.Single().WriteQueueNums);
    }
}
