using System.Diagnostics.CodeAnalysis;
using Rocket.Protocol.Headers;

namespace Rocket.Protocol.Requests;

/// <summary>Moves a group to a time: from a tool to the broker (222), or from the broker to the clients (220).</summary>
/// <param name="Timestamp">Milliseconds since 1970; -1 for the end.</param>
/// <param name="QueueId">5.x.</param>
/// <param name="Offset">5.x.</param>
public sealed record ResetOffsetRequest(
    string Topic,
    string Group,
    long Timestamp,
    bool IsForce,
    int? QueueId = null,
    long? Offset = null) : IRequestHeader<ResetOffsetRequest>
{
    /// <inheritdoc />
    public static bool TryRead(CommandHeader header, [MaybeNullWhen(false)] out ResetOffsetRequest request, out string error)
    {
        var fields = new FieldReader(header);
        request = new ResetOffsetRequest(
            fields.RequiredString("topic"u8),
            fields.RequiredString("group"u8),
            fields.RequiredInt64("timestamp"u8),
            fields.RequiredBoolean("isForce"u8),
            fields.OptionalInt32("queueId"u8),
            fields.OptionalInt64("offset"u8));
        return fields.Succeeded(out error);
    }

    /// <inheritdoc />
    public void AddTo(CommandEncoder encoder)
    {
        encoder.AddField("topic"u8, Topic);
        encoder.AddField("group"u8, Group);
        encoder.AddField("timestamp"u8, Timestamp);
        encoder.AddField("isForce"u8, IsForce);
        if (QueueId is { } queueId)
        {
            encoder.AddField("queueId"u8, queueId);
        }

        if (Offset is { } offset)
        {
            encoder.AddField("offset"u8, offset);
        }
    }
}
