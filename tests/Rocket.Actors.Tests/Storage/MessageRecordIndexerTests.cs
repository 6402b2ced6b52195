using System.Buffers;
using System.Text;
using Rocket.Actors.Queues;
using Rocket.Actors.Storage;
using Rocket.Protocol.Messages;
using Xunit;

namespace Rocket.Actors.Tests.Storage;

public sealed class MessageRecordIndexerTests
{
    [Fact]
    public void A_message_is_described_by_its_tag_its_time_and_each_of_its_keys()
    {
        var message = Message(42, 1_700_000_000_123, new() { ["TAGS"] = "TagA", ["UNIQ_KEY"] = "7F00", ["KEYS"] = "order-1  order-2" });
        var description = new RecordDescription();
        Assert.True(MessageRecordIndexer.Instance.TryDescribe(message, 42, ref description));
        Assert.Equal(JavaHash.OfUtf8("TagA"u8), description.TagHash);
        Assert.Equal(1_700_000_000_123, description.StoreTimestamp);
        Assert.Equal([KeyHash.Of("7F00"u8), KeyHash.Of("order-1"u8), KeyHash.Of("order-2"u8)], description.KeyHashes.ToArray());
    }

    [Fact]
    public void A_message_without_properties_has_neither_tag_nor_keys()
    {
        var description = new RecordDescription();
        Assert.True(MessageRecordIndexer.Instance.TryDescribe(Message(0, 1, []), 0, ref description));
        Assert.Equal(0, description.TagHash);
        Assert.True(description.KeyHashes.IsEmpty);
    }

    [Fact]
    public void A_message_of_another_offset_or_with_something_behind_it_is_foreign()
    {
        var message = Message(42, 1, []);
        var description = new RecordDescription();
        Assert.False(MessageRecordIndexer.Instance.TryDescribe(message, 41, ref description));
        Assert.False(MessageRecordIndexer.Instance.TryDescribe([.. message, 0], 42, ref description));
        Assert.False(MessageRecordIndexer.Instance.TryDescribe(message.AsSpan(1), 42, ref description));
        Assert.False(MessageRecordIndexer.Instance.TryDescribe([], 42, ref description));
    }

    private static byte[] Message(long queueOffset, long storeTimestamp, Dictionary<string, string> properties)
    {
        var fields = new MessageFields
        {
            BornHost = [127, 0, 0, 1],
            StoreHost = [127, 0, 0, 1],
            Topic = "TopicTest"u8,
            Body = new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes("hello")),
            Properties = MessageProperties.Encode(properties),
        };
        var message = new byte[MessageWriter.SizeOf(fields)];
        MessageWriter.Write(message, fields);
        MessageWriter.Stamp(message, queueOffset, 0, storeTimestamp);
        return message;
    }
}
