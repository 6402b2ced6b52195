using System.Buffers.Text;
using System.Text;
using Rocket.Actors.Queues;
using Rocket.Actors.Storage;
using Rocket.Protocol.Codes;
using Rocket.Protocol.Messages;

namespace Rocket.Actors.Transactions;

/// <summary>A half message as it was read from its log.</summary>
/// <param name="payload">Its record.</param>
internal sealed class StoredHalf(byte[] payload)
{
    /// <summary>So far the clocks of two leaders may be apart; a clock of local time is a day off at most. Whatever lies before is left out of the search, which would grow with all that the queue keeps.</summary>
    private static readonly TimeSpan MostSkew = TimeSpan.FromDays(1);

    /// <summary>As it lies in the log.</summary>
    public MessageView Message => MessageView.TryRead(payload, out var message) ? message : throw new InvalidOperationException("A stored record is none.");

    /// <summary>The topic that it is committed to.</summary>
    public string Topic => Text(PropertyNames.RealTopic);

    /// <summary>The queue that it is committed to.</summary>
    public int QueueId => MessageProperties.TryGet(Message.Properties, PropertyNames.RealQueueId, out var digits) && Utf8Parser.TryParse(digits, out int number, out _) ? number : 0;

    public string ProducerGroup => Text(PropertyNames.ProducerGroup);

    /// <summary>The client's own id; empty without one.</summary>
    public string UniqueKey => Text(PropertyNames.UniqueKey);

    /// <summary>For so long its producer does not want to be asked.</summary>
    public TimeSpan Immunity =>
        MessageProperties.TryGet(Message.Properties, PropertyNames.CheckImmunityTimeInSeconds, out var digits) && Utf8Parser.TryParse(digits, out int seconds, out _) && seconds >= 0
            ? TimeSpan.FromSeconds(seconds)
            : TimeSpan.Zero;

    /// <summary>The record that its producer is asked about: as consumers would see it, where it lies now.</summary>
    /// <param name="checks">How often the producer was asked before, and once more.</param>
    public byte[] ForCheck(int checks)
    {
        var message = Message;
        var properties = new byte[message.Properties.Length + PropertyWriter.LengthOfNumber(PropertyNames.TransactionCheckTimes)];
        var writer = new PropertyWriter(properties);
        writer.AddAll(message.Properties, PropertyNames.TransactionCheckTimes);
        writer.Add(PropertyNames.TransactionCheckTimes, checks);
        var fields = new MessageFields
        {
            QueueId = QueueId,
            Flag = message.Flag,
            SysFlag = message.SysFlag,
            BornTimestamp = message.BornTimestamp,
            BornHost = message.BornHost,
            BornPort = message.BornPort,
            StoreHost = message.StoreHost,
            StorePort = message.StorePort,
            ReconsumeTimes = message.ReconsumeTimes,
            StoredBody = message.Body,
            Topic = Encoding.UTF8.GetBytes(Topic),
            Properties = writer.Written <= MessageLayout.MaxPropertiesBytes ? properties.AsSpan(0, writer.Written) : message.Properties,
        };
        var record = new byte[MessageWriter.SizeOf(fields)];
        MessageWriter.Write(record, fields);
        MessageWriter.Stamp(record, message.QueueOffset, message.PhysicalOffset, message.StoreTimestamp);
        return record;
    }

    /// <summary>Where a queue has the message that this one was released as; null: it has none. By its UNIQ_KEY, or by its own offset where it has none.</summary>
    public long? FindReleased(QueueHandle queue)
    {
        var wanted = Message.PhysicalOffset;
        var key = UniqueKey is { Length: > 0 } own ? KeyHash.Of(Encoding.UTF8.GetBytes(own)) : MessageRecordIndexer.KeyOfHalf(wanted);
        var since = Message.StoreTimestamp - (long)MostSkew.TotalMilliseconds;
        Span<long> candidates = stackalloc long[16];
        Span<IndexEntry> entry = stackalloc IndexEntry[1];
        var found = queue.Reader.FindByKey(key, since, long.MaxValue, candidates);
        foreach (var offset in candidates[..found])
        {
            if (queue.Reader.ReadIndex(offset, entry) == 1
                && queue.Reader.TryReadAt(entry[0].Position, out var record)
                && MessageView.TryRead(record, out var message)
                && message.PreparedTransactionOffset == wanted)
            {
                return offset;
            }
        }

        return null;
    }

    private string Text(ReadOnlySpan<byte> name) => MessageProperties.TryGet(Message.Properties, name, out var value) ? Encoding.UTF8.GetString(value) : string.Empty;
}
