using System.Globalization;
using System.Text;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Connections;
using Rocket.TestClient.Json;
using Rocket.TestClient.Wire;
using Xunit;

namespace Rocket.Host.Tests.NameServer;

/// <summary>What clients are told of topics and brokers (105, 106, 101).</summary>
[Collection(NameServerCollection.Name)]
public sealed class RouteTests(NameServerRocket rocket)
{
    [Theory]
    [InlineData(SerializeType.Json, true)]
    [InlineData(SerializeType.Json, false)]
    [InlineData(SerializeType.Json, null)]
    [InlineData(SerializeType.RocketMq, null)]
    public async Task The_route_of_a_topic_is_standard_json_without_blanks(SerializeType type, bool? standardJson)
    {
        var topic = await rocket.CreateTopicAsync(queues: 3);
        await using var client = await rocket.Rocket.ConnectToNameServerAsync(type);

        var answer = await client.RouteAsync(topic, standardJson).Succeeded();

        Assert.Equal(type, answer.Command.SerializeType);
        Assert.Equal(
            "{\"brokerDatas\":[{\"brokerAddrs\":{\"0\":\"127.0.0.1:" + Port(rocket.Rocket.BrokerPort) + "\"},\"brokerName\":\"broker-a\"," +
            "\"cluster\":\"Test-Cluster\"}],\"filterServerTable\":{},\"queueDatas\":[{\"brokerName\":\"broker-a\",\"perm\":6,\"readQueueNums\":3," +
            "\"topicSysFlag\":0,\"writeQueueNums\":3}]}",
            answer.BodyText);
        Assert.True(answer.Route.IsStandardJson);
    }

    [Fact]
    public async Task A_broker_port_answers_name_server_codes_too()
    {
        var topic = await rocket.CreateTopicAsync();
        await using var broker = await rocket.ConnectAsync();
        await using var names = await rocket.Rocket.ConnectToNameServerAsync();

        Assert.Equal((await names.RouteAsync(topic).Succeeded()).BodyText, (await broker.RouteAsync(topic).Succeeded()).BodyText);
        Assert.Equal((await names.ClusterInfoAsync().Succeeded()).BodyText, (await broker.ClusterInfoAsync().Succeeded()).BodyText);
        Assert.Equal(ResponseCode.QueryNotFound, (await broker.KvGetAsync("N", "K")).Code);
    }

    [Theory]
    [InlineData("NoSuchTopic")]
    [InlineData("no such topic")]
    [InlineData("订单")]
    public async Task An_unknown_topic_is_answered_17(string topic)
    {
        await using var client = await rocket.Rocket.ConnectToNameServerAsync();

        var answer = await client.RouteAsync(topic);

        Assert.Equal(ResponseCode.TopicNotExist, answer.Code);
        Assert.StartsWith($"No topic route info in name server for the topic: {topic}", answer.Remark, StringComparison.Ordinal);
        Assert.Equal(0, answer.Body.Length);
    }

    [Fact]
    public async Task The_template_of_automatic_creation_has_a_route_with_the_inherit_bit()
    {
        await using var client = await rocket.Rocket.ConnectToNameServerAsync();

        var route = (await client.RouteAsync("TBW102").Succeeded()).Route;

        Assert.Equal(new QueueData("broker-a", 8, 8, Perm: 7, TopicSysFlag: 0), Assert.Single(route.Queues));
        Assert.Equal($"127.0.0.1:{rocket.Rocket.BrokerPort}", route.MasterOf("broker-a"));
        Assert.Null(route.OrderTopicConf);
    }

    [Fact]
    public async Task A_topic_that_changes_changes_its_route()
    {
        var topic = await rocket.CreateTopicAsync(queues: 2);
        await using var broker = await rocket.ConnectAsync();
        await using var names = await rocket.Rocket.ConnectToNameServerAsync();

        await broker.CreateTopicAsync(new CreateTopicRequest(topic) { ReadQueueNums = 6, WriteQueueNums = 5, Perm = 4 }).Succeeded();

        Assert.Equal(new QueueData("broker-a", 6, 5, Perm: 4, TopicSysFlag: 0), Assert.Single((await names.RouteAsync(topic).Succeeded()).Route.Queues));
    }

