using System.Diagnostics.CodeAnalysis;
using Rocket.Protocol.Headers;

namespace Rocket.Protocol.Requests;

/// <summary>Asks for the offsets that clients hold: from a tool (223) or from the broker to a client (221).</summary>
/// <param name="ClientAddress">Only this client, if given.</param>
public sealed record ConsumerStatusRequest(string Topic, string Group, string? ClientAddress = null) : IRequestHeader<ConsumerStatusRequest>
{
    /// <inheritdoc />
    public static bool TryRead(CommandHeader header, [MaybeNullWhen(false)] out ConsumerStatusRequest request, out string error)
    {
        var fields = new FieldReader(header);
        request = new ConsumerStatusRequest(
            fields.RequiredString("topic"u8),
            fields.RequiredString("group"u8),
            fields.OptionalString("clientAddr"u8));
        return fields.Succeeded(out error);
    }

    /// <inheritdoc />
    public void AddTo(CommandEncoder encoder)
    {
        encoder.AddField("topic"u8, Topic);
        encoder.AddField("group"u8, Group);
        encoder.AddField("clientAddr"u8, ClientAddress);
    }
}
