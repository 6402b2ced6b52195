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
        _metadataCopies = new MetadataCopies(
            _metadataLog!, FlushesMetadata, _node.FlushThreads, line => _logger.Error("Metadata of {0}: {1}", Name, line));
        if (_broker.Settings.Replicas.Count == 1 && placement.InSync.Count == 1)
        {
            _metadataCopies.Begin([]);
            Recover();
            return;
        }

        _broker.Directory.LeftOut = KeptLeftOut(placement);
        _copies = Context.Watch(Context.ActorOf(CopiesActor.Props(_node, _broker, placement).WithDispatcher(Context.Props.Dispatcher), "copies"));
        _copies.Tell(new CopiesProtocol.AddLog(DataFolders.MetadataLog, _metadataCopies));
        Become(Agreeing);
    }

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
            case CopiesProtocol.LogAdded added:
                _metadataCopies!.Begin(added.Counting);
                _metadataCopies.Opened.PipeTo(Self, success: () => MetadataOpened.Instance, failure: failure => new MetadataNotOpened(failure));
                break;
            case MetadataOpened:
                Recover();
                break;
            case MetadataNotOpened:
                break; // the log was closed; whoever closed it goes on
            case BrokerProtocol.StopBroker:
                StopCopies();
                WhileNotLeading(message);
                break;
            case ReplicaProtocol.Claimed or CopiesProtocol.Deposed:
                _logger.Warning("Broker {0} is not led here any more: {1}", Name, message);
                StopCopies();
                PlaceAgain();
                break;
            case CopiesProtocol.InSyncChanged:
                break;
            case Terminated lost when lost.ActorRef.Equals(_copies):
                CopiesLost();
                break;
            default:
                WhileNotLeading(message);
                break;
        }
    }

    private void CopiesLost() => throw new InvalidOperationException($"The copies of broker {Name} stopped unexpectedly.");

    private void StopCopies()
    {
        Context.Unwatch(_copies);
        Context.Stop(_copies);
        _copies = ActorRefs.Nobody;
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

    private sealed class MetadataOpened : INoSerializationVerificationNeeded
    {
        public static readonly MetadataOpened Instance = new();
    }

    private sealed record MetadataNotOpened(Exception Reason) : INoSerializationVerificationNeeded;
}
