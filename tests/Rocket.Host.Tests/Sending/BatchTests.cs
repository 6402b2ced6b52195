using System.Buffers.Binary;
using System.Text;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Connections;
using Rocket.TestClient.Messages;
using Rocket.TestClient.Wire;
using Xunit;

namespace Rocket.Host.Tests.Sending;

/// <summary>SEND_BATCH_MESSAGE.</summary>
[Collection(SendingCollection.Name)]
public sealed class BatchTests(SendingRocket rocket)
{
    [Theory]
    [InlineData(SendForm.Batch, SerializeType.Json)]
    [InlineData(SendForm.Batch, SerializeType.RocketMq)]
    [InlineData(SendForm.V2, SerializeType.Json)]
    [InlineData(SendForm.V1, SerializeType.Json)]
    public async Task A_batch_gets_consecutive_offsets_and_one_id_for_each_message(SendForm form, SerializeType type)
    {
        var topic = await rocket.CreateTopicAsync(queues: 2);
        await using var client = await rocket.ConnectAsync(type);
        await client.SendAsync(SendRequest.For(topic, "before", queueId: 1)).Succeeded();
        var request = SendRequest.ForBatch(topic, Bodies("a", "bb", "", "ccc"), tags: "TagA", queueId: 1);

        var answer = await client.SendAsync(request, form).Succeeded();

        Assert.Equal(type, answer.Command.SerializeType);
        Assert.Equal((1, 1L), (answer.QueueId, answer.QueueOffset));
        Assert.Equal(4, answer.OffsetMessageIds.Count);
        var stored = await client.ReadQueueAsync(topic, queueId: 1, from: 1);
        Assert.Equal(["a", "bb", "", "ccc"], stored.Select(Text));
        Assert.Equal([1L, 2, 3, 4], stored.Select(message => message.QueueOffset));
        Assert.Equal(answer.OffsetMessageIds, stored.Select(message => message.OffsetMessageId));
        Assert.All(stored, message => Assert.Equal("TagA", message.Properties.Tags));
        Assert.All(stored, message => Assert.True(message.BodyCrcMatches));
        Assert.Equal(4, stored.Select(message => message.Properties.UniqueKey).Distinct().Count());
    }

    [Fact]
    public async Task Each_message_of_a_batch_keeps_its_flag_and_properties_and_gets_those_of_the_batch()
    {
        var topic = await rocket.CreateTopicAsync();
        await using var client = await rocket.ConnectAsync();
        var request = Batch(topic, [Part("1", 7, ("A", "1"), ("KEYS", "k1")), Part("2", -8, ("A", "2"), ("TAGS", "TagB"))]);
        request.Properties!["WAIT"] = "false";
        request.Properties["FROM"] = "batch";

        await client.SendAsync(request, SendForm.Batch).Succeeded();

        var stored = await client.ReadQueueAsync(topic);
        Assert.Equal([7, -8], stored.Select(message => message.Flag));
        Assert.Equal(Pairs(("A", "1"), ("CLUSTER", "DefaultCluster"), ("FROM", "batch"), ("KEYS", "k1")), Sorted(stored[0]));
        Assert.Equal(Pairs(("A", "2"), ("CLUSTER", "DefaultCluster"), ("FROM", "batch"), ("TAGS", "TagB")), Sorted(stored[1]));
    }

    [Fact]
    public async Task Messages_of_a_batch_are_filtered_by_their_own_tags_and_found_by_their_own_keys()
    {
        var topic = await rocket.CreateTopicAsync();
        await using var client = await rocket.ConnectAsync();
        await client.SendAsync(
            Batch(topic, [Part("1", 0, ("TAGS", "TagA"), ("KEYS", "one")), Part("2", 0, ("TAGS", "TagB"), ("KEYS", "two"))]), SendForm.Batch).Succeeded();

        var pulled = await client.PullAsync(new PullRequest { ConsumerGroup = UniqueNames.Group(), Topic = topic, Subscription = "TagB" }).Succeeded();
        var found = await client.QueryMessageAsync(new QueryMessageRequest(topic, "one")).Succeeded();

        Assert.Equal("2", Text(Assert.Single(pulled.Messages)));
        Assert.Equal("1", Text(Assert.Single(found.Messages)));
    }

