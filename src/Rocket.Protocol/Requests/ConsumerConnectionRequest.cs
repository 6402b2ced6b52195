using System.Diagnostics.CodeAnalysis;
using Rocket.Protocol.Headers;

namespace Rocket.Protocol.Requests;

/// <summary>Asks who is connected for a consumer group (203).</summary>
public sealed record ConsumerConnectionRequest(string ConsumerGroup) : IRequestHeader<ConsumerConnectionRequest>
{
    /// <inheritdoc />
    public static bool TryRead(CommandHeader header, [MaybeNullWhen(false)] out ConsumerConnectionRequest request, out string error)
    {
        var fields = new FieldReader(header);
        request = new ConsumerConnectionRequest(fields.RequiredString("consumerGroup"u8));
        return fields.Succeeded(out error);
    }

    /// <inheritdoc />
    public void AddTo(CommandEncoder encoder)
    {
        encoder.AddField("consumerGroup"u8, ConsumerGroup);
    }
}
