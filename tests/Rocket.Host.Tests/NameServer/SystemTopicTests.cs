using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Json;
using Rocket.TestClient.Wire;
using Xunit;

namespace Rocket.Host.Tests.NameServer;

/// <summary>The topics that exist without anybody creating them.</summary>
[Collection(NameServerCollection.Name)]
public sealed class SystemTopicTests(NameServerRocket rocket)
{
    private const int Template = 7;
    private const int ReadWrite = 6;

    [Theory]
    [InlineData("TBW102", 8, Template)]
    [InlineData("Test-Cluster", 16, Template)]
    [InlineData("broker-a", 1, Template)]
    [InlineData("SELF_TEST_TOPIC", 1, ReadWrite)]
    [InlineData("BenchmarkTest", 1024, ReadWrite)]
    [InlineData("OFFSET_MOVED_EVENT", 1, ReadWrite)]
    [InlineData("SCHEDULE_TOPIC_XXXX", 18, ReadWrite)]
    [InlineData("Test-Cluster_REPLY_TOPIC", 1, ReadWrite)]
    [InlineData("RMQ_SYS_TRANS_HALF_TOPIC", 1, ReadWrite)]
    [InlineData("RMQ_SYS_TRANS_OP_HALF_TOPIC", 1, ReadWrite)]
    [InlineData("TRANS_CHECK_MAX_TIME_TOPIC", 1, ReadWrite)]
    [InlineData("rmq_sys_wheel_timer", 1, ReadWrite)]
    public async Task Each_has_a_route_with_its_queues_from_the_start(string topic, int queues, int perm)
    {
        await using var client = await rocket.Rocket.ConnectToNameServerAsync();

        var route = (await client.RouteAsync(topic).Succeeded()).Route;

        Assert.Equal(new QueueData("broker-a", queues, queues, perm, TopicSysFlag: 0), Assert.Single(route.Queues));
        Assert.Equal($"127.0.0.1:{rocket.Rocket.BrokerPort}", route.MasterOf("broker-a"));
        Assert.Contains(topic, (await client.TopicListAsync().Succeeded()).Topics);
    }

    [Fact]
    public async Task The_one_for_traces_comes_with_what_it_is_for()
    {
        await using var client = await rocket.Rocket.ConnectToNameServerAsync();

        Assert.Equal(ResponseCode.TopicNotExist, (await client.RouteAsync("RMQ_SYS_TRACE_TOPIC")).Code);
    }

    [Theory]
    [InlineData("SCHEDULE_TOPIC_XXXX")]
    [InlineData("RMQ_SYS_TRANS_HALF_TOPIC")]
    [InlineData("RMQ_SYS_TRANS_OP_HALF_TOPIC")]
    [InlineData("TRANS_CHECK_MAX_TIME_TOPIC")]
    [InlineData("rmq_sys_wheel_timer")]
    [InlineData("SELF_TEST_TOPIC")]
    [InlineData("OFFSET_MOVED_EVENT")]
    public async Task Those_of_the_broker_itself_can_be_read_and_not_be_sent_to(string topic)
    {
        await using var client = await rocket.ConnectAsync();

        foreach (var form in new[] { SendForm.V1, SendForm.V2 })
        {
            var answer = await client.SendAsync(SendRequest.For(topic, "x"), form);
            Assert.Equal((ResponseCode.NoPermission, $"Sending message to topic[{topic}] is forbidden."), (answer.Code, answer.Remark));
        }

        Assert.Empty(await client.ReadQueueAsync(topic));
    }

    [Theory]
    [InlineData("Test-Cluster")]
    [InlineData("broker-a")]
    [InlineData("Test-Cluster_REPLY_TOPIC")]
    [InlineData("BenchmarkTest")]
    public async Task Clients_may_send_to_those_that_are_for_them(string topic)
    {
        await using var client = await rocket.ConnectAsync();

        await client.SendAsync(SendRequest.For(topic, "x")).Succeeded();
    }

    [Theory]
    [InlineData(SerializeType.Json)]
    [InlineData(SerializeType.RocketMq)]
    public async Task The_list_of_topics_has_each_once_and_grows_with_a_new_one(SerializeType type)
    {
        await using var client = await rocket.Rocket.ConnectToNameServerAsync(type);
        var before = (await client.TopicListAsync().Succeeded()).Topics;

        var topic = await rocket.CreateTopicAsync();

        var after = (await client.TopicListAsync().Succeeded()).Topics;
        Assert.DoesNotContain(topic, before);
        Assert.Contains(topic, after);
        Assert.Equal(after.Distinct().Order(StringComparer.Ordinal), after);
    }
}
