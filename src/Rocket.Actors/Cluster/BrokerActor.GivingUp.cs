using System.Collections.Immutable;
using Akka.Actor;
using Akka.Event;
using Rocket.Actors.Metadata.Journal;
using Rocket.Actors.Placement;
using Rocket.Actors.Replication;
using Rocket.Actors.Storage;

namespace Rocket.Actors.Cluster;

/// <summary>
/// A log cannot be used on this node although another node in sync has it: this one takes itself out of the set, that one leads, and what is wrong here is fetched anew from there. Where
/// no other node is in sync, the broker, or its queue, is not served, as on a node alone.
/// </summary>
/// <remarks>
/// A broker whose metadata are damaged is given up before it leads, so nothing was confirmed in its reign. One that leads is given up like at any planned change: what its other queues took is
/// confirmed first.
/// </remarks>
public sealed partial class BrokerActor
{
    private readonly Dictionary<string, string> _unusable = new(StringComparer.Ordinal);
    private readonly HashSet<string> _whole = new(StringComparer.Ordinal);
    private BrokerPlacement? _acquired;
    private bool _givesUp;

    /// <summary>The placement as this node knows it, before it leads and while it does.</summary>
    private BrokerPlacement? Known => _broker.Directory.Placement ?? _acquired ?? _basedOn;

    private string? WholeSuccessor => SuccessorsOf(_broker.Directory.Placement).FirstOrDefault(_whole.Contains);

    private void NoteWhole(CopiesProtocol.CopyWhole copy)
    {
        if (copy.IsWhole)
        {
            _whole.Add(copy.Node);
            GiveUpIfOthersAreWhole();
        }
        else
        {
            _whole.Remove(copy.Node);
        }
    }

    /// <summary>Leading without one of its logs: a node that is in sync, and whose copy was compared with every log that is open here, does it better.</summary>
    private void GiveUpIfOthersAreWhole()
    {
        if (_unusable.Count > 0 && _broker.Directory.IsLeading && WholeSuccessor is { } successor)
        {
            var (log, reason) = _unusable.First();
            GiveUpLeading(log, reason, successor);
        }
    }

    /// <summary>The metadata log cannot be written any more. False: nobody else can lead, so this node recovers from its log.</summary>
    /// <param name="ended">Who is heard to have ended: nobody waits for it.</param>
    private bool TryGiveUpWithoutMetadata(IActorRef? ended = null)
    {
        var isFull = OutOfSpace.IsCauseOf(_metadataLog?.Poisoned) && !_metadataLog!.HasFailedFlush;
        if (_metadataLog?.Poisoned is not { } failure || isFull || _givesUp || !_broker.Directory.IsLeading || WholeSuccessor is not { } successor)
        {
            return false;
        }

        if (_metadataLog.HasFailedFlush)
        {
            _broker.Distrusted.Note(DataFolders.Metadata, ReplicaActor.FailedFlush);
        }

        Context.Unwatch(_metadata);
        Context.Stop(_metadata);
        _metadataEnded = true;
        if (ended is not null)
        {
            _endedEarly.Add(ended);
        }

        GiveUpLeading(DataFolders.Metadata, failure.Message, successor);
        return true;
    }

    private void GiveUpLeading(string log, string reason, string successor)
    {
        _logger.Error("Broker {0} is given up here: its log {1} cannot be used: {2}. {3} is in sync and leads it", Name, log, reason.TrimEnd('.'), successor);
        _givesUp = true;
        StopEverything(ActorRefs.Nobody);
        _handedOff = false;
    }

    /// <summary>The metadata are damaged, and nothing is led yet. False: nobody else can lead.</summary>
    /// <param name="reason">For people.</param>
    /// <param name="isReplaceable">Whether the log is of no use, so that it is fetched anew; one of a newer version is not.</param>
    private bool TryGiveUpUnled(string reason, bool isReplaceable)
    {
        var placement = Known;
        if (_node.IsStopping || SuccessorsOf(placement) is not [var successor, ..])
        {
            KeepOthersInSync(placement);
            return false;
        }

        _logger.Error(
            "Broker {0} is given up here: its metadata log cannot be used: {1}. {2} is in sync and leads it", Name, reason.TrimEnd('.'), successor);
        if (isReplaceable)
        {
            _broker.Distrusted.Note(DataFolders.Metadata, reason);
        }

        StopUnled();
        Become(GivingUp);
        TakeOut(placement!);
        return true;
    }

    private void TakeOut(BrokerPlacement placement)
    {
        var self = _node.Settings.NodeName;
        _node.PlacementActor.Tell(new PlacementProtocol.Change(Name, placement, placement with
        {
            Version = placement.Version + 1,
            Master = placement.Master == self ? null : placement.Master,
            InSync = WithoutDoubtful(placement.InSync.Remove(self)),
        }));
        AcquireAgainIn(PlacementPatience);
    }

    private void GivingUp(object message)
    {
        switch (message)
        {
            case PlacementProtocol.Changed changed:
                PlaceAgain();
                Misplaced($"{_node.Settings.NodeName} is not in sync any more ({changed.Placement}).");
                break;
            case PlacementProtocol.Conflict or PlacementProtocol.Refused or PlacementProtocol.Unknown or AcquireAgain:
                PlaceAgain(); // and from the beginning
                break;
            default:
                WhileNotLeading(message);
                break;
        }
    }

    /// <summary>
    /// Those who were in sync before this reign, and were not there when it began, are not in its set. Nothing was confirmed in it, so they hold everything still; when one comes back, it
    /// leads.
    /// </summary>
    private void KeepOthersInSync(BrokerPlacement? placement)
    {
        if (_acquired is not null && placement is not null && _basedOn is { } before
            && placement.InSync.Union(before.InSync.Except(_broker.Directory.LeftOut)) is var all && all.Count > placement.InSync.Count)
        {
            _node.PlacementActor.Tell(new PlacementProtocol.Change(Name, placement, placement with { Version = placement.Version + 1, InSync = all }));
        }
    }

    private void StopUnled()
    {
        Timers.CancelAll();
        StopCopies();
        _acquired = null;
        CloseMetadataLog();
    }

    private bool IsSuccessorThere() => _node.Placements.TryGet(Name, out var placement) && SuccessorsOf(placement).Length > 0;

    /// <summary>Other nodes that are in sync, hold everything that was shown, and are there.</summary>
    private ImmutableArray<string> SuccessorsOf(BrokerPlacement? placement)
    {
        if (placement is null || !placement.InSync.Contains(_node.Settings.NodeName) || _node.Nodes is not { } nodes || LeftOutOf(placement) is not { } leftOut)
        {
            return [];
        }

        return [.. placement.InSync.Where(node => node != _node.Settings.NodeName && !leftOut.Contains(node) && !IsDoubtful(node) && nodes.Present.Contains(node))];
    }

    /// <summary>Whom this node has gone on without, in the reign of that placement. Null: that cannot be read, so it may be anybody.</summary>
    private IReadOnlyCollection<string>? LeftOutOf(BrokerPlacement placement)
    {
        if (!_node.Settings.IsPair || _acquired is not null)
        {
            return LeftOut;
        }

        try
        {
            return DegradedFile.Read(_broker.Root) is { } kept && kept.Epoch == placement.Epoch && placement.Master == _node.Settings.NodeName ? kept.LeftOut : [];
        }
        catch (Exception failure) when (failure is DamagedPlacementException or NewerFormatException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
