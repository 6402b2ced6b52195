using System.Diagnostics.CodeAnalysis;
using Rocket.Protocol.Headers;

namespace Rocket.Protocol.Requests;

/// <summary>Creates or changes a topic (17).</summary>
/// <param name="Perm">Bits of <see cref="Topics.TopicPermission"/>.</param>
/// <param name="TopicFilterType">SINGLE_TAG or MULTI_TAG.</param>
/// <param name="TopicSysFlag">1 unit, 2 unit subscription.</param>
/// <param name="Order">Whether the topic is an ordered one.</param>
/// <param name="Attributes">5.x: such as <c>+message.type=FIFO</c>, comma-separated.</param>
public sealed record CreateTopicRequest(
    string Topic,
    string DefaultTopic,
    int ReadQueueNums,
    int WriteQueueNums,
    int Perm,
    string TopicFilterType,
    int TopicSysFlag,
    bool Order,
    string? Attributes = null) : IRequestHeader<CreateTopicRequest>
{
    /// <inheritdoc />
    public static bool TryRead(CommandHeader header, [MaybeNullWhen(false)] out CreateTopicRequest request, out string error)
    {
        var fields = new FieldReader(header);
        request = new CreateTopicRequest(
            fields.RequiredString("topic"u8),
            fields.RequiredString("defaultTopic"u8),
            fields.RequiredInt32("readQueueNums"u8),
            fields.RequiredInt32("writeQueueNums"u8),
            fields.RequiredInt32("perm"u8),
            fields.RequiredString("topicFilterType"u8),
            fields.Int32("topicSysFlag"u8),
            fields.RequiredBoolean("order"u8),
            fields.OptionalString("attributes"u8));
        return fields.Succeeded(out error);
    }

    /// <inheritdoc />
    public void AddTo(CommandEncoder encoder)
    {
        encoder.AddField("topic"u8, Topic);
        encoder.AddField("defaultTopic"u8, DefaultTopic);
        encoder.AddField("readQueueNums"u8, ReadQueueNums);
        encoder.AddField("writeQueueNums"u8, WriteQueueNums);
        encoder.AddField("perm"u8, Perm);
        encoder.AddField("topicFilterType"u8, TopicFilterType);
        encoder.AddField("topicSysFlag"u8, TopicSysFlag);
        encoder.AddField("order"u8, Order);
        encoder.AddField("attributes"u8, Attributes);
    }
}
