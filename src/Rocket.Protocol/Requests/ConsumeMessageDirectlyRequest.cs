using System.Diagnostics.CodeAnalysis;
using Rocket.Protocol.Headers;

namespace Rocket.Protocol.Requests;

/// <summary>Lets one client consume one message now (309); passed through by the broker.</summary>
public sealed record ConsumeMessageDirectlyRequest(
    string ConsumerGroup,
    string? ClientId = null,
    string? MessageId = null,
    string? BrokerName = null) : IRequestHeader<ConsumeMessageDirectlyRequest>
{
    /// <inheritdoc />
    public static bool TryRead(CommandHeader header, [MaybeNullWhen(false)] out ConsumeMessageDirectlyRequest request, out string error)
    {
        var fields = new FieldReader(header);
        request = new ConsumeMessageDirectlyRequest(
            fields.RequiredString("consumerGroup"u8),
            fields.OptionalString("clientId"u8),
            fields.OptionalString("msgId"u8),
            fields.OptionalString("brokerName"u8));
        return fields.Succeeded(out error);
    }

    /// <inheritdoc />
    public void AddTo(CommandEncoder encoder)
    {
        encoder.AddField("consumerGroup"u8, ConsumerGroup);
        encoder.AddField("clientId"u8, ClientId);
        encoder.AddField("msgId"u8, MessageId);
        encoder.AddField("brokerName"u8, BrokerName);
    }
}
