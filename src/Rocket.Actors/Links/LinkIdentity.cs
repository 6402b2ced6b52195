using Rocket.Actors.Cluster;

namespace Rocket.Actors.Links;

/// <summary>What this node says of itself in a handshake.</summary>
/// <param name="ClusterName">Name of the cluster.</param>
/// <param name="NodeName">Its own name, one of <paramref name="Voters"/>.</param>
/// <param name="Voters">Names of all voters with the addresses of their node links (host:port).</param>
/// <param name="Failover">Who decides that a node is gone.</param>
/// <param name="StartCounter">How often it was started on its data folder, this time included.</param>
/// <param name="Incarnation">A random number that it drew at this start.</param>
/// <param name="Version">Version of its program, for people.</param>
public sealed record LinkIdentity(
    string ClusterName,
    string NodeName,
    IReadOnlyDictionary<string, string> Voters,
    FailoverMode Failover,
    long StartCounter,
    long Incarnation,
    string Version);
