using Akka.Actor;
using Akka.Event;
using Rocket.Actors.Placement;

namespace Rocket.Actors.Cluster;

/// <summary>A person's wish that another node leads: agreed first, so that it is not undone by the next return of the preferred master.</summary>
public sealed partial class BrokerActor
{
    private IActorRef _handOverAsker = ActorRefs.Nobody;
    private string? _handOverTo;

    private void HandOverTo(string node)
    {
        if (_handOverTo is not null)
        {
            Sender.Tell(new BrokerProtocol.HandOverRefused($"it is being handed over to {_handOverTo}"));
        }
        else if (_broker.Directory.Placement is not { } placement)
        {
            Sender.Tell(new BrokerProtocol.HandOverRefused("no other node holds a copy of it"));
        }
        else if (WhyNotTo(node, placement) is { } reason)
        {
            Sender.Tell(new BrokerProtocol.HandOverRefused(reason));
        }
        else
        {
            (_handOverAsker, _handOverTo) = (Sender, node);
            Want(node, placement);
        }
    }

    private string? WhyNotTo(string node, BrokerPlacement placement) =>
        LeftOut.Contains(node) || !placement.InSync.Contains(node) ? $"{node} is not in sync: its copy may lack messages ({placement})"
        : IsDoubtful(node) ? $"{node} has not caught up yet since its machine ended"
        : node != _node.Settings.NodeName && !_node.IsStaying(node) ? $"{node} is not there, or stops"
        : null;

    private void Want(string node, BrokerPlacement placement)
    {
        if (placement.WantedMaster == node)
        {
            Wanted(placement);
        }
        else
        {
            // It answers sooner, unless it was restarted and forgot the question.
            Timers.StartSingleTimer(nameof(WishAnswered), new PlacementProtocol.Unknown(Name), PlacementPatience);
            _node.PlacementActor.Tell(new PlacementProtocol.Change(Name, placement, placement with { Version = placement.Version + 1, WantedMaster = node }));
        }
    }

    /// <summary>What the register says of the wish; an answer that nobody waits for any more changes nothing.</summary>
    private void WishAnswered(object answer)
    {
        if (_handOverTo is not { } node)
        {
            return;
        }

        switch (answer)
        {
            case PlacementProtocol.Changed changed:
                Wanted(changed.Placement);
                break;
            case PlacementProtocol.Conflict { Actual: { } actual } when actual.Epoch == _epoch && actual.Master == _node.Settings.NodeName && WhyNotTo(node, actual) is null:
                Want(node, actual); // a change of the in-sync set was under way
                break;
            case PlacementProtocol.Conflict { Actual: { } actual } when actual.Epoch == _epoch && WhyNotTo(node, actual) is { } reason:
                RefuseHandOver(reason);
                break;
            case PlacementProtocol.Refused refused:
                RefuseHandOver(refused.Reason);
                break;
            default:
                RefuseHandOver("the voters did not agree in time; \"rocket brokers\" shows what became of it");
                break;
        }
    }

    private void Wanted(BrokerPlacement placement)
    {
        _logger.Info("Broker {0}: {1} is wanted by a person", Name, _handOverTo);
        _broker.Directory.Placement = placement;
        Timers.Cancel(nameof(WishAnswered));
        _handOverAsker.Tell(new BrokerProtocol.HandingOver(placement));
        (_handOverAsker, _handOverTo) = (ActorRefs.Nobody, null);
        WatchForReturn(placement);
        if (placement.WantedMaster != _node.Settings.NodeName)
        {
            HandOver();
        }
    }

    private void RefuseHandOver(string reason)
    {
        Timers.Cancel(nameof(WishAnswered));
        _handOverAsker.Tell(new BrokerProtocol.HandOverRefused(reason));
        (_handOverAsker, _handOverTo) = (ActorRefs.Nobody, null);
    }
}
