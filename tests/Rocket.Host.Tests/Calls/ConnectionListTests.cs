using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Wire;
using Xunit;

namespace Rocket.Host.Tests.Calls;

/// <summary>Who is connected, as tools see it (203, 204).</summary>
[Collection(CallsCollection.Name)]
public sealed class ConnectionListTests(CallsRocket rocket)
{
    [Fact]
    public async Task The_consumers_of_a_group_are_told_with_what_they_want()
    {
        var (topic, group) = (await rocket.CreateTopicAsync(), UniqueNames.Group());
        await using var one = await AskedClient.ConnectAsync(rocket.Rocket, id: "client-1");
        await using var other = await AskedClient.ConnectAsync(rocket.Rocket, id: "client-2", language: LanguageCode.Go, version: 317);
        await one.JoinAsync(group, topic);
        await other.JoinAsync(group, topic);

        var answer = await one.Connection.ConsumerConnectionsAsync(group).Succeeded();

        Assert.Equal(
            [
                new ClientConnection("client-1", $"127.0.0.1:{one.Connection.LocalEndPoint.Port}", "JAVA", 409),
                new ClientConnection("client-2", $"127.0.0.1:{other.Connection.LocalEndPoint.Port}", "GO", 317),
            ],
            answer.Connections);
        var json = answer.Json;
        Assert.Equal(
            ("CONSUME_FROM_LAST_OFFSET", "CONSUME_PASSIVELY", "CLUSTERING"),
            (json.GetProperty("consumeFromWhere").GetString(), json.GetProperty("consumeType").GetString(), json.GetProperty("messageModel").GetString()));
        var subscription = json.GetProperty("subscriptionTable").GetProperty(topic);
        Assert.Equal((topic, "*", "TAG"), (subscription.GetProperty("topic").GetString(), subscription.GetProperty("subString").GetString(), subscription.GetProperty("expressionType").GetString()));
    }

    [Fact]
    public async Task A_group_without_a_member_is_told_as_RocketMQ_does()
    {
        await using var tool = await rocket.ConnectAsync();

        var consumers = await tool.ConsumerConnectionsAsync("nobody");
        Assert.Equal((ResponseCode.ConsumerNotOnline, "the consumer group[nobody] not online"), (consumers.Code, consumers.Remark));
        var producers = await tool.ProducerConnectionsAsync("nobody");
        Assert.Equal((ResponseCode.SystemError, "the producer group[nobody] not exist"), (producers.Code, producers.Remark));
    }

    [Fact]
    public async Task The_producers_of_a_group_are_told()
    {
        var group = UniqueNames.Group();
        await using var producer = await AskedClient.ConnectAsync(rocket.Rocket, id: "producer-1");
        await producer.JoinAsync(producerGroup: group);

        var told = Assert.Single((await producer.Connection.ProducerConnectionsAsync(group).Succeeded()).Connections);

        Assert.Equal(new ClientConnection("producer-1", $"127.0.0.1:{producer.Connection.LocalEndPoint.Port}", "JAVA", 409), told);
    }
}
