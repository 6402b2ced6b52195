using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Messages;
using Rocket.TestClient.Wire;
using Xunit;

namespace Rocket.Host.Tests.Consuming;

/// <summary>Offsets of consumer groups: 14, 15 and the commit within a pull.</summary>
[Collection(ConsumingCollection.Name)]
public sealed class ConsumerOffsetTests(ConsumingRocket rocket)
{
    [Theory]
    [InlineData(SerializeType.Json)]
    [InlineData(SerializeType.RocketMq)]
    public async Task What_was_committed_is_what_is_found(SerializeType type)
    {
        var (topic, group) = (await rocket.CreateTopicAsync(queues: 2), UniqueNames.Group());
        await using var client = await rocket.ConnectAsync(type);

        await client.UpdateOffsetAsync(group, topic, 0, 7).Succeeded();
        await client.UpdateOffsetAsync(group, topic, 1, 5_000_000_000_000).Succeeded();

        Assert.Equal(7, (await client.QueryOffsetAsync(group, topic, 0).Succeeded()).Offset);
        Assert.Equal(5_000_000_000_000, (await client.QueryOffsetAsync(group, topic, 1).Succeeded()).Offset);
    }

    [Fact]
    public async Task A_oneway_commit_counts_and_is_not_answered()
    {
        var (topic, group) = (await rocket.CreateTopicAsync(), UniqueNames.Group());
        await using var client = await rocket.ConnectAsync();

        for (var offset = 1; offset <= 100; offset++)
        {
            await client.UpdateOffsetOnewayAsync(group, topic, 0, offset);
        }

        Assert.Equal(100, (await client.QueryOffsetAsync(group, topic, 0).Succeeded()).Offset);
        Assert.False(client.StrayAnswers.TryRead(out _));
    }

    [Fact]
    public async Task A_commit_may_go_back()
    {
        var (topic, group) = (await rocket.CreateTopicAsync(), UniqueNames.Group());
        await using var client = await rocket.ConnectAsync();

        await client.UpdateOffsetAsync(group, topic, 0, 100).Succeeded();
        await client.UpdateOffsetAsync(group, topic, 0, 0).Succeeded();

        Assert.Equal(0, (await client.QueryOffsetAsync(group, topic, 0).Succeeded()).Offset);
    }

    [Fact]
    public async Task Groups_and_topics_have_offsets_of_their_own()
    {
        var (one, other) = (await rocket.CreateTopicAsync(), await rocket.CreateTopicAsync());
        var (groupA, groupB) = (UniqueNames.Group(), UniqueNames.Group());
        await using var client = await rocket.ConnectAsync();

        await client.UpdateOffsetAsync(groupA, one, 0, 1).Succeeded();
        await client.UpdateOffsetAsync(groupA, other, 0, 2).Succeeded();
        await client.UpdateOffsetAsync(groupB, one, 0, 3).Succeeded();

        Assert.Equal(1, (await client.QueryOffsetAsync(groupA, one, 0).Succeeded()).Offset);
        Assert.Equal(2, (await client.QueryOffsetAsync(groupA, other, 0).Succeeded()).Offset);
        Assert.Equal(3, (await client.QueryOffsetAsync(groupB, one, 0).Succeeded()).Offset);
    }

    [Fact]
    public async Task A_new_group_starts_at_0_on_a_queue_that_still_has_its_first_message()
    {
        var topic = await rocket.TopicWithTagsAsync("a", "b", "c");
        await using var client = await rocket.ConnectAsync();

        Assert.Equal(0, (await client.QueryOffsetAsync(UniqueNames.Group(), topic, 0).Succeeded()).Offset);
    }

    [Fact]
    public async Task A_queue_or_a_topic_that_is_not_there_is_young_too()
    {
        var topic = await rocket.CreateTopicAsync();
        await using var client = await rocket.ConnectAsync();

        Assert.Equal(0, (await client.QueryOffsetAsync(UniqueNames.Group(), topic, 17).Succeeded()).Offset);
        Assert.Equal(0, (await client.QueryOffsetAsync(UniqueNames.Group(), "NoSuchTopic", 0).Succeeded()).Offset);
    }