    [Fact]
    public async Task Batches_of_many_connections_do_not_mix()
    {
        var topic = await rocket.CreateTopicAsync();
        await Task.WhenAll(Enumerable.Range(0, 6).Select(async connection =>
        {
            await using var client = await rocket.ConnectAsync();
            await Task.WhenAll(Enumerable.Range(0, 20).Select(batch => client.SendAsync(
                SendRequest.ForBatch(topic, Bodies([.. Enumerable.Range(0, 10).Select(i => $"{connection}/{batch}/{i}")])), SendForm.Batch).Succeeded()));
        }));

        await using var reader = await rocket.ConnectAsync();
        var stored = await reader.ReadQueueAsync(topic);
        Assert.Equal(6 * 20 * 10, stored.Count);
        foreach (var batch in stored.Select(Text).Chunk(10))
        {
            var name = batch[0][..batch[0].LastIndexOf('/')];
            Assert.Equal(Enumerable.Range(0, 10).Select(i => $"{name}/{i}"), batch);
        }
    }

    [Fact]
    public async Task A_batch_may_create_its_topic()
    {
        var topic = UniqueNames.Topic();
        await using var client = await rocket.ConnectAsync();

        var answer = await client.SendAsync(SendRequest.ForBatch(topic, Bodies("a", "b")), SendForm.Batch).Succeeded();

        Assert.Equal(2, answer.OffsetMessageIds.Count);
        Assert.Equal(["a", "b"], (await client.ReadQueueAsync(topic)).Select(Text));
    }

