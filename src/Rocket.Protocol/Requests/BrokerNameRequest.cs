using System.Diagnostics.CodeAnalysis;
using Rocket.Protocol.Headers;

namespace Rocket.Protocol.Requests;

/// <summary>Names one broker (205, 327).</summary>
public sealed record BrokerNameRequest(string BrokerName) : IRequestHeader<BrokerNameRequest>
{
    /// <inheritdoc />
    public static bool TryRead(CommandHeader header, [MaybeNullWhen(false)] out BrokerNameRequest request, out string error)
    {
        var fields = new FieldReader(header);
        request = new BrokerNameRequest(fields.RequiredString("brokerName"u8));
        return fields.Succeeded(out error);
    }

    /// <inheritdoc />
    public void AddTo(CommandEncoder encoder)
    {
        encoder.AddField("brokerName"u8, BrokerName);
    }
}
