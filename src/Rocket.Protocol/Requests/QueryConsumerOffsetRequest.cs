using System.Diagnostics.CodeAnalysis;
using Rocket.Protocol.Headers;

namespace Rocket.Protocol.Requests;

/// <summary>Reads a group's offset in one queue (14).</summary>
/// <param name="SetZeroIfNotFound">5.x: whether 0 is wanted rather than an error when none is stored.</param>
public sealed record QueryConsumerOffsetRequest(
    string ConsumerGroup,
    string Topic,
    int QueueId,
    bool? SetZeroIfNotFound = null) : IRequestHeader<QueryConsumerOffsetRequest>
{
    /// <inheritdoc />
    public static bool TryRead(CommandHeader header, [MaybeNullWhen(false)] out QueryConsumerOffsetRequest request, out string error)
    {
        var fields = new FieldReader(header);
        request = new QueryConsumerOffsetRequest(
            fields.RequiredString("consumerGroup"u8),
            fields.RequiredString("topic"u8),
            fields.RequiredInt32("queueId"u8),
            fields.OptionalBoolean("setZeroIfNotFound"u8));
        return fields.Succeeded(out error);
    }

    /// <inheritdoc />
    public void AddTo(CommandEncoder encoder)
    {
        encoder.AddField("consumerGroup"u8, ConsumerGroup);
        encoder.AddField("topic"u8, Topic);
        encoder.AddField("queueId"u8, QueueId);
        if (SetZeroIfNotFound is { } setZeroIfNotFound)
        {
            encoder.AddField("setZeroIfNotFound"u8, setZeroIfNotFound);
        }
    }
}
