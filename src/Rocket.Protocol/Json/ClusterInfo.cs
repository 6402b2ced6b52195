namespace Rocket.Protocol.Json;

/// <summary>Answers 106: all brokers and clusters.</summary>
public sealed record ClusterInfo
{
    /// <summary>Brokers by broker name.</summary>
    public IReadOnlyDictionary<string, BrokerData> BrokerAddrTable { get; init => field = BodyLists.WithoutNulls(value); } =
        new Dictionary<string, BrokerData>();

    /// <summary>Broker names by cluster name.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> ClusterAddrTable { get; init => field = BodyLists.WithoutNulls(value); } =
        new Dictionary<string, IReadOnlyList<string>>();
}
