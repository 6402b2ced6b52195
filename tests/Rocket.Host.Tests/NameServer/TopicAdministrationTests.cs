using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Json;
using Xunit;

namespace Rocket.Host.Tests.NameServer;

/// <summary>What tools ask a broker about its topics (21, 351, 202).</summary>
[Collection(NameServerCollection.Name)]
public sealed class TopicAdministrationTests(NameServerRocket rocket)
{
    [Fact]
    public async Task A_topic_is_given_back_as_it_was_made()
    {
        var topic = UniqueNames.Topic();
        var expected = new TopicConfig(topic, 6, 5, 4, 2, Order: true, "SINGLE_TAG");
        await using var client = await rocket.ConnectAsync();

        await client.CreateTopicAsync(new CreateTopicRequest(topic) { ReadQueueNums = 6, WriteQueueNums = 5, Perm = 4, TopicSysFlag = 2, Order = true }).Succeeded();

        Assert.Equal(expected, (await client.TopicConfigAsync(topic).Succeeded()).Topic);
        var all = (await client.TopicConfigsAsync().Succeeded()).Topics;
        Assert.Equal(expected, all[topic]);
        Assert.Equal(new TopicConfig("TBW102", 8, 8, 7, 0, Order: false, "SINGLE_TAG"), all["TBW102"]);
    }

    [Fact]
    public async Task The_figures_of_a_topic_cover_each_queue_that_somebody_sees()
    {
        var topic = UniqueNames.Topic();
        await using var client = await rocket.ConnectAsync();
        await client.CreateTopicAsync(new CreateTopicRequest(topic) { ReadQueueNums = 3, WriteQueueNums = 2 }).Succeeded();
        for (var i = 0; i < 5; i++)
        {
            await client.SendAsync(SendRequest.For(topic, "x", queueId: 1)).Succeeded();
        }

        var queues = (await client.TopicStatsAsync(topic).Succeeded()).Queues;

        var last = (await client.ReadOneAsync(topic, 1, 4)).StoreTimestamp;
        Assert.Equal(3, queues.Count);
        Assert.Equal(new QueueContent(0, 0, 0), queues[new MessageQueue(topic, "broker-a", 0)]);
        Assert.Equal(new QueueContent(0, 5, last), queues[new MessageQueue(topic, "broker-a", 1)]);
        Assert.Equal(new QueueContent(0, 0, 0), queues[new MessageQueue(topic, "broker-a", 2)]);
    }

    [Fact]
    public async Task An_unknown_topic_is_answered_17()
    {
        await using var client = await rocket.ConnectAsync();

        foreach (var answer in new Answer[] { await client.TopicConfigAsync("NoSuchTopic"), await client.TopicStatsAsync("NoSuchTopic") })
        {
            Assert.Equal((ResponseCode.TopicNotExist, "topic[NoSuchTopic] not exist"), (answer.Code, answer.Remark));
        }
    }
}
