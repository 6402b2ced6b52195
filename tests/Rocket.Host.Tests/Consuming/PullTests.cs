using System.Text;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Messages;
using Rocket.TestClient.Wire;
using Xunit;

namespace Rocket.Host.Tests.Consuming;

/// <summary>What a pull is answered that does not wait: the table of findings.</summary>
[Collection(ConsumingCollection.Name)]
public sealed class PullTests(ConsumingRocket rocket)
{
    [Theory]
    [InlineData(SerializeType.Json)]
    [InlineData(SerializeType.RocketMq)]
    public async Task Messages_are_answered_0_with_all_four_offsets(SerializeType type)
    {
        var topic = await rocket.TopicWithTagsAsync("a", "b", "", "a", "b");
        await using var client = await rocket.ConnectAsync(type);

        var answer = await client.PullAsync(Pull(topic, 1));

        AssertAnswer(answer, ResponseCode.Success, next: 5, min: 0, max: 5);
        Assert.Equal(type, answer.Command.SerializeType);
        Assert.Equal(["1", "2", "3", "4"], answer.Messages.Select(Text));
        Assert.Equal([1L, 2, 3, 4], answer.Messages.Select(message => message.QueueOffset));
        Assert.Equal(
            ["maxOffset", "minOffset", "nextBeginOffset", "suggestWhichBrokerId"], answer.Fields.Keys.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 3)]
    [InlineData(32, 32)]
    [InlineData(33, 32)]
    [InlineData(int.MaxValue, 32)]
    public async Task At_most_the_wanted_number_and_32_messages_come_at_once(int wanted, int expected)
    {
        var topic = await rocket.TopicWithTagsAsync([.. Enumerable.Repeat("", 40)]);
        await using var client = await rocket.ConnectAsync();

        var answer = await client.PullAsync(Pull(topic, 0) with { MaxMsgNums = wanted });

        AssertAnswer(answer, ResponseCode.Success, next: expected, min: 0, max: 40);
        Assert.Equal(expected, answer.Messages.Count);
    }

    [Fact]
    public async Task At_most_256_KiB_come_at_once_unless_one_message_is_larger()
    {
        var topic = await rocket.CreateTopicAsync();
        await using var client = await rocket.ConnectAsync();
        foreach (var size in new[] { 100_000, 100_000, 100_000, 1_000_000, 1_000 })
        {
            await client.SendAsync(SendRequest.For(topic, new byte[size])).Succeeded();
        }

        var first = await client.PullAsync(Pull(topic, 0)).Succeeded();
        var large = await client.PullAsync(Pull(topic, 3)).Succeeded();

        Assert.InRange(first.Body.Length, 1, 262_144);
        Assert.Equal(first.Messages.Count, first.NextBeginOffset);
        Assert.Equal(1_000_000, Assert.Single(large.Messages).Body.Length);
        Assert.Equal(4, large.NextBeginOffset);
        Assert.Equal(5, (await client.ReadQueueAsync(topic)).Count);
    }

    [Fact]
    public async Task The_end_of_a_queue_is_answered_19_with_the_same_offset()
    {
        var topic = await rocket.TopicWithTagsAsync("a", "b");
        await using var client = await rocket.ConnectAsync();

        var answer = await client.PullAsync(Pull(topic, 2));

        AssertAnswer(answer, ResponseCode.PullNotFound, next: 2, min: 0, max: 2);
        Assert.Equal(0, answer.Body.Length);
    }

