using System.Collections.Immutable;
using Akka.Actor;
using Akka.Event;
using Rocket.Actors.Placement;

namespace Rocket.Actors.Cluster;

/// <summary>
/// A planned change of master. Everything that was taken is confirmed and answered, the logs are closed and the folder is given back; then it is agreed that nobody leads, so that
/// who comes next need not find out whether this node is gone.
/// </summary>
public sealed partial class BrokerActor
{
    /// <summary>A master that is back stays for so long before it gets its broker back: one that comes and goes must not take it along.</summary>
    private static readonly TimeSpan ReturnDelay = TimeSpan.FromSeconds(3);

    /// <summary>Without an answer of the register: who comes next finds out by itself that this node leads no more.</summary>
    private static readonly TimeSpan ResignPatience = TimeSpan.FromSeconds(5);

    private BrokerPlacement? _lastPlacement;
    private bool _hasResigned;

    /// <summary>Nodes that lack what this master has shown, although the placement names them.</summary>
    private IReadOnlyCollection<string> LeftOut => _broker.Directory.LeftOut;

    /// <summary>Whether another node that is there, and stays, holds everything.</summary>
    private bool HasSuccessor(BrokerPlacement placement) =>
        placement.InSync.Except(_broker.Directory.LeftBehind).Any(node => node != _node.Settings.NodeName && !LeftOut.Contains(node) && !IsDoubtful(node) && _node.IsStaying(node));

    /// <summary>Somebody else is to lead, or somebody may not although the set names it.</summary>
    private bool HasToResign(BrokerPlacement placement) => HasSuccessor(placement) || (!_givesUp && placement.InSync.Overlaps(_broker.Directory.LeftBehind));

    /// <summary>The preferred master gets its broker back once it is in sync and there.</summary>
    private void WatchForReturn(BrokerPlacement placement)
    {
        if (WantedOf(placement) is var wanted && wanted != _node.Settings.NodeName && placement.InSync.Contains(wanted) && !LeftOut.Contains(wanted))
        {
            Timers.StartSingleTimer(nameof(ReturnDue), ReturnDue.Instance, ReturnDelay);
        }
        else
        {
            Timers.Cancel(nameof(ReturnDue));
        }
    }

    /// <summary>Where nobody has said otherwise, the configuration does.</summary>
    private string WantedOf(BrokerPlacement placement) => placement.WantedMaster ?? _broker.Settings.Replicas[0];

    private bool IsReturned(BrokerPlacement placement) => IsThere(WantedOf(placement), placement);

    private bool IsThere(string? wanted, BrokerPlacement placement) =>
        wanted is not null && wanted != _node.Settings.NodeName && placement.InSync.Contains(wanted) && !LeftOut.Contains(wanted)
        && !IsDoubtful(wanted) && _node.IsStaying(wanted);

    private void HandBack()
    {
        if (_broker.Directory.Placement is not { } placement)
        {
            return;
        }

        if (IsReturned(placement))
        {
            _logger.Info("Broker {0} is handed over to {1}, which is wanted and in sync", Name, WantedOf(placement));
            HandOver();
        }
        else
        {
            WatchForReturn(placement);
        }
    }

    private void HandOver()
    {
        if (_broker.Directory.Placement is { } placement && HasSuccessor(placement))
        {
            StopEverything(ActorRefs.Nobody);
            _handedOff = false;
        }
    }

    /// <summary>
    /// A node that stops takes itself out of the set, so that nobody gives the broker back to it while it is still there; one that gives the broker up does, since it does not hold
    /// everything. Only where somebody else is left in the set: what is confirmed is with its members alone. A copy that lacks something is not left in it, since it might lead then.
    /// </summary>
    private void Resign(BrokerPlacement last)
    {
        var whole = _givesUp ? last.InSync : last.InSync.Except(_broker.Directory.LeftBehind);
        var others = whole.Remove(_node.Settings.NodeName);
        var inSync = WithoutDoubtful((_node.IsStopping || _givesUp) && others.Count > 0 ? others : whole);
        _node.PlacementActor.Tell(new PlacementProtocol.Change(
            Name, last, last with { Version = last.Version + 1, Master = null, InSync = inSync, WantedMaster = WantedOf(last) }));
        Timers.StartSingleTimer(nameof(ResignLate), ResignLate.Instance, ResignPatience);
    }

    /// <summary>
    /// Who has not caught up since its machine ended is not left in a set that this node leaves: it would know of those that have only what it heard last. Somebody without doubt remains.
    /// </summary>
    private ImmutableSortedSet<string> WithoutDoubtful(ImmutableSortedSet<string> inSync) =>
        inSync.Where(node => node == _node.Settings.NodeName || !IsDoubtful(node)).ToImmutableSortedSet(StringComparer.Ordinal) is { Count: > 0 } rest ? rest : inSync;

    private void Resigning(object message)
    {
        switch (message)
        {
            case PlacementProtocol.Changed:
                _hasResigned = true;
                Finish();
                break;
            case PlacementProtocol.Conflict { Actual: { } actual } when actual.Epoch == _epoch && actual.Master is not null && HasToResign(actual):
                Resign(actual); // a change of the in-sync set was under way
                break;
            case PlacementProtocol.Conflict or PlacementProtocol.Refused or PlacementProtocol.Unknown or ResignLate:
                Finish();
                break;
            case BrokerProtocol.StopBroker:
                _stopAsker = Sender;
                break;
            case ShardProtocol.StopEntity:
                _handedOff = true;
                break;
        }
    }

    private sealed class ReturnDue : INoSerializationVerificationNeeded
    {
        public static readonly ReturnDue Instance = new();
    }

    private sealed class ResignLate : INoSerializationVerificationNeeded
    {
        public static readonly ResignLate Instance = new();
    }
}
