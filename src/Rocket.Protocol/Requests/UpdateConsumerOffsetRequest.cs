using Rocket.Protocol.Headers;

namespace Rocket.Protocol.Requests;

/// <summary>Stores a group's offset in one queue (15). Its spans are the header's bytes.</summary>
public readonly ref struct UpdateConsumerOffsetRequest : IRequestHeader<UpdateConsumerOffsetRequest>
{
    public ReadOnlySpan<byte> ConsumerGroup { get; init; }

    public ReadOnlySpan<byte> Topic { get; init; }

    public int QueueId { get; init; }

    /// <summary>Offset of the next message the group wants.</summary>
    public long CommitOffset { get; init; }

    /// <inheritdoc />
    public static bool TryRead(CommandHeader header, out UpdateConsumerOffsetRequest request, out string error)
    {
        var fields = new FieldReader(header);
        request = new UpdateConsumerOffsetRequest
        {
            ConsumerGroup = fields.RequiredText("consumerGroup"u8),
            Topic = fields.RequiredText("topic"u8),
            QueueId = fields.RequiredInt32("queueId"u8),
            CommitOffset = fields.RequiredInt64("commitOffset"u8),
        };
        return fields.Succeeded(out error);
    }

    /// <inheritdoc />
    public void AddTo(CommandEncoder encoder)
    {
        encoder.AddField("consumerGroup"u8, ConsumerGroup);
        encoder.AddField("topic"u8, Topic);
        encoder.AddField("queueId"u8, QueueId);
        encoder.AddField("commitOffset"u8, CommitOffset);
    }
}
