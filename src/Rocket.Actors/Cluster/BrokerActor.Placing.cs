using Akka.Actor;
using Akka.Event;
using Rocket.Actors.Placement;
using Rocket.Actors.Replication;

namespace Rocket.Actors.Cluster;

/// <summary>Whether the broker belongs on this node, as the register says, and the way to its folder, which the node's replica lends.</summary>
public sealed partial class BrokerActor
{
    private void Unplaced(object message)
    {
        switch (message)
        {
            case ShardProtocol.EnsureBroker ensure:
                _broker = _node.Broker(ensure.Broker);
                _broker.Actor = Self;
                Become(Placing);
                ReadPlacement();
                Stash.UnstashAll();
                break;
            case ShardProtocol.StopEntity:
                Context.Stop(Self);
                break;
            default:
                Stash.Stash();
                break;
        }
    }

    /// <summary>Sharding has put the broker here; the register says whether it belongs here.</summary>
    private void Placing(object message)
    {
        switch (message)
        {
            case PlacementProtocol.Current current when WhyNotHere(current.Placement) is { } reason:
                Misplaced(reason);
                break;
            case PlacementProtocol.Current current:
                _basedOn = current.Placement;
                Become(Borrowing);
                Borrow();
                break;
            case PlacementProtocol.Unknown:
                AcquireAgainIn(AcquireRetry);
                break;
            case PlacementProtocol.Refused refused:
                Misplaced(refused.Reason);
                break;
            default:
                WhileNotLeading(message);
                break;
        }
    }

    /// <summary>A node that follows cannot lead: its copy's owner closes all logs, and follows nobody from then on.</summary>
    private void Borrowing(object message)
    {
        switch (message)
        {
            case ReplicaProtocol.Lent when WhyDoubtful(_basedOn) is { } reason:
                PlaceAgain();
                Misplaced(reason);
                break;
            case ReplicaProtocol.Lent lent:
                _promised = lent.Promised;
                Open();
                break;
            case ReplicaProtocol.NotLent { IsDamage: false }:
                break; // the node stops, which this actor is told next
            case ReplicaProtocol.NotLent refused:
                Refuse(refused.Reason, whatToDo: "", "its copy on this node");
                break;
            case AcquireAgain:
                Borrow();
                break;
            default:
                WhileNotLeading(message);
                break;
        }
    }

    private void Borrow()
    {
        _broker.Replica.Tell(ReplicaProtocol.Borrow.Instance);
        AcquireAgainIn(PlacementPatience);
    }

    private string? WhyNotHere(BrokerPlacement? placement)
    {
        var self = _node.Settings.NodeName;
        if (placement is null)
        {
            return null;
        }

        if (!placement.InSync.Contains(self))
        {
            return $"{self} is not in sync ({placement}).";
        }

        if (_node.Placements.Doubtful.Contains(Name))
        {
            return $"the copy on {self} may lack messages, since its folder was lost or is an old copy ({placement}).";
        }

        if (WhyDoubtful(placement) is { } doubt)
        {
            return doubt;
        }

        if (_node.IsStopping)
        {
            return $"{self} stops.";
        }

        if (_node.Nodes is { IsCutOff: true })
        {
            return $"{self} is cut off from most of the voters' nodes.";
        }

        if (placement.Master is null && IsThere(placement.WantedMaster, placement))
        {
            return $"{placement.WantedMaster} is wanted ({placement}).";
        }

        if (_node.Settings.IsPair && placement.Master is { } other && other != self)
        {
            return _node.Placements.VotedOut == other || IsDoubtful(other) ? null : $"{other} leads it, and nobody has said that it is dead ({placement}).";
        }

        var isLedElsewhere = placement.Master is { } master && master != self && !IsDoubtful(master) && (_node.Nodes?.Present.Contains(master) ?? false);
        return isLedElsewhere && placement.WantedMaster != self ? $"{placement.Master} leads it ({placement})." : null;
    }

    /// <summary>
    /// The copy here may have lost what others have: why it leaves the lead to them. A person's word for this node leaves no others in the set.
    /// </summary>
    private string? WhyDoubtful(BrokerPlacement? placement) =>
        _broker.Doubt is { } own && placement is not null
            ? own.WhyNotLead(
                _node.Settings.NodeName, placement.InSync.Where(node => node != _node.Settings.NodeName), node => _node.Peers.CopyAt(node, Name))
            : null;

    /// <summary>Whether another node's copy may have lost something: it does not lead, and nothing is handed over to it.</summary>
    private bool IsDoubtful(string node) => _node.Peers.CopyAt(node, Name).Doubt is not null;

    private void Misplaced(string reason)
    {
        if (reason != _lastReason)
        {
            _logger.Warning("Broker {0} is not led here: {1}", Name, reason);
            _lastReason = reason;
        }

        _node.PlacementActor.Tell(new PlacementProtocol.Misplaced(Name));
        AcquireAgainIn(AcquireRetry);
    }

    /// <summary>Gives the folder back, so that a master elsewhere is followed, and begins anew.</summary>
    private void PlaceAgain()
    {
        _acquired = null;
        CloseMetadataLog();
        _broker.Replica.Tell(ReplicaProtocol.GiveBack.Instance);
        Become(Placing);
        AcquireAgainIn(AcquireRetry);
    }
}
