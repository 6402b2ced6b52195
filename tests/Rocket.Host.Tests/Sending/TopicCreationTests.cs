using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Json;
using Xunit;

namespace Rocket.Host.Tests.Sending;

/// <summary>A send to a topic that does not exist yet.</summary>
[Collection(SendingCollection.Name)]
public sealed class TopicCreationTests(SendingRocket rocket)
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(4, 4)]
    [InlineData(8, 8)]
    [InlineData(100, 8)]
    public async Task A_new_topic_gets_what_its_producer_wants_and_the_template_allows(int wanted, int expected)
    {
        var topic = UniqueNames.Topic();
        await using var client = await rocket.ConnectAsync();

        var answer = await client.SendAsync(SendRequest.For(topic, "first") with { DefaultTopicQueueNums = wanted }).Succeeded();

        Assert.Equal((0, 0L), (answer.QueueId, answer.QueueOffset));
        Assert.Equal(new QueueData("broker-a", expected, expected, Perm: 6, TopicSysFlag: 0), await RouteOfAsync(topic));
        Assert.Single(await client.ReadQueueAsync(topic));
    }

    [Fact]
    public async Task Sends_of_many_clients_at_once_create_one_topic()
    {
        var topic = UniqueNames.Topic();

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(async i =>
        {
            await using var client = await rocket.ConnectAsync();
            return await client.SendAsync(SendRequest.For(topic, $"{i}")).Succeeded();
        }));

        Assert.Equal(Enumerable.Range(0, 20).Select(i => (long)i), answers.Select(answer => answer.QueueOffset).Order());
        Assert.Equal(4, (await RouteOfAsync(topic)).WriteQueueNums);
    }

    [Fact]
    public async Task Sends_in_flight_behind_the_one_that_creates_the_topic_keep_their_order()
    {
        var topic = UniqueNames.Topic();
        await using var client = await rocket.ConnectAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => client.SendAsync(SendRequest.For(topic, $"{i}")).Succeeded()));

        Assert.Equal(Enumerable.Range(0, 50).Select(i => (long)i), answers.Select(answer => answer.QueueOffset));
    }

    [Fact]
    public async Task The_queue_id_of_the_first_send_is_checked_against_the_new_topic()
    {
        var topic = UniqueNames.Topic();
        await using var client = await rocket.ConnectAsync();

        var beyond = await client.SendAsync(SendRequest.For(topic, "x", queueId: 4));

        Assert.Equal(ResponseCode.SystemError, beyond.Code);
        Assert.StartsWith("request queueId[4] is illegal, ", beyond.Remark, StringComparison.Ordinal);
        Assert.Equal(3, (await client.SendAsync(SendRequest.For(topic, "x", queueId: 3)).Succeeded()).QueueId);
    }

    [Fact]
    public async Task Any_topic_with_the_inherit_bit_is_a_template()
    {
        var (template, topic) = (UniqueNames.Topic(), UniqueNames.Topic());
        await using var client = await rocket.ConnectAsync();
        await client.CreateTopicAsync(new CreateTopicRequest(template) { ReadQueueNums = 3, WriteQueueNums = 3, Perm = 7 }).Succeeded();

        await client.SendAsync(SendRequest.For(topic, "x") with { DefaultTopic = template, DefaultTopicQueueNums = 16 }).Succeeded();

        Assert.Equal(new QueueData("broker-a", 3, 3, Perm: 6, TopicSysFlag: 0), await RouteOfAsync(topic));
    }

    [Fact]
    public async Task Without_such_a_template_there_is_no_new_topic()
    {
        var plain = await rocket.CreateTopicAsync();
        await using var client = await rocket.ConnectAsync();
        foreach (var template in new[] { plain, "NoSuchTopic", "" })
        {
            var topic = UniqueNames.Topic();
            var request = SendRequest.For(topic, "x") with { DefaultTopic = template };

            var answer = await client.SendAsync(request);

            Assert.True(answer.Code == ResponseCode.TopicNotExist, $"template \"{template}\": {answer}");
            Assert.StartsWith($"topic[{topic}] not exist, apply first please!", answer.Remark, StringComparison.Ordinal);
            await AssertNoRouteAsync(topic);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public async Task A_producer_that_wants_no_queues_gets_no_topic_that_nobody_can_use(int wanted)
    {
        var topic = UniqueNames.Topic();
        await using var client = await rocket.ConnectAsync();

        var answer = await client.SendAsync(SendRequest.For(topic, "x") with { DefaultTopicQueueNums = wanted });

        if (answer.IsSuccess)
        {
            Assert.True((await RouteOfAsync(topic)).WriteQueueNums > 0);
        }
        else
        {
            Assert.False(string.IsNullOrEmpty(answer.Remark));
            await AssertNoRouteAsync(topic);
        }
    }

    private async Task<QueueData> RouteOfAsync(string topic)
    {
        await using var names = await rocket.Rocket.ConnectToNameServerAsync();
        return Assert.Single((await names.RouteAsync(topic).Succeeded()).Route.Queues);
    }

    private async Task AssertNoRouteAsync(string topic)
    {
        await using var names = await rocket.Rocket.ConnectToNameServerAsync();
        Assert.Equal(ResponseCode.TopicNotExist, (await names.RouteAsync(topic)).Code);
    }
}
