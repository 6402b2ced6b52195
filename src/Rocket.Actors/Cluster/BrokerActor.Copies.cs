using System.Collections.Immutable;
using Akka.Actor;
using Akka.Event;
using Rocket.Actors.Metadata.Journal;
using Rocket.Actors.Placement;
using Rocket.Actors.Replication;
using Rocket.Actors.Storage;

namespace Rocket.Actors.Cluster;

/// <summary>
/// The broker's copies on other nodes, from the moment its epoch is agreed: the metadata are recovered once every copy that counts holds them, and when another node has come to lead,
/// everything ends here.
/// </summary>
public sealed partial class BrokerActor
{
    private IActorRef _copies = ActorRefs.Nobody;
    private MetadataCopies? _metadataCopies;
    private BrokerPlacement? _basedOn;
    private Epoch _fenced;
    private Epoch _promised;
    private string? _lastReason;
    private bool _isDeposed;

    private bool FlushesMetadata => _broker.Settings.FlushDiskType == FlushDiskType.SyncFlush;

    private ElectionState Election => new(
        _node.Settings.NodeName, _node.Settings.Voters.Keys.ToList().IndexOf(_node.Settings.NodeName), _broker.Settings.Replicas[0]);

    private void StartCopies(BrokerPlacement placement)
    {
        _acquired = placement;
        _whole.Clear();
        _unusable.Clear();
        var hasCopies = _broker.Settings.Replicas.Count > 1 || placement.InSync.Count > 1;
        _metadataCopies = new MetadataCopies(_metadataLog!, FlushesMetadata, _node.FlushThreads, hasCopies);
        if (!hasCopies)
        {
            _metadataCopies.Begin([]);
            Recover();
            return;
        }

        _broker.Directory.LeftOut = KeptLeftOut(placement);
        _copies = Context.Watch(Context.ActorOf(CopiesActor.Props(_node, _broker, placement, HoldersBefore(placement)).WithDispatcher(Context.Props.Dispatcher), CopiesActor.Name));
        _copies.Tell(new CopiesProtocol.AddLog(DataFolders.MetadataLog, _metadataCopies));
        Become(Agreeing);
    }

    /// <summary>Who held everything when this reign began, there or not.</summary>
    private ImmutableSortedSet<string> HoldersBefore(BrokerPlacement placement) => (_basedOn?.InSync ?? placement.InSync).Except(_broker.Directory.LeftOut);

    /// <summary>Whom this node went on without as the master that it was in the epoch before: so it does in this one, since it has shown what they lack.</summary>
    private ImmutableSortedSet<string> KeptLeftOut(BrokerPlacement placement)
    {
        try
        {
            if (DegradedFile.Read(_broker.Root) is not { } kept)
            {
                return [];
            }

            var isOfThisMaster = _node.Settings.IsPair && _basedOn is { } before && before.Master == _node.Settings.NodeName && before.Epoch == kept.Epoch;
            var leftOut = isOfThisMaster ? kept.LeftOut.Intersect(placement.InSync) : [];
            DegradedFile.Write(_broker.Root, new DegradedReign(placement.Epoch, leftOut));
            return leftOut;
        }
        catch (Exception failure) when (failure is DamagedPlacementException or NewerFormatException or IOException or UnauthorizedAccessException)
        {
            // Everybody counts then: nothing is shown or confirmed before they are here.
            _logger.Error("Broker {0}: whom it went on without cannot be read, so it waits for all: {1}", Name, failure.Message);
            return [];
        }
    }

    /// <summary>The metadata's tail goes to every copy that counts.</summary>
    private void Agreeing(object message)
    {
        switch (message)
        {
            case CopiesProtocol.LogAdded added when IsOfThisReign:
                var copies = _metadataCopies!;
                copies.Begin(added.Counting);
                copies.Opened.PipeTo(Self, success: () => new MetadataOpened(copies), failure: _ => new MetadataOpened(null));
                break;
            case MetadataOpened opened when opened.Copies == _metadataCopies:
                Recover();
                break;
            case BrokerProtocol.StopBroker:
                StopCopies();
                WhileNotLeading(message);
                break;
            case ReplicaProtocol.Claimed claimed:
                AgreeNoLonger($"{claimed.Master} leads it in epoch {claimed.Epoch}.");
                break;
            case CopiesProtocol.Deposed deposed when IsOfThisReign:
                AgreeNoLonger(deposed.Reason);
                break;
            case CopiesProtocol.InSyncChanged changed when IsOfThisReign:
                _broker.Directory.Placement = changed.Placement;
                break;
            case Terminated lost when lost.ActorRef.Equals(_copies):
                CopiesLost();
                break;
            default:
                WhileNotLeading(message);
                break;
        }
    }

    /// <summary>What an earlier reign's CopiesActor still had to say says nothing of this one.</summary>
    private bool IsOfThisReign => Sender.Equals(_copies);

    private void AgreeNoLonger(string reason)
    {
        _logger.Warning("Broker {0} is not led here any more: {1}", Name, reason);
        StopCopies();
        PlaceAgain();
    }

    private void CopiesLost() => throw new InvalidOperationException($"The copies of broker {Name} stopped unexpectedly.");

    private void StopCopies()
    {
        Context.Unwatch(_copies);
        Context.Stop(_copies);
        _copies = ActorRefs.Nobody;
        _broker.Directory.Placement = null;
    }

    /// <summary>Another node leads: what is not confirmed never will be by this one.</summary>
    private void Depose(string reason)
    {
        _logger.Warning("Broker {0} is not led here any more: {1}", Name, reason);
        _isDeposed = true;
        _broker.Directory.Resign();
        MetadataLogs.Get(Context.System).Close(Name, _epoch);
        StopCopies();
        StopEverything(ActorRefs.Nobody);
        _handedOff = false;
    }

    /// <param name="Copies">Whose log every copy that counts holds; null: it was closed before, and whoever closed it goes on.</param>
    private sealed record MetadataOpened(MetadataCopies? Copies) : INoSerializationVerificationNeeded;
}
