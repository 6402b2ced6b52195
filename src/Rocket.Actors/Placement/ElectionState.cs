using System.Diagnostics.CodeAnalysis;

namespace Rocket.Actors.Placement;

/// <summary>
/// What one node may propose to take one broker over. It first fences <see cref="NextEpoch"/> on its own copy, so that its logs stand still,
/// and then has <see cref="TryTakeOver"/>'s placement agreed. Pure.
/// </summary>
/// <param name="Node">The node that wants to lead.</param>
/// <param name="Voter">Its index among the voters, which becomes part of its epochs.</param>
/// <param name="PreferredMaster">The first of the broker's configured replicas: the wanted master of a broker that never had a placement.</param>
public sealed record ElectionState(string Node, int Voter, string PreferredMaster)
{
    /// <summary>The epoch to fence, known before anything is proposed.</summary>
    /// <param name="current">The agreed placement; null: the broker never had one.</param>
    /// <param name="fenced">The highest epoch that this node's copy of the broker has fenced or holds a record of.</param>
    public Epoch NextEpoch(BrokerPlacement? current, Epoch fenced)
    {
        var agreed = current?.Epoch ?? Epoch.None;
        return (agreed >= fenced ? agreed : fenced).Next(Voter);
    }

    /// <summary>The placement with this node as master, if it may be that.</summary>
    /// <param name="current">The agreed placement; null: the broker never had one, so every copy of it is empty.</param>
    /// <param name="fenced">The highest epoch that this node's copy of the broker has fenced or holds a record of.</param>
    /// <param name="present">Nodes that are up and reachable; this node counts as present in any case.</param>
    /// <param name="proposal">In the next epoch, with those of the in-sync set that are present.</param>
    /// <param name="refusal">Otherwise: why not, for people.</param>
    public bool TryTakeOver(
        BrokerPlacement? current,
        Epoch fenced,
        IReadOnlyCollection<string> present,
        [NotNullWhen(true)] out BrokerPlacement? proposal,
        [NotNullWhen(false)] out string? refusal)
    {
        (proposal, refusal) = (null, null);
        if (current is null)
        {
            proposal = new BrokerPlacement(NextEpoch(null, fenced), 1, Node, BrokerPlacement.Nodes(Node), PreferredMaster);
            return true;
        }

        if (!current.InSync.Contains(Node))
        {
            refusal = $"{Node} is not in sync ({current}).";
            return false;
        }

        proposal = current with
        {
            Epoch = NextEpoch(current, fenced),
            Version = current.Version + 1,
            Master = Node,
            InSync = current.InSync.Intersect([.. present, Node]),
        };
        return true;
    }
}
