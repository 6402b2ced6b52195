using System.Collections.Immutable;
using Rocket.Actors.Wire;

namespace Rocket.Actors.Clients;

/// <summary>
/// A fixed share of the consumers that are connected to one node, published as a whole: whoever is missing in the newer state has left.
/// </summary>
/// <param name="Node">Name of the node.</param>
/// <param name="Index">0 to <see cref="Count"/> − 1.</param>
/// <param name="Incarnation">Which start of the node says so; a later start replaces whatever an earlier one said.</param>
/// <param name="Version">Running number within the incarnation.</param>
/// <param name="NodeAddress">The node's unique address in the cluster: when that member is removed, its clients go.</param>
/// <param name="Memberships">By client id, then group, ordinal.</param>
public sealed record ClientPart(
    string Node, int Index, long Incarnation, long Version, string NodeAddress, ImmutableArray<ConsumerMembership> Memberships)
{
    /// <summary>
    /// Parts of each node. 10 000 consumers give about 310 to a part: some 20 KB before compression.
    /// </summary>
    public const int Count = 32;

    /// <summary>
    /// Bytes of a part as it travels. A larger one would not fit one message between nodes, or would keep out those that travel with it, so that the other
    /// nodes would not hear of any client in it: a client that it has no room for is refused instead.
    /// </summary>
    public const int GreatestBytes = PartExchange.GreatestBytes;

    /// <summary>Bytes of what the clients of a part say, before anything is shared or compressed; every node keeps it in memory.</summary>
    public const int GreatestContent = 4 * 1024 * 1024;

    /// <summary>Part of a client, all its groups together.</summary>
    public static int IndexOf(ReadOnlySpan<char> clientId) => (int)(StableHash.Of(clientId) % Count);
}
