using System.Net;
using Rocket.Actors.Cluster;

namespace Rocket.Host.Gateway;

/// <summary>
/// One listening port. A 4.x request carries no broker name, so the port it arrives on says which broker is meant; the name-server port has none.
/// </summary>
internal sealed class GatewayListener
{
    public GatewayListener(string name, string configurationKey, IPEndPoint endPoint, BrokerContext? broker, IPEndPoint advertised)
    {
        Name = name;
        ConfigurationKey = configurationKey;
        EndPoint = endPoint;
        Broker = broker;
        StoreHost = advertised.Address.GetAddressBytes();
        StorePort = advertised.Port;
    }

    /// <summary>What log lines call it.</summary>
    public string Name { get; }

    /// <summary>The key that says where it listens.</summary>
    public string ConfigurationKey { get; }

    /// <summary>Where it listens.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>The broker that requests on this port mean; null on the name-server port.</summary>
    public BrokerContext? Broker { get; }

    /// <summary>4 or 16 bytes of the address that clients are told; stands in every message and its id.</summary>
    public byte[] StoreHost { get; }

    /// <summary>The broker's port, also on its VIP listener: message ids lead there.</summary>
    public int StorePort { get; }
}
