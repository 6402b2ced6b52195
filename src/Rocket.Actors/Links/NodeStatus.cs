using System.Collections.Immutable;
using Rocket.Actors.Placement;

namespace Rocket.Actors.Links;

/// <summary>A broker that a node holds a copy of.</summary>
/// <param name="Name">Broker name.</param>
/// <param name="Replicas">Nodes that are configured to hold a copy, the preferred master first.</param>
/// <param name="Port">Port of the broker's listener on that node; 0: it is of a version that did not tell.</param>
/// <param name="Doubt">What its copy may have lost; null: nothing.</param>
public sealed record HeldReplicas(string Name, ImmutableArray<string> Replicas, int Port, CopyDoubt? Doubt = null)
{
    /// <inheritdoc/>
    public bool Equals(HeldReplicas? other) =>
        other is not null && Name == other.Name && Port == other.Port && Doubt == other.Doubt && Replicas.SequenceEqual(other.Replicas, StringComparer.Ordinal);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Replicas.Length, Port);
}

/// <summary>What a node tells its peers of itself over its links, at their beginning and whenever it changes.</summary>
/// <param name="Node">Its name.</param>
/// <param name="Incarnation">This start of it, as in its handshake.</param>
/// <param name="StartCounter">How often it was started.</param>
/// <param name="Version">Rises with each status of this start.</param>
/// <param name="AkkaAddress">Its address in the cluster, such as <c>akka.tcp://rocket@127.0.0.1:4053</c>.</param>
/// <param name="AkkaUid">Tells the starts of that address apart.</param>
/// <param name="AdvertisedHost">Address that it tells clients.</param>
/// <param name="Votes">Whether its voter votes.</param>
/// <param name="ClusterNumber">Number of the cluster that it is a member of; none: it is in none.</param>
/// <param name="Hears">Nodes that it hears, over their links and as far as Akka's failure detector goes, in the order of their names.</param>
/// <param name="Brokers">Brokers that it holds copies of, in the order of their names; none: it is a witness.</param>
public sealed record NodeStatus(
    string Node,
    long Incarnation,
    long StartCounter,
    long Version,
    string AkkaAddress,
    int AkkaUid,
    string AdvertisedHost,
    bool Votes,
    Ballot ClusterNumber,
    ImmutableArray<string> Hears,
    ImmutableArray<HeldReplicas> Brokers)
{
    /// <summary>
    /// Starts of other nodes, by <see cref="AkkaUid"/>, that were members of its cluster and were taken out of it; the last ones only. A node that was not heard then does not know
    /// it of itself.
    /// </summary>
    public ImmutableArray<int> Removed { get; init; } = [];

    /// <summary>Members of its cluster, in the order of their names.</summary>
    public ImmutableArray<string> Members { get; init; } = [];

    /// <summary>Whether there is a broker that only this node could lead: nobody else is in sync.</summary>
    public bool IsAloneInSync { get; init; }

    /// <summary>It was told to stop: it gives up what it leads, and nobody gives it anything any more.</summary>
    public bool IsLeaving { get; init; }

    /// <summary>A voter without data.</summary>
    public bool IsWitness => Brokers.IsEmpty;

    /// <summary>Whether it is a member of a cluster.</summary>
    public bool IsInCluster => ClusterNumber != Ballot.None;

    /// <summary>Whether both say the same, whatever their versions are.</summary>
    public bool SaysTheSameAs(NodeStatus other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Hears.SequenceEqual(other.Hears, StringComparer.Ordinal) && Brokers.SequenceEqual(other.Brokers) && Removed.SequenceEqual(other.Removed)
            && Members.SequenceEqual(other.Members, StringComparer.Ordinal) && Rest(this).Equals(Rest(other));

        static NodeStatus Rest(NodeStatus status) => status with { Version = 0, Hears = [], Brokers = [], Removed = [], Members = [] };
    }
}
