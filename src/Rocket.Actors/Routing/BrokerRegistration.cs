using System.Collections.Immutable;

namespace Rocket.Actors.Routing;

/// <summary>
/// What a broker's master tells the cluster about the broker itself. Of two registrations of one broker the one with the higher
/// <see cref="PartStamp"/> holds.
/// </summary>
/// <param name="BrokerName">Broker name, as clients see it in routes.</param>
/// <param name="Cluster">Cluster name, as clients see it in routes.</param>
/// <param name="Stamp">The master's epoch and its running number in it.</param>
/// <param name="Addresses">ip:port by broker id; 0 is the master. Empty when the broker is retracted.</param>
/// <param name="Retracted">The broker is gone from the cluster; kept, so that an older registration cannot bring it back.</param>
public sealed record BrokerRegistration(
    string BrokerName,
    string Cluster,
    PartStamp Stamp,
    ImmutableSortedDictionary<long, string> Addresses,
    bool Retracted)
{
    /// <summary>Whether both say the same, whatever their stamps are.</summary>
    public bool SaysTheSameAs(BrokerRegistration other) =>
        BrokerName == other.BrokerName && Cluster == other.Cluster && Retracted == other.Retracted && Addresses.SequenceEqual(other.Addresses);
}