    [Fact]
    public async Task An_empty_queue_is_answered_19_at_offset_0()
    {
        var topic = await rocket.CreateTopicAsync();
        await using var client = await rocket.ConnectAsync();

        AssertAnswer(await client.PullAsync(Pull(topic, 0)), ResponseCode.PullNotFound, next: 0, min: 0, max: 0);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    [InlineData(long.MaxValue)]
    [InlineData(-1)]
    [InlineData(long.MinValue)]
    public async Task An_empty_queue_is_answered_21_at_any_other_offset(long offset)
    {
        var topic = await rocket.CreateTopicAsync();
        await using var client = await rocket.ConnectAsync();

        AssertAnswer(await client.PullAsync(Pull(topic, offset)), ResponseCode.PullOffsetMoved, next: 0, min: 0, max: 0);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(1L << 40)]
    [InlineData(long.MaxValue)]
    public async Task An_offset_beyond_the_end_is_answered_21_with_the_end(long offset)
    {
        var topic = await rocket.TopicWithTagsAsync("a", "b");
        await using var client = await rocket.ConnectAsync();

        AssertAnswer(await client.PullAsync(Pull(topic, offset)), ResponseCode.PullOffsetMoved, next: 2, min: 0, max: 2);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(long.MinValue)]
    public async Task An_offset_before_the_first_message_is_answered_21_with_the_first(long offset)
    {
        var topic = await rocket.TopicWithTagsAsync("a", "b");
        await using var client = await rocket.ConnectAsync();

        AssertAnswer(await client.PullAsync(Pull(topic, offset)), ResponseCode.PullOffsetMoved, next: 0, min: 0, max: 2);
    }

    [Theory]
    [InlineData("TagA", "0,3", 5)]
    [InlineData("TagB", "1,4", 5)]
    [InlineData("TagA || TagB", "0,1,3,4", 5)]
    [InlineData("TagA||TagB", "0,1,3,4", 5)]
    [InlineData(" TagA || NoSuchTag ", "0,3", 5)]
    [InlineData("*", "0,1,2,3,4", 5)]
    [InlineData("", "0,1,2,3,4", 5)]
    [InlineData(null, "0,1,2,3,4", 5)]
    public async Task Tags_are_filtered_by_the_broker(string? expression, string expected, int next)
    {
        var topic = await rocket.TopicWithTagsAsync("TagA", "TagB", "", "TagA", "TagB");
        await using var client = await rocket.ConnectAsync();

        var answer = await client.PullAsync(Pull(topic, 0) with { Subscription = expression });

        AssertAnswer(answer, ResponseCode.Success, next, min: 0, max: 5);
        Assert.Equal(expected, string.Join(',', answer.Messages.Select(Text)));
    }

    [Fact]
    public async Task Tags_may_be_in_any_language()
    {
        var topic = await rocket.TopicWithTagsAsync("订单", "заказ", "💰");
        await using var client = await rocket.ConnectAsync();
        foreach (var (tag, body) in new[] { ("订单", "0"), ("заказ", "1"), ("💰", "2") })
        {
            Assert.Equal(body, Text(Assert.Single((await client.PullAsync(Pull(topic, 0) with { Subscription = tag }).Succeeded()).Messages)));
        }
    }

    [Fact]
    public async Task A_pull_that_has_what_it_wanted_looks_no_further()
    {
        var topic = await rocket.TopicWithTagsAsync("TagB", "TagA", "TagB", "TagB", "TagA");
        await using var client = await rocket.ConnectAsync();

        var answer = await client.PullAsync(Pull(topic, 0) with { Subscription = "TagA", MaxMsgNums = 1 });

        AssertAnswer(answer, ResponseCode.Success, next: 2, min: 0, max: 5);
        Assert.Equal("1", Text(Assert.Single(answer.Messages)));
    }

    [Fact]
    public async Task Messages_that_the_filter_leaves_out_are_answered_20_with_the_offset_behind_them()
    {
        var topic = await rocket.TopicWithTagsAsync("TagB", "", "TagB");
        await using var client = await rocket.ConnectAsync();

        var answer = await client.PullAsync(Pull(topic, 0) with { Subscription = "TagA" });

        AssertAnswer(answer, ResponseCode.PullRetryImmediately, next: 3, min: 0, max: 3);
        Assert.Equal(0, answer.Body.Length);
        AssertAnswer(
            await client.PullAsync(Pull(topic, 3) with { Subscription = "TagA" }), ResponseCode.PullNotFound, next: 3, min: 0, max: 3);
    }

    [Fact]
    public async Task A_pull_with_a_strict_filter_looks_at_800_messages()
    {
        var topic = await rocket.TopicWithTagsAsync([.. Enumerable.Repeat("TagB", 1700), "TagA"]);
        await using var client = await rocket.ConnectAsync();
        var pull = Pull(topic, 0) with { Subscription = "TagA" };

        AssertAnswer(await client.PullAsync(pull), ResponseCode.PullRetryImmediately, next: 800, min: 0, max: 1701);
        AssertAnswer(
            await client.PullAsync(pull with { QueueOffset = 800 }), ResponseCode.PullRetryImmediately, next: 1600, min: 0, max: 1701);
        var last = await client.PullAsync(pull with { QueueOffset = 1600 });
        AssertAnswer(last, ResponseCode.Success, next: 1701, min: 0, max: 1701);
        Assert.Single(last.Messages);
    }

    [Theory]
    [InlineData(RequestCode.PullMessage, PullFlag.Subscription)]
    [InlineData(RequestCode.PullMessage, PullFlag.Subscription | PullFlag.Suspend)]
    [InlineData(RequestCode.PullMessage, PullFlag.Subscription | PullFlag.Suspend | PullFlag.LitePull)]
    [InlineData(LitePullMessage, PullFlag.Subscription | PullFlag.Suspend | PullFlag.LitePull)]
    public async Task Push_pull_and_lite_pull_consumers_read_alike(int code, int flags)
    {
        var topic = await rocket.TopicWithTagsAsync("TagA", "TagB", "TagA");
        await using var client = await rocket.ConnectAsync();
        var request = Pull(topic, 0) with { Subscription = "TagA", SysFlag = flags };

        var answer = new PullAnswer(await client.InvokeAsync(request.ToCommand() with { Code = code }));

        AssertAnswer(answer, ResponseCode.Success, next: 3, min: 0, max: 3);
        Assert.Equal(["0", "2"], answer.Messages.Select(Text));
    }

    [Fact]
    public async Task A_pull_without_an_expression_type_filters_by_tag()
    {
        var topic = await rocket.TopicWithTagsAsync("TagA", "TagB");
        await using var client = await rocket.ConnectAsync();

        var answer = await client.PullAsync(Pull(topic, 0) with { Subscription = "TagB", ExpressionType = null }).Succeeded();

        Assert.Equal("1", Text(Assert.Single(answer.Messages)));
    }

    [Fact]
    public async Task A_topic_that_is_not_there_is_answered_17()
    {
        await using var client = await rocket.ConnectAsync();

        var answer = await client.PullAsync(Pull("NoSuchTopic", 0));

        Assert.Equal(ResponseCode.TopicNotExist, answer.Code);
        Assert.StartsWith("topic[NoSuchTopic] not exist, apply first please!", answer.Remark, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(int.MaxValue)]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    public async Task A_queue_beyond_the_read_queues_is_refused(int queueId)
    {
        var topic = UniqueNames.Topic();
        await using var client = await rocket.ConnectAsync();
        await client.CreateTopicAsync(new CreateTopicRequest(topic) { ReadQueueNums = 2, WriteQueueNums = 4 }).Succeeded();

        var answer = await client.PullAsync(Pull(topic, 0) with { QueueId = queueId });

        Assert.Equal(ResponseCode.SystemError, answer.Code);
        Assert.StartsWith($"queueId[{queueId}] is illegal, ", answer.Remark, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_topic_that_is_not_readable_is_answered_16()
    {
        var topic = UniqueNames.Topic();
        await using var client = await rocket.ConnectAsync();
        await client.CreateTopicAsync(new CreateTopicRequest(topic) { Perm = 2 }).Succeeded();

        Assert.Equal(ResponseCode.NoPermission, (await client.PullAsync(Pull(topic, 0))).Code);
    }

    [Theory]
    [InlineData("consumerGroup")]
    [InlineData("topic")]
    [InlineData("queueId")]
    [InlineData("queueOffset")]
    [InlineData("maxMsgNums")]
    [InlineData("sysFlag")]
    [InlineData("commitOffset")]
    [InlineData("suspendTimeoutMillis")]
    [InlineData("subVersion")]
    public async Task A_pull_without_one_of_its_mandatory_fields_is_refused_with_the_fields_name(string field)
    {
        var topic = await rocket.TopicWithTagsAsync("a");
        await using var client = await rocket.ConnectAsync();
        var command = Pull(topic, 0).ToCommand();
        Assert.True(command.Fields.Remove(field));

        var answer = await client.InvokeAsync(command);

        Assert.Equal((ResponseCode.SystemError, $"the field {field} is missing"), (answer.Code, answer.Remark));
    }

    [Fact]
    public async Task Many_pulls_in_flight_are_each_answered_with_their_own_offset()
    {
        var topic = await rocket.TopicWithTagsAsync([.. Enumerable.Repeat("", 200)]);
        await using var client = await rocket.ConnectAsync();

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 200).Select(offset => client.PullAsync(Pull(topic, offset) with { MaxMsgNums = 1 }).Succeeded()));

        Assert.Equal(Enumerable.Range(0, 200).Select(i => $"{i}"), answers.Select(answer => Text(answer.Messages.Single())));
    }

    private const int LitePullMessage = 361;

    private static PullRequest Pull(string topic, long offset) =>
        new() { ConsumerGroup = "pullers", Topic = topic, QueueOffset = offset };

    private static string Text(StoredMessage message) => Encoding.UTF8.GetString(message.Body.Span);

    private static void AssertAnswer(PullAnswer answer, int code, long next, long min, long max)
    {
        Assert.True(code == answer.Code, $"want {code}, got {answer}");
        Assert.Equal((next, min, max), (answer.NextBeginOffset, answer.MinOffset, answer.MaxOffset));
        Assert.Equal(0, answer.SuggestWhichBrokerId);
    }
}
