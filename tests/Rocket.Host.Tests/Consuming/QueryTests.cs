using System.Globalization;
using System.Text;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Messages;
using Rocket.TestClient.Wire;
using Xunit;

namespace Rocket.Host.Tests.Consuming;

/// <summary>Finding a message by its id (33) and by its keys (12).</summary>
[Collection(ConsumingCollection.Name)]
public sealed class QueryTests(ConsumingRocket rocket)
{
    [Fact]
    public async Task An_id_finds_the_very_bytes_that_a_pull_gives()
    {
        var topic = await rocket.TopicWithTagsAsync("a", "b", "c");
        await using var client = await rocket.ConnectAsync();
        for (var offset = 0; offset < 3; offset++)
        {
            var pulled = await client.PullAsync(
                new PullRequest { ConsumerGroup = "viewers", Topic = topic, QueueOffset = offset, MaxMsgNums = 1 }).Succeeded();

            var viewed = await client.ViewAsync(pulled.Messages.Single().PhysicalOffset).Succeeded();

            Assert.Equal(pulled.Body.ToArray(), viewed.Body.ToArray());
        }
    }

    [Fact]
    public async Task An_offset_inside_a_record_finds_nothing()
    {
        var topic = await rocket.TopicWithTagsAsync("a", "b");
        await using var client = await rocket.ConnectAsync();
        var first = await client.ReadOneAsync(topic, 0, 0);
        var second = await client.ReadOneAsync(topic, 0, 1);

        for (var offset = first.PhysicalOffset - 20; offset < second.PhysicalOffset + second.TotalSize + 40; offset++)
        {
            if (offset != first.PhysicalOffset && offset != second.PhysicalOffset && offset >= 0)
            {
                var answer = await client.ViewAsync(offset);
                Assert.True(answer.Code == ResponseCode.SystemError || answer.Messages.Single().PhysicalOffset == offset, $"{offset}: {answer}");
            }
        }
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(long.MinValue)]
    [InlineData(long.MaxValue)]
    [InlineData((1L << 40) - 1)]
    [InlineData(1L << 53)]
    public async Task An_offset_that_is_no_message_is_answered_1(long offset)
    {
        await using var client = await rocket.ConnectAsync();

        var answer = await client.ViewAsync(offset);

        Assert.Equal(
            (ResponseCode.SystemError, $"can not find message by the offset, {offset.ToString(CultureInfo.InvariantCulture)}"),
            (answer.Code, answer.Remark));
    }

    [Fact]
    public async Task A_view_without_an_offset_is_refused()
    {
        await using var client = await rocket.ConnectAsync();

        var answer = await client.InvokeAsync(new RemotingCommand { Code = RequestCode.ViewMessageById });

        Assert.Equal((ResponseCode.SystemError, "the field offset is missing"), (answer.Code, answer.Remark));
    }

    [Fact]
    public async Task Each_key_of_a_message_finds_it_as_soon_as_it_is_answered()
    {
        var topic = await rocket.CreateTopicAsync(queues: 2);
        await using var client = await rocket.ConnectAsync();
        await client.SendAsync(SendRequest.For(topic, "both", keys: "k1 k2")).Succeeded();
        await client.SendAsync(SendRequest.For(topic, "second", keys: "k2  订单", queueId: 1)).Succeeded();

        Assert.Equal(["both"], await FindAsync("k1"));
        Assert.Equal(["both", "second"], (await FindAsync("k2")).Order());
        Assert.Equal(["second"], await FindAsync("订单"));

        async Task<string[]> FindAsync(string key) =>
            [.. (await client.QueryMessageAsync(new QueryMessageRequest(topic, key)).Succeeded()).Messages.Select(Text)];
    }

    [Fact]
    public async Task The_answer_tells_how_far_the_index_reaches_and_begins_with_the_newest()
    {
        var topic = await rocket.CreateTopicAsync();
        await using var client = await rocket.ConnectAsync(SerializeType.RocketMq);
        for (var i = 0; i < 3; i++)
        {
            await client.SendAsync(SendRequest.For(topic, $"{i}", keys: "k")).Succeeded();
        }

        var answer = await client.QueryMessageAsync(new QueryMessageRequest(topic, "k")).Succeeded();

        Assert.Equal(["2", "1", "0"], answer.Messages.Select(Text));
        Assert.True(long.Parse(answer.Fields["indexLastUpdateTimestamp"], CultureInfo.InvariantCulture) >= answer.Messages[0].StoreTimestamp);
        Assert.True(long.Parse(answer.Fields["indexLastUpdatePhyoffset"], CultureInfo.InvariantCulture) >= answer.Messages[0].PhysicalOffset);
    }

