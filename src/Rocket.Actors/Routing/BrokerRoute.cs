using System.Collections.Immutable;

namespace Rocket.Actors.Routing;

/// <summary>One broker as clients are told of it.</summary>
public sealed class BrokerRoute
{
    /// <param name="registration">What its master published.</param>
    /// <param name="absent">Addresses (ip:port) at which nobody is now; clients are not told of them.</param>
    internal BrokerRoute(BrokerRegistration registration, ImmutableHashSet<string> absent)
    {
        BrokerName = registration.BrokerName;
        Cluster = registration.Cluster;
        Epoch = registration.Stamp.Epoch;
        Addresses = absent.IsEmpty ? registration.Addresses : registration.Addresses.RemoveRange(registration.Addresses.Where(copy => absent.Contains(copy.Value)).Select(copy => copy.Key));
        MasterAddress = Addresses.GetValueOrDefault(MasterId);
    }

    /// <summary>The broker id of the master.</summary>
    public const long MasterId = 0;

    public string BrokerName { get; }

    public string Cluster { get; }

    /// <summary>Epoch of the master that published the addresses: a hint, the placement register is the truth.</summary>
    public long Epoch { get; }

    /// <summary>ip:port by broker id, ascending.</summary>
    public ImmutableSortedDictionary<long, string> Addresses { get; }

    /// <summary>ip:port of broker id 0; without it clients do not publish to this broker.</summary>
    public string? MasterAddress { get; }
}
