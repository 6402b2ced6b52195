using System.Text.Json;
using Rocket.TestClient.Messages;

namespace Rocket.TestClient.Json;

/// <summary>Body of a heartbeat (code 34): who this client is, and the groups it speaks for.</summary>
public sealed record Heartbeat(string ClientId)
{
    public IReadOnlyList<string> ProducerGroups { get; init; } = [];

    public IReadOnlyList<ConsumerData> Consumers { get; init; } = [];

    public byte[] ToJson()
    {
        using var output = new MemoryStream();
        using (var writer = new Utf8JsonWriter(output))
        {
            writer.WriteStartObject();
            writer.WriteString("clientID", ClientId);
            writer.WriteStartArray("consumerDataSet");
            foreach (var consumer in Consumers)
            {
                consumer.Write(writer);
            }

            writer.WriteEndArray();
            writer.WriteStartArray("producerDataSet");
            foreach (var group in ProducerGroups)
            {
                writer.WriteStartObject();
                writer.WriteString("groupName", group);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return output.ToArray();
    }
}

/// <summary>One consumer group of a client. The defaults are a push consumer's in clustering mode.</summary>
public sealed record ConsumerData(string GroupName, IReadOnlyList<SubscriptionData> Subscriptions)
{
    /// <summary>CONSUME_ACTIVELY (pull), CONSUME_PASSIVELY (push) or CONSUME_POP.</summary>
    public string ConsumeType { get; init; } = "CONSUME_PASSIVELY";

    /// <summary>BROADCASTING or CLUSTERING.</summary>
    public string MessageModel { get; init; } = "CLUSTERING";

    /// <summary>CONSUME_FROM_LAST_OFFSET, CONSUME_FROM_FIRST_OFFSET or CONSUME_FROM_TIMESTAMP.</summary>
    public string ConsumeFromWhere { get; init; } = "CONSUME_FROM_LAST_OFFSET";

    public bool UnitMode { get; init; }

    internal void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("consumeFromWhere", ConsumeFromWhere);
        writer.WriteString("consumeType", ConsumeType);
        writer.WriteString("groupName", GroupName);
        writer.WriteString("messageModel", MessageModel);
        writer.WriteStartArray("subscriptionDataSet");
        foreach (var subscription in Subscriptions)
        {
            subscription.Write(writer);
        }

        writer.WriteEndArray();
        writer.WriteBoolean("unitMode", UnitMode);
        writer.WriteEndObject();
    }
}

/// <summary>What a group reads of one topic.</summary>
/// <param name="SubString">"*", tags separated by "||", or a SQL92 condition.</param>
/// <param name="SubVersion">Milliseconds since 1970 when it was made; the highest one of a group wins.</param>
public sealed record SubscriptionData(string Topic, string SubString, long SubVersion)
{
    /// <summary>TAG or SQL92.</summary>
    public string ExpressionType { get; init; } = "TAG";

    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>A TAG subscription with its tag set, made now.</summary>
    public static SubscriptionData ForTags(string topic, string expression = "*") =>
        new(topic, expression, TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds())
        {
            Tags = expression == "*" ? [] : expression.Split("||", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
        };

    /// <summary>A condition over properties, made now; it has no tags.</summary>
    public static SubscriptionData ForSql(string topic, string expression) =>
        new(topic, expression, TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()) { ExpressionType = "SQL92" };

    internal void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteBoolean("classFilterMode", false);
        writer.WriteStartArray("codeSet");
        foreach (var tag in Tags)
        {
            writer.WriteNumberValue(JavaHash.Of(tag));
        }

        writer.WriteEndArray();
        writer.WriteString("expressionType", ExpressionType);
        writer.WriteString("subString", SubString);
        writer.WriteNumber("subVersion", SubVersion);
        writer.WriteStartArray("tagsSet");
        foreach (var tag in Tags)
        {
            writer.WriteStringValue(tag);
        }

        writer.WriteEndArray();
        writer.WriteString("topic", Topic);
        writer.WriteEndObject();
    }
}
