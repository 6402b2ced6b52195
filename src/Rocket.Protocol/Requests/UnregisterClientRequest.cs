using System.Diagnostics.CodeAnalysis;
using Rocket.Protocol.Headers;

namespace Rocket.Protocol.Requests;

/// <summary>A client leaves a producer group, a consumer group, or both (35).</summary>
public sealed record UnregisterClientRequest(
    string ClientId,
    string? ProducerGroup = null,
    string? ConsumerGroup = null) : IRequestHeader<UnregisterClientRequest>
{
    /// <inheritdoc />
    public static bool TryRead(CommandHeader header, [MaybeNullWhen(false)] out UnregisterClientRequest request, out string error)
    {
        var fields = new FieldReader(header);
        request = new UnregisterClientRequest(
            fields.RequiredString("clientID"u8),
            fields.OptionalString("producerGroup"u8),
            fields.OptionalString("consumerGroup"u8));
        return fields.Succeeded(out error);
    }

    /// <inheritdoc />
    public void AddTo(CommandEncoder encoder)
    {
        encoder.AddField("clientID"u8, ClientId);
        encoder.AddField("producerGroup"u8, ProducerGroup);
        encoder.AddField("consumerGroup"u8, ConsumerGroup);
    }
}
