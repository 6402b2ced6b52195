using System.Diagnostics.CodeAnalysis;
using Rocket.Protocol.Headers;

namespace Rocket.Protocol.Requests;

/// <summary>Asks one client for its state (307); passed through by the broker.</summary>
public sealed record ConsumerRunningInfoRequest(
    string ConsumerGroup,
    string ClientId,
    bool JstackEnable = false) : IRequestHeader<ConsumerRunningInfoRequest>
{
    /// <inheritdoc />
    public static bool TryRead(CommandHeader header, [MaybeNullWhen(false)] out ConsumerRunningInfoRequest request, out string error)
    {
        var fields = new FieldReader(header);
        request = new ConsumerRunningInfoRequest(
            fields.RequiredString("consumerGroup"u8),
            fields.RequiredString("clientId"u8),
            fields.Boolean("jstackEnable"u8));
        return fields.Succeeded(out error);
    }

    /// <inheritdoc />
    public void AddTo(CommandEncoder encoder)
    {
        encoder.AddField("consumerGroup"u8, ConsumerGroup);
        encoder.AddField("clientId"u8, ClientId);
        encoder.AddField("jstackEnable"u8, JstackEnable);
    }
}
