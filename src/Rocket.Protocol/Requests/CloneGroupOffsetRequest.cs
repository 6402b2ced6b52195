using System.Diagnostics.CodeAnalysis;
using Rocket.Protocol.Headers;

namespace Rocket.Protocol.Requests;

/// <summary>Copies a group's offsets to another group (314).</summary>
/// <param name="Topic">Only this topic, if given.</param>
public sealed record CloneGroupOffsetRequest(
    string SourceGroup,
    string DestinationGroup,
    string? Topic = null,
    bool Offline = false) : IRequestHeader<CloneGroupOffsetRequest>
{
    /// <inheritdoc />
    public static bool TryRead(CommandHeader header, [MaybeNullWhen(false)] out CloneGroupOffsetRequest request, out string error)
    {
        var fields = new FieldReader(header);
        request = new CloneGroupOffsetRequest(
            fields.RequiredString("srcGroup"u8),
            fields.RequiredString("destGroup"u8),
            fields.OptionalString("topic"u8),
            fields.Boolean("offline"u8));
        return fields.Succeeded(out error);
    }

    /// <inheritdoc />
    public void AddTo(CommandEncoder encoder)
    {
        encoder.AddField("srcGroup"u8, SourceGroup);
        encoder.AddField("destGroup"u8, DestinationGroup);
        encoder.AddField("topic"u8, Topic);
        encoder.AddField("offline"u8, Offline);
    }
}