    [Fact]
    public async Task An_offset_of_a_queue_that_is_not_there_is_not_kept()
    {
        var (topic, group) = (await rocket.CreateTopicAsync(queues: 2), UniqueNames.Group());
        await using var client = await rocket.ConnectAsync();

        await client.UpdateOffsetAsync(group, topic, 2, 7).WithCode(ResponseCode.SystemError);
        await client.UpdateOffsetAsync(group, topic, int.MaxValue, 7).WithCode(ResponseCode.SystemError);
        await client.UpdateOffsetAsync(group, "NoSuchTopic", 0, 7).WithCode(ResponseCode.TopicNotExist);

        Assert.Equal(0, (await client.QueryOffsetAsync(group, topic, 2).Succeeded()).Offset);
        Assert.Equal(0, (await client.QueryOffsetAsync(group, "NoSuchTopic", 0).Succeeded()).Offset);
    }

    [Fact]
    public async Task A_pull_commits_the_offset_that_it_brings()
    {
        var (topic, group) = (await rocket.TopicWithTagsAsync("a", "b", "c"), UniqueNames.Group());
        await using var client = await rocket.ConnectAsync();
        var pull = new PullRequest { ConsumerGroup = group, Topic = topic, QueueOffset = 2, CommitOffset = 2 };

        await client.PullAsync(pull).Succeeded();
        Assert.Equal(0, (await client.QueryOffsetAsync(group, topic, 0).Succeeded()).Offset);

        await client.PullAsync(pull with { SysFlag = PullFlag.Subscription | PullFlag.CommitOffset }).Succeeded();
        Assert.Equal(2, (await client.QueryOffsetAsync(group, topic, 0).Succeeded()).Offset);
    }

    [Fact]
    public async Task A_pull_that_waits_commits_before_it_waits_and_only_then()
    {
        var (topic, group) = (await rocket.TopicWithTagsAsync("a"), UniqueNames.Group());
        await using var client = await rocket.ConnectAsync();
        var waiting = client.PullAsync(
            new PullRequest { ConsumerGroup = group, Topic = topic, QueueOffset = 1, CommitOffset = 1, SysFlag = PullFlag.Subscription | PullFlag.CommitOffset }
                .Waiting(TimeSpan.FromSeconds(30)));
        Assert.Equal(1, (await client.QueryOffsetAsync(group, topic, 0).Succeeded()).Offset);

        await client.UpdateOffsetAsync(group, topic, 0, 100).Succeeded();
        await client.SendAsync(SendRequest.For(topic, "b")).Succeeded();
        Assert.True((await waiting).IsFound);

        Assert.Equal(100, (await client.QueryOffsetAsync(group, topic, 0).Succeeded()).Offset);
    }

    [Theory]
    [InlineData(RequestCode.QueryConsumerOffset, "consumerGroup")]
    [InlineData(RequestCode.QueryConsumerOffset, "topic")]
    [InlineData(RequestCode.QueryConsumerOffset, "queueId")]
    [InlineData(RequestCode.UpdateConsumerOffset, "consumerGroup")]
    [InlineData(RequestCode.UpdateConsumerOffset, "topic")]
    [InlineData(RequestCode.UpdateConsumerOffset, "queueId")]
    [InlineData(RequestCode.UpdateConsumerOffset, "commitOffset")]
    public async Task A_request_without_one_of_its_fields_is_refused_with_the_fields_name(int code, string field)
    {
        await using var client = await rocket.ConnectAsync();
        HeaderFields fields = new() { { "consumerGroup", "g" }, { "topic", "t" }, { "queueId", 0 }, { "commitOffset", 0 } };
        fields.Remove(field);

        var answer = await client.InvokeAsync(new RemotingCommand { Code = code, Fields = fields });

        Assert.Equal((ResponseCode.SystemError, $"the field {field} is missing"), (answer.Code, answer.Remark));
    }
}
