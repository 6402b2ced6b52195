namespace Rocket.Protocol.Json;

/// <summary>One broker (replica group) of a route.</summary>
public sealed record BrokerData
{
    /// <summary>Addresses <c>ip:port</c> by broker id; 0 is the master. A broker without 0 is not written to.</summary>
    public IReadOnlyDictionary<long, string> BrokerAddrs { get; init => field = BodyLists.WithoutNulls(value); }
        = new Dictionary<long, string>();

    public string BrokerName { get; init => field = value ?? string.Empty; } = string.Empty;

    public string Cluster { get; init => field = value ?? string.Empty; } = string.Empty;
}
