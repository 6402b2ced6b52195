using System.Diagnostics.CodeAnalysis;
using Rocket.Protocol.Headers;

namespace Rocket.Protocol.Requests;

/// <summary>Reads one message by its physical offset (33).</summary>
/// <param name="Offset">Physical offset of a record's start.</param>
/// <param name="Topic">5.x.</param>
public sealed record ViewMessageRequest(long Offset, string? Topic = null) : IRequestHeader<ViewMessageRequest>
{
    /// <inheritdoc />
    public static bool TryRead(CommandHeader header, [MaybeNullWhen(false)] out ViewMessageRequest request, out string error)
    {
        var fields = new FieldReader(header);
        request = new ViewMessageRequest(fields.RequiredInt64("offset"u8), fields.OptionalString("topic"u8));
        return fields.Succeeded(out error);
    }

    /// <inheritdoc />
    public void AddTo(CommandEncoder encoder)
    {
        encoder.AddField("offset"u8, Offset);
        encoder.AddField("topic"u8, Topic);
    }
}
