using System.Diagnostics.CodeAnalysis;
using Rocket.Protocol.Headers;

namespace Rocket.Protocol.Requests;

/// <summary>Asks for the offsets that put a group level with others (308).</summary>
/// <param name="FilterGroups">Comma-separated groups that do not count.</param>
public sealed record CorrectionOffsetRequest(
    string? FilterGroups,
    string CompareGroup,
    string Topic) : IRequestHeader<CorrectionOffsetRequest>
{
    /// <inheritdoc />
    public static bool TryRead(CommandHeader header, [MaybeNullWhen(false)] out CorrectionOffsetRequest request, out string error)
    {
        var fields = new FieldReader(header);
        request = new CorrectionOffsetRequest(
            fields.OptionalString("filterGroups"u8),
            fields.RequiredString("compareGroup"u8),
            fields.RequiredString("topic"u8));
        return fields.Succeeded(out error);
    }

    /// <inheritdoc />
    public void AddTo(CommandEncoder encoder)
    {
        encoder.AddField("filterGroups"u8, FilterGroups);
        encoder.AddField("compareGroup"u8, CompareGroup);
        encoder.AddField("topic"u8, Topic);
    }
}