    [Fact]
    public async Task A_thousand_topics_are_each_routed()
    {
        var topics = Enumerable.Range(0, 1000).Select(_ => UniqueNames.Topic()).ToArray();
        await using var broker = await rocket.ConnectAsync();
        await using var names = await rocket.Rocket.ConnectToNameServerAsync();
        await Task.WhenAll(topics.Select(
            topic => broker.CreateTopicAsync(new CreateTopicRequest(topic) { ReadQueueNums = 1, WriteQueueNums = 1 }).Succeeded()));

        var routes = await Task.WhenAll(topics.Select(topic => names.RouteAsync(topic).Succeeded()));

        Assert.All(routes, route => Assert.Equal(1, Assert.Single(route.Route.Queues).WriteQueueNums));
    }

    [Theory]
    [InlineData(SerializeType.Json)]
    [InlineData(SerializeType.RocketMq)]
    public async Task The_cluster_is_told_as_a_whole(SerializeType type)
    {
        await using var client = await rocket.Rocket.ConnectToNameServerAsync(type);

        var answer = await client.ClusterInfoAsync().Succeeded();

        Assert.Equal(type, answer.Command.SerializeType);
        Assert.True(answer.Cluster.IsStandardJson);
        Assert.Equal(["broker-a"], answer.Cluster.Clusters["Test-Cluster"]);
        var broker = answer.Cluster.Brokers["broker-a"];
        Assert.Equal(("Test-Cluster", "broker-a"), (broker.Cluster, broker.BrokerName));
        Assert.Equal($"127.0.0.1:{rocket.Rocket.BrokerPort}", broker.Addresses[0]);
        Assert.Single(broker.Addresses);
    }

    [Theory]
    [InlineData("ORDER_TOPIC_CONFIG", "SomeTopic")]
    [InlineData("PROJECT_CONFIG", "127.0.0.1")]
    public async Task A_configuration_item_that_is_not_there_is_answered_22(string space, string key)
    {
        await using var client = await rocket.Rocket.ConnectToNameServerAsync();

        var answer = await client.KvGetAsync(space, key);

        Assert.Equal((ResponseCode.QueryNotFound, $"No config item, Namespace: {space} Key: {key}"), (answer.Code, answer.Remark));
    }

    [Theory]
    [InlineData(RequestCode.GetRouteInfoByTopic, "topic")]
    [InlineData(RequestCode.GetKeyValueConfig, "namespace")]
    public async Task A_missing_field_is_named(int code, string field)
    {
        await using var client = await rocket.Rocket.ConnectToNameServerAsync();

        var answer = await client.InvokeAsync(new RemotingCommand { Code = code });

        Assert.Equal((ResponseCode.SystemError, $"the field {field} is missing"), (answer.Code, answer.Remark));
    }

    [Fact]
    public async Task A_client_finds_its_broker_with_nothing_but_the_name_servers_address()
    {
        var topic = await rocket.CreateTopicAsync(queues: 2);
        await using var names = await rocket.Rocket.ConnectToNameServerAsync();
        var route = (await names.RouteAsync(topic).Succeeded()).Route;
        var queue = route.PublishQueues(topic)[1];

        await using var broker = await RemotingConnection.ConnectAsync(route.MasterOf(queue.BrokerName)!);
        await broker.SendAsync(SendRequest.For(topic, "found you", queueId: queue.QueueId)).Succeeded();

        Assert.Equal("found you", Encoding.UTF8.GetString((await broker.ReadOneAsync(topic, queue.QueueId, 0)).Body.Span));
    }

    private static string Port(int port) => port.ToString(CultureInfo.InvariantCulture);
}
