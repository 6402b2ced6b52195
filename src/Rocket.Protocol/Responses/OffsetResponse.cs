using Rocket.Protocol.Headers;
using Rocket.Protocol.Requests;

namespace Rocket.Protocol.Responses;

/// <summary>Answers 14, 29, 30 and 31 with one queue offset.</summary>
/// <param name="Offset">The queue offset asked for.</param>
public readonly record struct OffsetResponse(long Offset) : IResponseHeader<OffsetResponse>
{
    /// <inheritdoc />
    public static bool TryRead(CommandHeader header, out OffsetResponse response, out string error)
    {
        var fields = new FieldReader(header);
        response = new OffsetResponse(fields.RequiredInt64("offset"u8));
        return fields.Succeeded(out error);
    }

    /// <summary>Adds the field to an answer that was started.</summary>
    public static void AddTo(CommandEncoder encoder, long offset) => encoder.AddField("offset"u8, offset);
}
