using System.Diagnostics.CodeAnalysis;
using Rocket.Protocol.Headers;

namespace Rocket.Protocol.Requests;

/// <summary>Asks for one figure over a minute, an hour and a day (315).</summary>
/// <param name="StatsName">Such as TOPIC_PUT_NUMS.</param>
public sealed record BrokerStatsRequest(string StatsName, string StatsKey) : IRequestHeader<BrokerStatsRequest>
{
    /// <inheritdoc />
    public static bool TryRead(CommandHeader header, [MaybeNullWhen(false)] out BrokerStatsRequest request, out string error)
    {
        var fields = new FieldReader(header);
        request = new BrokerStatsRequest(fields.RequiredString("statsName"u8), fields.RequiredString("statsKey"u8));
        return fields.Succeeded(out error);
    }

    /// <inheritdoc />
    public void AddTo(CommandEncoder encoder)
    {
        encoder.AddField("statsName"u8, StatsName);
        encoder.AddField("statsKey"u8, StatsKey);
    }
}
