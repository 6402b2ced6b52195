using System.Diagnostics.CodeAnalysis;
using Rocket.Protocol.Headers;

namespace Rocket.Protocol.Requests;

/// <summary>Server to client: the answer to a request message (326); the body is the answer's.</summary>
/// <param name="BornHost">ip:port</param>
/// <param name="StoreHost">ip:port</param>
/// <param name="StoreTimestamp">Milliseconds since 1970.</param>
public sealed record PushReplyRequest(
    string ProducerGroup,
    string Topic,
    string DefaultTopic,
    int DefaultTopicQueueNums,
    int QueueId,
    int SysFlag,
    long BornTimestamp,
    int Flag,
    string? Properties,
    int ReconsumeTimes,
    bool UnitMode,
    string BornHost,
    string StoreHost,
    long StoreTimestamp) : IRequestHeader<PushReplyRequest>
{
    /// <inheritdoc />
    public static bool TryRead(CommandHeader header, [MaybeNullWhen(false)] out PushReplyRequest request, out string error)
    {
        var fields = new FieldReader(header);
        request = new PushReplyRequest(
            fields.RequiredString("producerGroup"u8),
            fields.RequiredString("topic"u8),
            fields.RequiredString("defaultTopic"u8),
            fields.RequiredInt32("defaultTopicQueueNums"u8),
            fields.RequiredInt32("queueId"u8),
            fields.RequiredInt32("sysFlag"u8),
            fields.RequiredInt64("bornTimestamp"u8),
            fields.RequiredInt32("flag"u8),
            fields.OptionalString("properties"u8),
            fields.Int32("reconsumeTimes"u8),
            fields.Boolean("unitMode"u8),
            fields.RequiredString("bornHost"u8),
            fields.RequiredString("storeHost"u8),
            fields.RequiredInt64("storeTimestamp"u8));
        return fields.Succeeded(out error);
    }

    /// <inheritdoc />
    public void AddTo(CommandEncoder encoder)
    {
        encoder.AddField("producerGroup"u8, ProducerGroup);
        encoder.AddField("topic"u8, Topic);
        encoder.AddField("defaultTopic"u8, DefaultTopic);
        encoder.AddField("defaultTopicQueueNums"u8, DefaultTopicQueueNums);
        encoder.AddField("queueId"u8, QueueId);
        encoder.AddField("sysFlag"u8, SysFlag);
        encoder.AddField("bornTimestamp"u8, BornTimestamp);
        encoder.AddField("flag"u8, Flag);
        encoder.AddField("properties"u8, Properties);
        encoder.AddField("reconsumeTimes"u8, ReconsumeTimes);
        encoder.AddField("unitMode"u8, UnitMode);
        encoder.AddField("bornHost"u8, BornHost);
        encoder.AddField("storeHost"u8, StoreHost);
        encoder.AddField("storeTimestamp"u8, StoreTimestamp);
    }
}
