using System.Diagnostics.CodeAnalysis;
using Rocket.Protocol.Headers;

namespace Rocket.Protocol.Requests;

/// <summary>Asks how far every group has come (317).</summary>
public sealed record BrokerConsumeStatsRequest(bool IsOrder) : IRequestHeader<BrokerConsumeStatsRequest>
{
    /// <inheritdoc />
    public static bool TryRead(CommandHeader header, [MaybeNullWhen(false)] out BrokerConsumeStatsRequest request, out string error)
    {
        var fields = new FieldReader(header);
        request = new BrokerConsumeStatsRequest(fields.RequiredBoolean("isOrder"u8));
        return fields.Succeeded(out error);
    }

    /// <inheritdoc />
    public void AddTo(CommandEncoder encoder)
    {
        encoder.AddField("isOrder"u8, IsOrder);
    }
}
