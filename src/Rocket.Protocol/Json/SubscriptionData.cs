namespace Rocket.Protocol.Json;

/// <summary>What a consumer group wants of one topic.</summary>
public sealed record SubscriptionData
{
    /// <summary>The text of a subscription that takes all messages.</summary>
    public const string SubscribeAll = "*";

    public bool ClassFilterMode { get; init; }

    /// <summary>Java hashes of <see cref="TagsSet"/>.</summary>
    public IReadOnlyList<int> CodeSet { get; init => field = value ?? []; } = [];

    /// <summary>One of <see cref="ExpressionTypes"/>; TAG when a client says nothing.</summary>
    public string ExpressionType { get; init => field = value ?? ExpressionTypes.Tag; } = ExpressionTypes.Tag;

    /// <summary>The expression.</summary>
    public string SubString { get; init => field = value ?? SubscribeAll; } = SubscribeAll;

    /// <summary>A client's clock when it subscribed; the greater one wins.</summary>
    public long SubVersion { get; init; }

    /// <summary>The tags of a TAG expression; empty for all messages.</summary>
    public IReadOnlyList<string> TagsSet { get; init => field = BodyLists.WithoutNulls(value); } = [];

    public string Topic { get; init => field = value ?? string.Empty; } = string.Empty;
}
