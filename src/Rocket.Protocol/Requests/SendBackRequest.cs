using System.Diagnostics.CodeAnalysis;
using Rocket.Protocol.Headers;

namespace Rocket.Protocol.Requests;

/// <summary>Hands a message back for a later retry (36).</summary>
/// <param name="Offset">Physical offset of the message.</param>
/// <param name="DelayLevel">Positive: that level; 0: by the number of retries; negative: straight to the dead-letter topic.</param>
/// <param name="MaxReconsumeTimes">The consumer's own limit; honoured from client version 121 on.</param>
public sealed record SendBackRequest(
    long Offset,
    string Group,
    int DelayLevel,
    string? OriginMessageId = null,
    string? OriginTopic = null,
    bool UnitMode = false,
    int? MaxReconsumeTimes = null) : IRequestHeader<SendBackRequest>
{
    /// <inheritdoc />
    public static bool TryRead(CommandHeader header, [MaybeNullWhen(false)] out SendBackRequest request, out string error)
    {
        var fields = new FieldReader(header);
        request = new SendBackRequest(
            fields.RequiredInt64("offset"u8),
            fields.RequiredString("group"u8),
            fields.RequiredInt32("delayLevel"u8),
            fields.OptionalString("originMsgId"u8),
            fields.OptionalString("originTopic"u8),
            fields.Boolean("unitMode"u8),
            fields.OptionalInt32("maxReconsumeTimes"u8));
        return fields.Succeeded(out error);
    }

    /// <inheritdoc />
    public void AddTo(CommandEncoder encoder)
    {
        encoder.AddField("offset"u8, Offset);
        encoder.AddField("group"u8, Group);
        encoder.AddField("delayLevel"u8, DelayLevel);
        encoder.AddField("originMsgId"u8, OriginMessageId);
        encoder.AddField("originTopic"u8, OriginTopic);
        encoder.AddField("unitMode"u8, UnitMode);
        if (MaxReconsumeTimes is { } maxReconsumeTimes)
        {
            encoder.AddField("maxReconsumeTimes"u8, maxReconsumeTimes);
        }
    }
}