    [Fact]
    public async Task The_clients_own_id_finds_its_message()
    {
        var topic = await rocket.CreateTopicAsync();
        await using var client = await rocket.ConnectAsync();
        var request = SendRequest.For(topic, "mine");
        await client.SendAsync(request).Succeeded();
        await client.SendAsync(SendRequest.For(topic, "other")).Succeeded();

        foreach (bool? unique in new bool?[] { true, null })
        {
            var answer = await client.QueryMessageAsync(
                new QueryMessageRequest(topic, request.Properties!.UniqueKey!) { MaxNum = 1, UniqueKeyQuery = unique }).Succeeded();

            Assert.Equal("mine", Text(Assert.Single(answer.Messages)));
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(5, 5)]
    [InlineData(64, 64)]
    [InlineData(1000, 64)]
    public async Task At_most_the_wanted_number_and_64_messages_come(int wanted, int expected)
    {
        var topic = await rocket.CreateTopicAsync(queues: 2);
        await using var client = await rocket.ConnectAsync();
        await Task.WhenAll(Enumerable.Range(0, 70).Select(i => client.SendAsync(SendRequest.For(topic, $"{i}", keys: "k", queueId: i % 2)).Succeeded()));

        var answer = await client.QueryMessageAsync(new QueryMessageRequest(topic, "k") { MaxNum = wanted }).Succeeded();

        Assert.Equal(expected, answer.Messages.Count);
    }

    [Fact]
    public async Task Only_messages_stored_within_the_asked_time_come()
    {
        var topic = await rocket.CreateTopicAsync();
        await using var client = await rocket.ConnectAsync();
        await client.SendAsync(SendRequest.For(topic, "x", keys: "k")).Succeeded();
        var stored = (await client.ReadOneAsync(topic, 0, 0)).StoreTimestamp;
        var request = new QueryMessageRequest(topic, "k");

        // The index may count whole seconds, so the bounds are two away.
        Assert.Single((await client.QueryMessageAsync(request with { BeginTimestamp = stored - 2000, EndTimestamp = stored + 2000 }).Succeeded()).Messages);
        Assert.Equal(ResponseCode.QueryNotFound, (await client.QueryMessageAsync(request with { BeginTimestamp = stored + 2000 })).Code);
        Assert.Equal(ResponseCode.QueryNotFound, (await client.QueryMessageAsync(request with { EndTimestamp = stored - 2000 })).Code);
    }

    [Fact]
    public async Task A_key_that_no_message_of_the_topic_has_is_answered_22()
    {
        var (topic, other) = (await rocket.CreateTopicAsync(), await rocket.CreateTopicAsync());
        await using var client = await rocket.ConnectAsync();
        await client.SendAsync(SendRequest.For(other, "x", keys: "k")).Succeeded();
        await client.SendAsync(SendRequest.For(topic, "x", keys: "kk k-1")).Succeeded();

        foreach (var (inTopic, key) in new[] { (topic, "k"), (topic, "kk k-1"), (topic, ""), ("NoSuchTopic", "k") })
        {
            var answer = await client.QueryMessageAsync(new QueryMessageRequest(inTopic, key));

            Assert.Equal(
                (inTopic, key, ResponseCode.QueryNotFound, "can not find message, maybe time range not correct"),
                (inTopic, key, answer.Code, answer.Remark));
        }
    }

    [Theory]
    [InlineData("topic")]
    [InlineData("key")]
    [InlineData("maxNum")]
    [InlineData("beginTimestamp")]
    [InlineData("endTimestamp")]
    public async Task A_query_without_one_of_its_fields_is_refused_with_the_fields_name(string field)
    {
        await using var client = await rocket.ConnectAsync();
        var command = new QueryMessageRequest("t", "k").ToCommand();
        Assert.True(command.Fields.Remove(field));

        var answer = await client.InvokeAsync(command);

        Assert.Equal((ResponseCode.SystemError, $"the field {field} is missing"), (answer.Code, answer.Remark));
    }

    private static string Text(StoredMessage message) => Encoding.UTF8.GetString(message.Body.Span);
}
