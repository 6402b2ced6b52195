using System.Diagnostics.CodeAnalysis;
using Rocket.Protocol.Headers;

namespace Rocket.Protocol.Requests;

/// <summary>Asks how far a group has come (208).</summary>
/// <param name="Topic">Only this topic, if given.</param>
public sealed record ConsumeStatsRequest(string ConsumerGroup, string? Topic = null) : IRequestHeader<ConsumeStatsRequest>
{
    /// <inheritdoc />
    public static bool TryRead(CommandHeader header, [MaybeNullWhen(false)] out ConsumeStatsRequest request, out string error)
    {
        var fields = new FieldReader(header);
        request = new ConsumeStatsRequest(fields.RequiredString("consumerGroup"u8), fields.OptionalString("topic"u8));
        return fields.Succeeded(out error);
    }

    /// <inheritdoc />
    public void AddTo(CommandEncoder encoder)
    {
        encoder.AddField("consumerGroup"u8, ConsumerGroup);
        encoder.AddField("topic"u8, Topic);
    }
}
