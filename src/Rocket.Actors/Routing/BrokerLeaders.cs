using Rocket.Actors.Cluster;
using Rocket.Actors.Links;
using Rocket.Actors.Placement;

namespace Rocket.Actors.Routing;

/// <summary>
/// Where the brokers are led that this node holds, as it knows now: what a request has to know which came to a node that does not lead its broker. A
/// hint, as all snapshots are; who is asked decides.
/// </summary>
/// <param name="node">This node's name.</param>
/// <param name="placements">Who leads which broker.</param>
/// <param name="links">The connections to the other nodes.</param>
public sealed class BrokerLeaders(string node, PlacementTable placements, LinkHub links)
{
    /// <summary>It is agreed that nobody leads a broker for the moment: its master has resigned.</summary>
    public bool IsBetweenMasters(BrokerContext broker)
    {
        ArgumentNullException.ThrowIfNull(broker);
        return placements.TryGet(broker.Settings.Name, out var placement) && placement is { Master: null };
    }

    /// <summary>It is agreed that this node leads a broker, and it is on its way there: it opens the broker's logs and replays its metadata.</summary>
    public bool IsAboutToLead(BrokerContext broker)
    {
        ArgumentNullException.ThrowIfNull(broker);
        return broker.Directory is { IsLeading: false, Damage: null } && placements.TryGet(broker.Settings.Name, out var placement) && placement?.Master == node;
    }

    /// <summary>
    /// The connection to another node that leads a broker. Null: this node leads it or is about to, nobody does, or there is no connection to the node
    /// that does.
    /// </summary>
    public ILinkConnection? LinkToLeaderOf(BrokerContext broker)
    {
        ArgumentNullException.ThrowIfNull(broker);
        return !broker.Directory.IsLeading
            && placements.TryGet(broker.Settings.Name, out var placement)
            && placement?.Master is { } master
            && master != node
            && links.Find(master) is { IsOpen: true } link
                ? link
                : null;
    }
}
