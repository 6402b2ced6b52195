using System.Diagnostics.CodeAnalysis;
using Rocket.Protocol.Headers;

namespace Rocket.Protocol.Requests;

/// <summary>Names one queue: its maximum (30), minimum (31) or earliest store time (32).</summary>
public sealed record TopicQueueRequest(string Topic, int QueueId) : IRequestHeader<TopicQueueRequest>
{
    /// <inheritdoc />
    public static bool TryRead(CommandHeader header, [MaybeNullWhen(false)] out TopicQueueRequest request, out string error)
    {
        var fields = new FieldReader(header);
        request = new TopicQueueRequest(fields.RequiredString("topic"u8), fields.RequiredInt32("queueId"u8));
        return fields.Succeeded(out error);
    }

    /// <inheritdoc />
    public void AddTo(CommandEncoder encoder)
    {
        encoder.AddField("topic"u8, Topic);
        encoder.AddField("queueId"u8, QueueId);
    }
}
