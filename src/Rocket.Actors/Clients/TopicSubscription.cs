using Rocket.Protocol.Json;

namespace Rocket.Actors.Clients;

/// <summary>What a consumer group wants of one topic.</summary>
public sealed record TopicSubscription
{
    public TopicSubscription(string topic, string subString, string expressionType, long subVersion)
    {
        Topic = topic;
        SubString = subString;
        ExpressionType = expressionType;
        SubVersion = subVersion;
        Expression = IsTag && SubscriptionExpression.TryParse(subString, out SubscriptionExpression expression)
            ? expression
            : IsTag ? SubscriptionExpression.None : SubscriptionExpression.All;
    }

    /// <summary>Topic name.</summary>
    public string Topic { get; }

    /// <summary>The expression as the client sent it.</summary>
    public string SubString { get; }

    /// <summary>One of <see cref="ExpressionTypes"/>.</summary>
    public string ExpressionType { get; }

    /// <summary>The client's clock when it subscribed.</summary>
    public long SubVersion { get; }

    /// <summary>
    /// Which tags pass. For any other type than TAG all do: that expression is evaluated over the message, not over its tag. Nothing passes a
    /// TAG expression without tags.
    /// </summary>
    public SubscriptionExpression Expression { get; }

    /// <summary>Whether the expression is one of tags.</summary>
    public bool IsTag => ExpressionType == ExpressionTypes.Tag;
}
