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
            case ReplicaProtocol.Lent lent:
                _promised = lent.Promised;
                Open();
                break;
            case ReplicaProtocol.NotLent refused:
                Refuse(refused.Reason, whatToDo: "");
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
            return _node.Placements.VotedOut == other ? null : $"{other} leads it, and nobody has said that it is dead ({placement}).";
        }

        var isLedElsewhere = placement.Master is { } master && master != self && (_node.Nodes?.Present.Contains(master) ?? false);
        return isLedElsewhere && placement.WantedMaster != self ? $"{placement.Master} leads it ({placement})." : null;
    }

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
        CloseMetadataLog();
        _broker.Replica.Tell(ReplicaProtocol.GiveBack.Instance);
        Become(Placing);
        AcquireAgainIn(AcquireRetry);
    }
}
