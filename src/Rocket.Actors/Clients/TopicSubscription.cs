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
        if (IsTag)
        {
            Expression = SubscriptionExpression.TryParse(subString, out SubscriptionExpression expression) ? expression : SubscriptionExpression.None;
        }
        else
        {
            Expression = PropertyExpressions.Shared.TryGet(expressionType, subString, out SubscriptionExpression expression, out string error)
                ? expression
                : SubscriptionExpression.None;
            Error = error;
        }
    }

    /// <summary>Topic name.</summary>
    public string Topic { get; }

    /// <summary>The expression as the client sent it.</summary>
    public string SubString { get; }

    /// <summary>One of <see cref="ExpressionTypes"/>, or what else the client sent.</summary>
    public string ExpressionType { get; }

    /// <summary>The client's clock when it subscribed.</summary>
    public long SubVersion { get; }

    /// <summary>Which messages pass. None does if it is a TAG expression without tags, or cannot be understood.</summary>
    public SubscriptionExpression Expression { get; }

    /// <summary>Why a condition over properties cannot be understood; empty: it can, or it is an expression of tags.</summary>
    public string Error { get; } = string.Empty;

    /// <summary>Whether the expression is one of tags.</summary>
    public bool IsTag => ExpressionTypes.IsTag(ExpressionType);
}
