using System.Diagnostics.CodeAnalysis;
using Rocket.Protocol.Headers;

namespace Rocket.Protocol.Requests;

/// <summary>Reads entries of a queue's index (321).</summary>
/// <param name="Index">First queue offset; negative counts from the end.</param>
/// <param name="ConsumerGroup">Whose subscription is tried on the entries.</param>
public sealed record QueryConsumeQueueRequest(
    string? Topic = null,
    int QueueId = 0,
    long? Index = null,
    int Count = 0,
    string? ConsumerGroup = null) : IRequestHeader<QueryConsumeQueueRequest>
{
    /// <inheritdoc />
    public static bool TryRead(CommandHeader header, [MaybeNullWhen(false)] out QueryConsumeQueueRequest request, out string error)
    {
        var fields = new FieldReader(header);
        request = new QueryConsumeQueueRequest(
            fields.OptionalString("topic"u8),
            fields.Int32("queueId"u8),
            fields.OptionalInt64("index"u8),
            fields.Int32("count"u8),
            fields.OptionalString("consumerGroup"u8));
        return fields.Succeeded(out error);
    }

    /// <inheritdoc />
    public void AddTo(CommandEncoder encoder)
    {
        encoder.AddField("topic"u8, Topic);
        encoder.AddField("queueId"u8, QueueId);
        if (Index is { } index)
        {
            encoder.AddField("index"u8, index);
        }

        encoder.AddField("count"u8, Count);
        encoder.AddField("consumerGroup"u8, ConsumerGroup);
    }
}
