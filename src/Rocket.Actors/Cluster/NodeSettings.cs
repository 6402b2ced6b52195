using Rocket.Actors.Links;
using Rocket.Actors.Storage;

namespace Rocket.Actors.Cluster;

/// <summary>Everything that one node may be told, checked; made by the Host from HOCON.</summary>
/// <param name="ClusterName">Cluster name, as clients see it in routes.</param>
/// <param name="NodeName">This node's name; a key of <paramref name="Voters"/>.</param>
/// <param name="BindHost">Address that every listener binds to.</param>
/// <param name="AdvertisedHost">IP address that clients and nodes are told; stands in routes and message ids.</param>
/// <param name="DataDir">Absolute path of the folder that holds everything durable.</param>
/// <param name="NameServerPort">Port of the name-server listener.</param>
/// <param name="Voters">Node names that vote on placements, in the order of their names, with their node-link addresses (host:port).</param>
/// <param name="Brokers">Every broker that this node holds a copy of.</param>
/// <param name="Limits">Bounds on what the outside may ask.</param>
public sealed record NodeSettings(
    string ClusterName,
    string NodeName,
    string BindHost,
    string AdvertisedHost,
    string DataDir,
    int NameServerPort,
    IReadOnlyDictionary<string, string> Voters,
    IReadOnlyList<BrokerSettings> Brokers,
    LimitSettings Limits)
{
    /// <summary>Who decides that a node is gone.</summary>
    public FailoverMode Failover { get; init; } = FailoverMode.Manual;

    /// <summary>This run of the machine; all zero: unknown.</summary>
    public Guid BootId { get; init; } = FileDirectory.BootId();

    /// <summary>Connections to the other nodes.</summary>
    public LinkSettings Links { get; init; } = new();

    /// <summary>
    /// Two voters, and a person who decides: neither has a majority without the other one, so a master that has lost its follower goes on by itself, and nobody takes a broker over until a
    /// person has said that its master is dead.
    /// </summary>
    public bool IsPair => Failover == FailoverMode.Manual && Voters.Count == 2;

    /// <summary>The only voter: it has nobody to link to, and opens no port for that.</summary>
    public bool IsAlone => Voters.Count <= 1;
}
