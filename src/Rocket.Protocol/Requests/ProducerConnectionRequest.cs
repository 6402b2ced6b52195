using System.Diagnostics.CodeAnalysis;
using Rocket.Protocol.Headers;

namespace Rocket.Protocol.Requests;

/// <summary>Asks who is connected for a producer group (204).</summary>
public sealed record ProducerConnectionRequest(string ProducerGroup) : IRequestHeader<ProducerConnectionRequest>
{
    /// <inheritdoc />
    public static bool TryRead(CommandHeader header, [MaybeNullWhen(false)] out ProducerConnectionRequest request, out string error)
    {
        var fields = new FieldReader(header);
        request = new ProducerConnectionRequest(fields.RequiredString("producerGroup"u8));
        return fields.Succeeded(out error);
    }

    /// <inheritdoc />
    public void AddTo(CommandEncoder encoder)
    {
        encoder.AddField("producerGroup"u8, ProducerGroup);
    }
}
