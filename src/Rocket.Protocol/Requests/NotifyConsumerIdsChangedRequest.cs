using System.Diagnostics.CodeAnalysis;
using Rocket.Protocol.Headers;

namespace Rocket.Protocol.Requests;

/// <summary>Server to client: the members of a group changed (40).</summary>
public sealed record NotifyConsumerIdsChangedRequest(string ConsumerGroup) : IRequestHeader<NotifyConsumerIdsChangedRequest>
{
    /// <inheritdoc />
    public static bool TryRead(CommandHeader header, [MaybeNullWhen(false)] out NotifyConsumerIdsChangedRequest request, out string error)
    {
        var fields = new FieldReader(header);
        request = new NotifyConsumerIdsChangedRequest(fields.RequiredString("consumerGroup"u8));
        return fields.Succeeded(out error);
    }

    /// <inheritdoc />
    public void AddTo(CommandEncoder encoder)
    {
        encoder.AddField("consumerGroup"u8, ConsumerGroup);
    }
}
