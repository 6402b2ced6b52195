using System.Text;
using CsCheck;
using Rocket.Protocol.Json;
using Xunit;

namespace Rocket.Protocol.Tests.Json;

public sealed class QueueOffsetsTests
{
    private static readonly Gen<MessageQueue> Queues =
        Gen.Select(Generators.Text, Generators.AnyInt32, Generators.Text, (broker, queue, topic) => new MessageQueue(broker, queue, topic));

    private static readonly Gen<KeyValuePair<MessageQueue, long>[]> Tables =
        Gen.Select(Queues, Generators.AnyInt64, (queue, offset) => KeyValuePair.Create(queue, offset)).Array[0, 8].Select(table => table.DistinctBy(entry => entry.Key).ToArray());

    /// <summary>What JSON consists of.</summary>
    private static readonly Gen<byte[]> Scraps = Gen.Int[0, Signs.Length - 1].Select(index => (byte)Signs[index]).Array[0, 60];

    private const string Signs = "{{}}[]\"\":,\\0-9ab ";

    [Fact]
    public void The_bodies_are_byte_for_byte_as_RocketMQ_writes_them()
    {
        var offsets = new QueueOffsets([KeyValuePair.Create(new MessageQueue("b", 0, "t"), 5L), KeyValuePair.Create(new MessageQueue("b", 1, "t"), -1L)]);

        Assert.Equal("""{"offsetTable":{{"brokerName":"b","queueId":0,"topic":"t"}:5,{"brokerName":"b","queueId":1,"topic":"t"}:-1}}""", Text(offsets.ToBody()));
        Assert.Equal(
            """{"offsetTable":[{"brokerName":"b","offset":5,"queueId":0,"topic":"t"},{"brokerName":"b","offset":-1,"queueId":1,"topic":"t"}]}""", Text(offsets.ToListBody()));
        Assert.Equal(
            """{"consumerTable":{"c\"1":{{"brokerName":"b","queueId":0,"topic":"t"}:5,{"brokerName":"b","queueId":1,"topic":"t"}:-1},"c2":{}}}""",
            Text(QueueOffsets.ToConsumerTable([KeyValuePair.Create("c\"1", offsets), KeyValuePair.Create("c2", new QueueOffsets([]))])));
        Assert.Equal("""{"offsetTable":{}}""", Text(new QueueOffsets([]).ToBody()));
    }

    [Theory]
    [InlineData("""{"messageQueueTable":{{"brokerName":"b","queueId":3,"topic":"t"}:5}}""")]
    [InlineData("""{ "MessageQueueTable" : { {"topic":"t","brokerName":"b","queueId":3,"later":{"x":[1]}} : "5", } }""")]
    [InlineData("""{"consumerTable":{},"messageQueueTable":{"{\"brokerName\":\"b\",\"queueId\":3,\"topic\":\"t\"}":5}}""")]
    [InlineData("""{"0":[{1:2}],7:8,"messageQueueTable":{{"brokerName":"b","queueId":3,"topic":"t"}:5}}""")]
    public void What_clients_answer_is_read(string body)
    {
        Assert.True(QueueOffsets.TryParseStatus(Encoding.UTF8.GetBytes(body), out var offsets));
        Assert.Equal(KeyValuePair.Create(new MessageQueue("b", 3, "t"), 5L), Assert.Single(offsets.Offsets));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{{{{")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"messageQueueTable":{{"brokerName":"b"}:5}""")]
    [InlineData("""{"messageQueueTable":{{"brokerName":"b}:5}}""")]
    [InlineData("""{"messageQueueTable":{{"queueId":"x"}:5}}""")]
    [InlineData("""{"messageQueueTable":{{"brokerName":"b"}:null}}""")]
    [InlineData("""{"messageQueueTable":{"b":5}}""")]
    public void What_is_no_answer_is_refused(string body) => Assert.False(QueueOffsets.TryParseStatus(Encoding.UTF8.GetBytes(body), out _));

    [Fact]
    public void Nesting_without_end_is_refused() =>
        Assert.False(QueueOffsets.TryParseStatus(Encoding.UTF8.GetBytes("{\"messageQueueTable\":" + new string('[', 1_000_000)), out _));

    [Fact]
    public void A_table_is_read_as_it_was_written() => Tables.Sample(table =>
    {
        var body = Text(new QueueOffsets(table).ToBody()).Replace("{\"offsetTable\":", "{\"messageQueueTable\":", StringComparison.Ordinal);
        Assert.True(QueueOffsets.TryParseStatus(Encoding.UTF8.GetBytes(body), out var read), body);
        Assert.Equal(table, read.Offsets);
    });

    [Fact]
    public void No_bytes_do_any_harm() => Scraps.Sample(bytes => QueueOffsets.TryParseStatus(bytes, out var offsets) || offsets.Offsets.Count == 0);

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);
}
