namespace Rocket.Protocol.Json;

/// <summary>Answers 105: where a topic's queues are.</summary>
public sealed record TopicRouteData
{
    public IReadOnlyList<BrokerData> BrokerDatas { get; init => field = BodyLists.WithoutNulls(value); } = [];

    /// <summary>Obsolete; Java clients want it to be there.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> FilterServerTable { get; init => field = BodyLists.WithoutNulls(value); } =
        new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>Such as <c>broker-a:8;broker-b:8</c>: queues of an ordered topic, which count instead of <see cref="QueueDatas"/>.</summary>
    public string? OrderTopicConf { get; init; }

    public IReadOnlyList<QueueData> QueueDatas { get; init => field = BodyLists.WithoutNulls(value); } = [];
}
