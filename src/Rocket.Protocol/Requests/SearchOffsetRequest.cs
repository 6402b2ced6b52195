using System.Diagnostics.CodeAnalysis;
using Rocket.Protocol.Headers;

namespace Rocket.Protocol.Requests;

/// <summary>Finds the first offset of a queue whose message was stored at or after a time (29).</summary>
/// <param name="Timestamp">Milliseconds since 1970.</param>
/// <param name="BoundaryType">5.x: LOWER (also when absent) or UPPER.</param>
public sealed record SearchOffsetRequest(
    string Topic,
    int QueueId,
    long Timestamp,
    string? BoundaryType = null) : IRequestHeader<SearchOffsetRequest>
{
    /// <inheritdoc />
    public static bool TryRead(CommandHeader header, [MaybeNullWhen(false)] out SearchOffsetRequest request, out string error)
    {
        var fields = new FieldReader(header);
        request = new SearchOffsetRequest(
            fields.RequiredString("topic"u8),
            fields.RequiredInt32("queueId"u8),
            fields.RequiredInt64("timestamp"u8),
            fields.OptionalString("boundaryType"u8));
        return fields.Succeeded(out error);
    }

    /// <inheritdoc />
    public void AddTo(CommandEncoder encoder)
    {
        encoder.AddField("topic"u8, Topic);
        encoder.AddField("queueId"u8, QueueId);
        encoder.AddField("timestamp"u8, Timestamp);
        encoder.AddField("boundaryType"u8, BoundaryType);
    }
}
