using System.Diagnostics.CodeAnalysis;
using Rocket.Protocol.Headers;

namespace Rocket.Protocol.Requests;

/// <summary>Asks for the client ids of a consumer group (38).</summary>
public sealed record ConsumerListRequest(string ConsumerGroup) : IRequestHeader<ConsumerListRequest>
{
    /// <inheritdoc />
    public static bool TryRead(CommandHeader header, [MaybeNullWhen(false)] out ConsumerListRequest request, out string error)
    {
        var fields = new FieldReader(header);
        request = new ConsumerListRequest(fields.RequiredString("consumerGroup"u8));
        return fields.Succeeded(out error);
    }

    /// <inheritdoc />
    public void AddTo(CommandEncoder encoder)
    {
        encoder.AddField("consumerGroup"u8, ConsumerGroup);
    }
}
