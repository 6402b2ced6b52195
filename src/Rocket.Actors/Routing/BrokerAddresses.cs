using System.Collections.Immutable;
using Rocket.Actors.Links;

namespace Rocket.Actors.Routing;

/// <summary>
/// Where the copies of brokers are that clients may use, as far as this node hears from their nodes. A node that was lost counts as there for
/// <see cref="Grace"/>, since clients look at routes every 30 s only and a link may blink. Used by one actor.
/// </summary>
/// <param name="nodes">This node and its peers.</param>
/// <param name="time">The clock.</param>
public sealed class BrokerAddresses(PeerTable nodes, TimeProvider time)
{
    /// <summary>How long a node is believed to be there that is not heard.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    private readonly Dictionary<string, long> _heard = new(StringComparer.Ordinal);

    /// <summary>Looks who is heard. Call it now and then, and before the other two.</summary>
    public void Look()
    {
        var now = time.GetTimestamp();
        foreach (var peer in nodes.Current.Peers.Values.Where(peer => peer.IsHeard))
        {
            _heard[peer.Name] = now;
        }
    }

    /// <summary>
    /// The addresses of a broker that this node leads, by broker id: itself under 0; the others that are there under 1 + their place in the broker's list of
    /// replicas without this node, so that an id means the same node as long as this node leads.
    /// </summary>
    /// <param name="broker">Broker name.</param>
    /// <param name="master">This node's address for the broker, ip:port.</param>
    public ImmutableSortedDictionary<long, string> OfCopies(string broker, string master)
    {
        var snapshot = nodes.Current;
        var addresses = ImmutableSortedDictionary<long, string>.Empty.Add(BrokerRoute.MasterId, master);
        var replicas = snapshot.Self?.Brokers.FirstOrDefault(held => held.Name == broker)?.Replicas ?? [];
        var id = BrokerRoute.MasterId;
        foreach (var replica in replicas.Where(replica => replica != snapshot.Self!.Node))
        {
            id++;
            if (snapshot.Peers.TryGetValue(replica, out var peer) && IsThere(replica) && AddressAt(peer.Status, broker) is { } address)
            {
                addresses = addresses.Add(id, address);
            }
        }

        return addresses;
    }

    /// <summary>The addresses of all brokers at nodes that were there and are not now.</summary>
    public ImmutableHashSet<string> Absent()
    {
        var absent = ImmutableHashSet.CreateBuilder<string>(StringComparer.Ordinal);
        foreach (var peer in nodes.Current.Peers.Values.Where(peer => peer.Status is not null && !IsThere(peer.Name)))
        {
            absent.UnionWith(peer.Status!.Brokers.Select(held => AddressAt(peer.Status, held.Name)).OfType<string>());
        }

        return absent.ToImmutable();
    }

    /// <summary>A node's address for a broker, ip:port; null: it holds no copy, or does not tell where.</summary>
    internal static string? AddressAt(NodeStatus? node, string broker) =>
        node?.Brokers.FirstOrDefault(held => held.Name == broker) is { Port: > 0 } held
            ? HostAddress.Of(node.AdvertisedHost, held.Port)
            : null;

    private bool IsThere(string peer) => _heard.TryGetValue(peer, out var heard) && time.GetElapsedTime(heard) < Grace;
}
