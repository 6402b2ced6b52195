using System.Globalization;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Wire;
using Xunit;

namespace Rocket.Host.Tests.NameServer;

/// <summary>The settings that a name server keeps for clients and tools (100, 101, 102, 219).</summary>
[Collection(NameServerCollection.Name)]
public sealed class KeyValueTests(NameServerRocket rocket)
{
    private const string OrderTopics = "ORDER_TOPIC_CONFIG";

    [Theory]
    [InlineData(SerializeType.Json)]
    [InlineData(SerializeType.RocketMq)]
    public async Task What_was_put_is_got_and_listed_until_it_is_deleted(SerializeType type)
    {
        var space = UniqueNames.Topic();
        await using var client = await rocket.Rocket.ConnectToNameServerAsync(type);

        await client.KvPutAsync(space, "key", "value; \"quoted\", 订单").Succeeded();
        await client.KvPutAsync(space, "other", "1").Succeeded();
        await client.KvPutAsync(space, "other", "2").Succeeded();

        Assert.Equal("value; \"quoted\", 订单", (await client.KvGetAsync(space, "key").Succeeded()).Value);
        Assert.Equal([new("key", "value; \"quoted\", 订单"), new("other", "2")], (await client.KvListAsync(space).Succeeded()).Table);

        await client.KvDeleteAsync(space, "key").Succeeded();
        Assert.Equal(ResponseCode.QueryNotFound, (await client.KvGetAsync(space, "key")).Code);
        Assert.Equal([new("other", "2")], (await client.KvListAsync(space).Succeeded()).Table);
        await client.KvPutAsync(space, "key", "again").Succeeded();
        Assert.Equal("again", (await client.KvGetAsync(space, "key").Succeeded()).Value);
    }

    [Fact]
    public async Task Both_ports_answer_with_the_same_settings()
    {
        var space = UniqueNames.Topic();
        await using var names = await rocket.Rocket.ConnectToNameServerAsync();
        await using var broker = await rocket.ConnectAsync();

        await broker.KvPutAsync(space, "key", "value").Succeeded();

        Assert.Equal("value", (await names.KvGetAsync(space, "key").Succeeded()).Value);
    }

    [Fact]
    public async Task Of_equal_keys_in_two_namespaces_each_has_its_own_value()
    {
        var (one, two) = (UniqueNames.Topic(), UniqueNames.Topic());
        await using var client = await rocket.Rocket.ConnectToNameServerAsync();

        await client.KvPutAsync(one, "key", "1").Succeeded();
        await client.KvPutAsync(two, "key", "2").Succeeded();

        Assert.Equal(("1", "2"), ((await client.KvGetAsync(one, "key").Succeeded()).Value, (await client.KvGetAsync(two, "key").Succeeded()).Value));
    }

    [Fact]
    public async Task A_namespace_without_settings_is_answered_22_and_one_that_is_not_there_can_be_deleted()
    {
        var space = UniqueNames.Topic();
        await using var client = await rocket.Rocket.ConnectToNameServerAsync();

        await client.KvDeleteAsync(space, "key").Succeeded();

        var answer = await client.KvListAsync(space);
        Assert.Equal((ResponseCode.QueryNotFound, $"No config item, Namespace: {space}"), (answer.Code, answer.Remark));
    }

    [Fact]
    public async Task Writes_of_one_client_take_effect_in_their_order()
    {
        var space = UniqueNames.Topic();
        await using var client = await rocket.Rocket.ConnectToNameServerAsync();

        var writes = Enumerable.Range(0, 200).Select(i => client.KvPutAsync(space, "key", i.ToString(CultureInfo.InvariantCulture))).ToList();

        Assert.All(await Task.WhenAll(writes), answer => Assert.Equal(ResponseCode.Success, answer.Code));
        Assert.Equal("199", (await client.KvGetAsync(space, "key").Succeeded()).Value);
    }

    [Fact]
    public async Task The_order_configuration_of_a_topic_is_in_its_route()
    {
        var topic = await rocket.CreateTopicAsync(queues: 4);
        await using var client = await rocket.Rocket.ConnectToNameServerAsync();
        Assert.Null((await client.RouteAsync(topic).Succeeded()).Route.OrderTopicConf);

        await client.KvPutAsync(OrderTopics, topic, "broker-a:4").Succeeded();
        var route = await client.RouteAsync(topic).Succeeded();
        Assert.Equal("broker-a:4", route.Route.OrderTopicConf);
        Assert.True(route.Route.IsStandardJson);
        Assert.Equal(4, Assert.Single(route.Route.Queues).WriteQueueNums);

        await client.KvPutAsync(OrderTopics, topic, "broker-a:2").Succeeded();
        Assert.Equal("broker-a:2", (await client.RouteAsync(topic).Succeeded()).Route.OrderTopicConf);

        await client.KvDeleteAsync(OrderTopics, topic).Succeeded();
        Assert.DoesNotContain("orderTopicConf", (await client.RouteAsync(topic).Succeeded()).BodyText, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("namespace")]
    [InlineData("key")]
    [InlineData("value")]
    public async Task A_put_without_one_of_its_fields_is_refused(string field)
    {
        var fields = new HeaderFields { { "namespace", "n" }, { "key", "k" }, { "value", "v" } };
        Assert.True(fields.Remove(field));
        await using var client = await rocket.Rocket.ConnectToNameServerAsync();

        var answer = await client.InvokeAsync(new RemotingCommand { Code = RequestCode.PutKeyValueConfig, Fields = fields });

        Assert.Equal((ResponseCode.SystemError, $"the field {field} is missing"), (answer.Code, answer.Remark));
    }
}
