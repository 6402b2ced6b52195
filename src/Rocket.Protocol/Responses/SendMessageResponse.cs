using Rocket.Protocol.Headers;
using Rocket.Protocol.Requests;

namespace Rocket.Protocol.Responses;

/// <summary>
/// What a stored message is answered with (codes 0, 10, 11, 12). Java clients take extFields for granted in all four.
/// Its spans are the header's bytes.
/// </summary>
public readonly ref struct SendMessageResponse : IResponseHeader<SendMessageResponse>
{
    /// <summary>MSG_REGION when none is configured.</summary>
    public static ReadOnlySpan<byte> DefaultRegion => "DefaultRegion"u8;

    /// <summary>The message's offset id, see <see cref="Messages.MessageId"/>; of a batch: its messages' ids, comma-joined.</summary>
    public ReadOnlySpan<byte> MessageId { get; init; }

    public int QueueId { get; init; }

    /// <summary>Queue offset; of a batch: that of its first message.</summary>
    public long QueueOffset { get; init; }

    /// <summary>Only 5.x brokers send it.</summary>
    public ReadOnlySpan<byte> TransactionId { get; init; }

    public ReadOnlySpan<byte> Region { get; init; }

    public bool TraceOn { get; init; }

    /// <inheritdoc />
    public static bool TryRead(CommandHeader header, out SendMessageResponse response, out string error)
    {
        var fields = new FieldReader(header);
        response = new SendMessageResponse
        {
            MessageId = fields.RequiredText("msgId"u8),
            QueueId = fields.RequiredInt32("queueId"u8),
            QueueOffset = fields.RequiredInt64("queueOffset"u8),
            TransactionId = fields.Text("transactionId"u8),
            Region = fields.Text("MSG_REGION"u8),
            TraceOn = fields.OptionalBoolean("TRACE_ON"u8) ?? true,
        };
        return fields.Succeeded(out error);
    }

    /// <summary>Adds the fields to an answer that was started.</summary>
    public static void AddTo(
        CommandEncoder encoder,
        scoped ReadOnlySpan<byte> messageId,
        int queueId,
        long queueOffset,
        scoped ReadOnlySpan<byte> region,
        bool traceOn,
        scoped ReadOnlySpan<byte> transactionId = default)
    {
        encoder.AddField("msgId"u8, messageId);
        encoder.AddField("queueId"u8, queueId);
        encoder.AddField("queueOffset"u8, queueOffset);
        if (!transactionId.IsEmpty)
        {
            encoder.AddField("transactionId"u8, transactionId);
        }

        encoder.AddField("MSG_REGION"u8, region);
        encoder.AddField("TRACE_ON"u8, traceOn);
    }
}
