using System.Collections.Immutable;

namespace Rocket.Actors.Routing;

/// <summary>One broker as clients are told of it.</summary>
public sealed class BrokerRoute
{
    internal BrokerRoute(BrokerRegistration registration)
    {
        BrokerName = registration.BrokerName;
        Cluster = registration.Cluster;
        Epoch = registration.Stamp.Epoch;
        Addresses = registration.Addresses;
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
