using System.Buffers;
using System.Text;
using Rocket.Actors.Storage;
using Rocket.Protocol.Messages;

namespace Rocket.Actors.Tests.Queues;

/// <summary>Messages as a producer's side encodes them.</summary>
internal static class TestMessage
{
    public const string Topic = "TopicTest";

    public static byte[] Encode(string body, string? tag = null)
    {
        Dictionary<string, string> properties = tag is null ? [] : new() { ["TAGS"] = tag };
        var fields = new MessageFields
        {
            BornHost = [127, 0, 0, 1],
            StoreHost = [127, 0, 0, 1],
            Topic = Encoding.UTF8.GetBytes(Topic),
            Body = new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(body)),
            Properties = MessageProperties.Encode(properties),
        };
        var message = new byte[MessageWriter.SizeOf(fields)];
        MessageWriter.Write(message, fields);
        return message;
    }

    public static int HashOf(string? tag) => tag is null ? 0 : JavaHash.OfUtf8(Encoding.UTF8.GetBytes(tag));

    /// <summary>Every record of a log, checked: it is where it says, and its timestamps rise.</summary>
    public static IReadOnlyList<StoredMessage> In(RecordLog log)
    {
        List<StoredMessage> messages = [];
        var (offset, time) = (log.Watermarks.MinimumOffset, 0L);
        using var scanner = log.Reader.Scan(log.Watermarks.MinimumPosition);
        foreach (var record in scanner)
        {
            Xunit.Assert.True(MessageView.TryRead(record.Payload.Span, out var view));
            Xunit.Assert.Equal(offset, view.QueueOffset);
            Xunit.Assert.True(view.StoreTimestamp >= time, $"Record {offset} was stored at {view.StoreTimestamp}, the one before it at {time}.");
            time = view.StoreTimestamp;
            offset++;
            messages.Add(new StoredMessage(view.QueueOffset, view.PhysicalOffset, record.Position, view.StoreTimestamp, Encoding.UTF8.GetString(view.Body)));
        }

        return messages;
    }
}

internal sealed record StoredMessage(long Offset, long PhysicalOffset, long Position, long StoredAt, string Body);