    [Fact]
    public async Task A_batch_to_a_retry_topic_is_refused()
    {
        await using var client = await rocket.ConnectAsync();

        var answer = await client.SendAsync(SendRequest.ForBatch("%RETRY%" + UniqueNames.Group(), Bodies("a")), SendForm.Batch);

        Assert.Equal(ResponseCode.MessageIllegal, answer.Code);
        Assert.StartsWith("batch request does not support retry group", answer.Remark, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_batch_with_a_delay_is_refused_as_a_whole(bool inTheBatchItself)
    {
        var topic = await rocket.CreateTopicAsync();
        await using var client = await rocket.ConnectAsync();
        var request = inTheBatchItself
            ? Batch(topic, [Part("1", 0), Part("2", 0)])
            : Batch(topic, [Part("1", 0), Part("2", 0, (PropertyName.Delay, "2"))]);
        request.Properties![PropertyName.Delay] = inTheBatchItself ? "2" : null;

        var answer = await client.SendAsync(request, SendForm.Batch);

        Assert.Equal(ResponseCode.MessageIllegal, answer.Code);
        await AssertEmptyAsync(client, topic);
    }

    public static TheoryData<string, byte[]> BrokenBatches => new()
    {
        { "no message", [] },
        { "half a length", [0, 0] },
        { "a message that is cut", Whole()[..^1] },
        { "a second message that is cut", [.. Whole(), .. Whole()[..^3]] },
        { "a size of 0", With(0, 0) },
        { "a negative size", With(0, -1) },
        { "the greatest size", With(0, int.MaxValue) },
        { "a size below its fields", With(0, 21) },
        { "a body length beyond the message", With(16, 1000) },
        { "a negative body length", With(16, -1) },
        { "the greatest body length", With(16, int.MaxValue) },
        { "properties beyond the message", WithProperties(1000) },
        { "a negative properties length", WithProperties(-1) },
        { "bytes behind the last message", [.. Whole(), 1, 2, 3] },
    };

    [Theory]
    [MemberData(nameof(BrokenBatches))]
    public async Task A_broken_batch_is_refused_and_nothing_of_it_is_stored(string what, byte[] body)
    {
        var topic = await rocket.CreateTopicAsync();
        await using var client = await rocket.ConnectAsync();

        var answer = await client.SendAsync(new SendRequest { Topic = topic, Batch = true, Body = body }, SendForm.Batch);

        Assert.True(answer.Code == ResponseCode.MessageIllegal, $"{what}: {answer}");
        Assert.False(string.IsNullOrEmpty(answer.Remark));
        await AssertEmptyAsync(client, topic);
    }

    [Fact]
    public async Task A_batch_above_the_greatest_message_is_refused()
    {
        var topic = await rocket.CreateTopicAsync();
        await using var client = await rocket.ConnectAsync();
        var half = new byte[2 * 1024 * 1024];

        var answer = await client.SendAsync(SendRequest.ForBatch(topic, [half, half]), SendForm.Batch);

        Assert.Equal(ResponseCode.MessageIllegal, answer.Code);
        await AssertEmptyAsync(client, topic);
    }

    [Theory]
    [InlineData(PropertyName.Wait)]
    [InlineData("SHARED")]
    public async Task A_batch_whose_own_properties_would_make_it_gigabytes_is_refused_at_once(string property)
    {
        var topic = await rocket.CreateTopicAsync();
        await using var client = await rocket.ConnectAsync();
        await client.SendAsync(Batch(topic, [Part("warm", 0)]), SendForm.Batch).Succeeded();
        var before = rocket.Rocket.Run.WorkingSet;
        var request = Batch(topic, Enumerable.Range(0, 40_000).Select(_ => Part("", 0)));
        request.Properties![property] = new string('x', 30_000);

        var answer = await client.SendAsync(request, SendForm.Batch);

        // A property that is not stored makes nothing larger: that batch is only walked.
        var isStored = property != PropertyName.Wait;
        Assert.Equal(isStored ? ResponseCode.MessageIllegal : ResponseCode.Success, answer.Code);
        Assert.Equal(isStored ? 1 : 40_001, (await client.MaxOffsetAsync(topic, 0).Succeeded()).Offset);
        Assert.InRange(rocket.Rocket.Run.WorkingSet - before, long.MinValue, 100L << 20);
    }

    private static byte[] Whole() => BatchBody.Encode([Part("hello", 0, ("A", "1"))]);

    private static byte[] With(int at, int value)
    {
        var body = Whole();
        BinaryPrimitives.WriteInt32BigEndian(body.AsSpan(at), value);
        return body;
    }

    private static byte[] WithProperties(short length)
    {
        var body = Whole();
        BinaryPrimitives.WriteInt16BigEndian(body.AsSpan(20 + "hello".Length), length);
        return body;
    }

    private static BatchPart Part(string body, int flag, params (string Name, string Value)[] properties) =>
        new(Encoding.UTF8.GetBytes(body), Properties(properties), flag);

    private static SendRequest Batch(string topic, IEnumerable<BatchPart> parts) =>
        new() { Topic = topic, Batch = true, Body = BatchBody.Encode(parts), Properties = Properties(("WAIT", "true")) };

    private static MessageProperties Properties(params (string Name, string Value)[] pairs)
    {
        MessageProperties properties = [];
        foreach (var (name, value) in pairs)
        {
            properties.Add(name, value);
        }

        return properties;
    }

    private static IEnumerable<KeyValuePair<string, string>> Pairs(params (string Name, string Value)[] pairs) =>
        pairs.Select(pair => KeyValuePair.Create(pair.Name, pair.Value));

    private static IEnumerable<KeyValuePair<string, string>> Sorted(StoredMessage message) =>
        message.Properties.OrderBy(pair => pair.Key, StringComparer.Ordinal);

    private static IEnumerable<ReadOnlyMemory<byte>> Bodies(params string[] texts) =>
        texts.Select(text => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(text));

    private static string Text(StoredMessage message) => Encoding.UTF8.GetString(message.Body.Span);

    private static async Task AssertEmptyAsync(RemotingConnection client, string topic) =>
        Assert.Equal(0, (await client.MaxOffsetAsync(topic, 0).Succeeded()).Offset);
}
