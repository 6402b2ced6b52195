namespace Rocket.TestClient.Json;

/// <summary>All brokers by name, and the broker names of each cluster (body of code 106).</summary>
public sealed record ClusterInfo(
    IReadOnlyDictionary<string, BrokerData> Brokers, IReadOnlyDictionary<string, IReadOnlyList<string>> Clusters, bool IsStandardJson)
{
    internal static ClusterInfo Parse(ReadOnlyMemory<byte> body)
    {
        var json = ProtocolJson.Parse(body);
        return new ClusterInfo(
            json.Root.Entries("brokerAddrTable").ToDictionary(entry => entry.Name, entry => BrokerData.Parse(entry.Value)),
            json.Root.Entries("clusterAddrTable").ToDictionary(
                entry => entry.Name,
                entry => (IReadOnlyList<string>)[.. entry.Value.EnumerateArray().Select(name => name.GetString()!)]),
            json.IsStandard);
    }
}
