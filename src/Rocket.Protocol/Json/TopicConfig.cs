namespace Rocket.Protocol.Json;

/// <summary>A topic as tools see it.</summary>
public sealed record TopicConfig
{
    /// <summary>The filter type that topics have as a rule.</summary>
    public const string SingleTag = "SINGLE_TAG";

    /// <summary>5.x: such as <c>message.type</c>.</summary>
    public IReadOnlyDictionary<string, string>? Attributes { get; init; }

    public bool Order { get; init; }

    /// <summary>Bits of <see cref="Topics.TopicPermission"/>.</summary>
    public int Perm { get; init; }

    public int ReadQueueNums { get; init; }

    /// <summary>SINGLE_TAG or MULTI_TAG.</summary>
    public string TopicFilterType { get; init => field = value ?? SingleTag; } = SingleTag;

    public string TopicName { get; init => field = value ?? string.Empty; } = string.Empty;

    public int TopicSysFlag { get; init; }

    public int WriteQueueNums { get; init; }
}
