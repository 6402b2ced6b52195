using System.Diagnostics.CodeAnalysis;
using Rocket.Protocol.Headers;

namespace Rocket.Protocol.Requests;

/// <summary>Asks for the times between which a group consumes (303).</summary>
public sealed record ConsumeTimeSpanRequest(string Topic, string Group) : IRequestHeader<ConsumeTimeSpanRequest>
{
    /// <inheritdoc />
    public static bool TryRead(CommandHeader header, [MaybeNullWhen(false)] out ConsumeTimeSpanRequest request, out string error)
    {
        var fields = new FieldReader(header);
        request = new ConsumeTimeSpanRequest(fields.RequiredString("topic"u8), fields.RequiredString("group"u8));
        return fields.Succeeded(out error);
    }

    /// <inheritdoc />
    public void AddTo(CommandEncoder encoder)
    {
        encoder.AddField("topic"u8, Topic);
        encoder.AddField("group"u8, Group);
    }
}
