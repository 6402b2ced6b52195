using Akka.Actor;
using Akka.Event;
using Rocket.Actors.Metadata;
using Rocket.Actors.Metadata.Journal;
using Rocket.Actors.Placement;
using Rocket.Actors.Queues;
using Rocket.Actors.Replication;
using Rocket.Actors.Storage;

namespace Rocket.Actors.Cluster;

/// <summary>
/// The way to the broker's metadata: its log, an epoch, recovery; and what refuses it. A broker whose metadata are damaged, newer or not its own must not begin with less than it had, since
/// offsets would begin at 0 and ordinals would be given twice. The node's other brokers run.
/// </summary>
public sealed partial class BrokerActor
{
    private const string RestoreBroker = "Restore the broker's whole folder from a backup; until then \"Rocket.Host verify DATA-DIR\" says what else is wrong there.";

    private static readonly TimeSpan AcquireRetry = TimeSpan.FromSeconds(1);

    /// <summary>The PlacementActor answers within its round timeout of 3 s, unless it was restarted and forgot the question.</summary>
    private static readonly TimeSpan PlacementPatience = TimeSpan.FromSeconds(10);

    private void Open()
    {
        try
        {
            _metadataLog = _broker.OpenMetadataLog(line => _logger.Info("Metadata of {0}: {1}", Name, line));
        }
        catch (Exception failure) when (MetadataDamage.CauseOf(failure) is { } damage)
        {
            Refuse(damage);
            return;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Too many open files, no permission, no room: tried again soon.
            if (_broker.MetadataRefusals.IsDue())
            {
                _logger.Error("The metadata log of {0} cannot be opened, which is tried again until it can: {1}", Name, failure.Message);
            }

            PlaceAgain();
            return;
        }

        // Topics are known before their queues have files, so nobody but a person takes the metadata away from under queues.
        if (_metadataLog.LastEpoch < 0 && _broker.QueueFolders is [var queue, ..])
        {
            Refuse($"{_metadataLog.Path}: it holds nothing, although there are queues beside it such as {queue}");
            return;
        }

        Become(Acquiring);
        Promise();
    }

    /// <summary>
    /// The highest epoch that a new one must be above. The placement is above all that was written under it; where it is missing, deleted by a
    /// person since it was damaged, the logs themselves are asked.
    /// </summary>
    private Epoch EpochOnDisk(BrokerPlacement? placement) =>
        new(Math.Max(_promised.Value, Math.Max(_metadataLog!.LastEpoch, placement is null ? _broker.HighestQueueEpoch() : -1)));

    private void ReadPlacement()
    {
        _node.PlacementActor.Tell(new PlacementProtocol.Read(Name));
        AcquireAgainIn(PlacementPatience);
    }

    private void AcquireAgainIn(TimeSpan delay) => Timers.StartSingleTimer(nameof(AcquireAgain), AcquireAgain.Instance, delay);

    /// <summary>
    /// The logs stand still, since nobody is followed. The next epoch is promised on the disk before it is proposed, so that they stand still for every earlier master after a
    /// crash too.
    /// </summary>
    private void Acquiring(object message)
    {
        switch (message)
        {
            case PlacementProtocol.Current current when WhyNotHere(current.Placement) is { } reason:
                PlaceAgain();
                Misplaced(reason);
                break;
            case PlacementProtocol.Current current:
                _basedOn = current.Placement;
                Promise();
                break;
            case ReplicaProtocol.Fenced fenced:
                _promised = fenced.Epoch;
                _node.PlacementActor.Tell(new PlacementProtocol.Acquire(Name, _basedOn, _fenced));
                AcquireAgainIn(PlacementPatience);
                break;
            case ReplicaProtocol.NotFenced refused:
                if (_broker.MetadataRefusals.IsDue())
                {
                    _logger.Warning("Broker {0} is not led here: epoch {1} cannot be promised: {2}", Name, refused.Epoch, refused.Reason);
                }

                PlaceAgain();
                break;
            case PlacementProtocol.Acquired acquired when acquired.Placement.Epoch == _promised:
                Timers.Cancel(nameof(AcquireAgain));
                _lastReason = null;
                _epoch = _promised;
                _broker.Replica.Tell(ReplicaProtocol.Leads.Instance);
                StartCopies(acquired.Placement);
                break;
            case PlacementProtocol.Acquired or PlacementProtocol.Conflict or PlacementProtocol.Unknown:
                AcquireAgainIn(AcquireRetry);
                break;
            case PlacementProtocol.Refused refused:
                PlaceAgain();
                Misplaced(refused.Reason);
                break;
            default:
                WhileNotLeading(message);
                break;
        }
    }

    private void Promise()
    {
        _fenced = EpochOnDisk(_basedOn);
        _broker.Replica.Tell(new ReplicaProtocol.Fence(Election.NextEpoch(_basedOn, _fenced)));
        AcquireAgainIn(PlacementPatience);
    }

    private void WhileNotLeading(object message)
    {
        switch (message)
        {
            case AcquireAgain:
                ReadPlacement();
                break;
            case ReplicaProtocol.Claimed claimed:
                _logger.Info("Broker {0} is led by {1} in epoch {2}", Name, claimed.Master, claimed.Epoch);
                PlaceAgain();
                break;
            case BrokerProtocol.StopBroker:
                Timers.CancelAll();
                CloseMetadataLog();
                _broker.Replica.Tell(ReplicaProtocol.GiveBack.Instance);
                Become(Stopped);
                Sender.Tell(new BrokerProtocol.BrokerStopped(Name));
                break;
            case ShardProtocol.EnsureBroker:
            case PlacementProtocol.Current or PlacementProtocol.Acquired or PlacementProtocol.Changed:
            case PlacementProtocol.Unknown or PlacementProtocol.Conflict or PlacementProtocol.Refused:
            case ReplicaProtocol.Lent or ReplicaProtocol.Fenced or ReplicaProtocol.NotFenced:
            case CopiesProtocol.LogAdded or CopiesProtocol.InSyncChanged or CopiesProtocol.Deposed or CopiesProtocol.CopyWhole or MetadataOpened:
                break; // of an earlier attempt
            case ShardProtocol.StopEntity:
                Context.Stop(Self);
                break;
            default:
                Stash.Stash();
                break;
        }
    }

    private void Recover()
    {
        MetadataLog log;
        try
        {
            log = MetadataLogs.Get(Context.System).Open(Name, _epoch, _metadataCopies!, _node.Time);
        }
        catch (Exception failure) when (MetadataDamage.CauseOf(failure) is { } damage)
        {
            Refuse(damage);
            return;
        }

        if (log.StrangerTo(Name) is { } other)
        {
            Refuse($"{_metadataLog!.Path}: it holds the metadata of {other}");
            return;
        }

        var (hasRoom, time) = ((Func<bool>)_broker.HasRoomForMetadata, _node.Time);
        _metadata = Context.Watch(Context.ActorOf(Props.Create(() => new MetadataActor(log, hasRoom, time)), "metadata"));
        if (!FlushesMetadata)
        {
            Timers.StartPeriodicTimer(nameof(FlushMetadata), FlushMetadata.Instance, _broker.Settings.FlushInterval);
        }

        Become(Recovering);
        Stash.UnstashAll();
    }

    private void Recovering(object message)
    {
        switch (message)
        {
            case FlushMetadata:
                FlushMetadataIfWritten();
                break;
            case MetadataProtocol.Recovered recovered:
                ReportUnknownQueues(recovered.Snapshot);
                StartEntities(recovered.Snapshot);
                break;
            case MetadataProtocol.NotRecovered failed when MetadataDamage.CauseOf(failed.Reason) is { } damage:
                Context.Unwatch(_metadata);
                Refuse(damage);
                break;
            case MetadataProtocol.NotRecovered failed:
                if (_broker.MetadataRefusals.IsDue())
                {
                    _logger.Error(failed.Reason, "The metadata of broker {0} cannot be recovered this time.", Name);
                }

                break;
            case Terminated lost when lost.ActorRef.Equals(_metadata):
                MetadataLost();
                break;
            case BrokerProtocol.StopBroker:
                StopEverything(Sender);
                break;
            case ShardProtocol.StopEntity:
                StopEverything(ActorRefs.Nobody);
                break;
            case ReplicaProtocol.Claimed or CopiesProtocol.Deposed or CopiesProtocol.InSyncChanged or CopiesProtocol.CopyWhole:
                Leading(message);
                break;
            case ShardProtocol.EnsureBroker:
                break;
            default:
                Stash.Stash();
                break;
        }
    }

    private void Refuse(Exception damage)
    {
        switch (damage)
        {
            case DamagedLogException log:
                Refuse(log.Damage);
                break;
            case NewerFormatException newer:
                Refuse(newer.Message, whatToDo: "Nothing was changed.");
                break;
            case DamagedRecordException record:
                Refuse(record.Message);
                break;
            default:
                // Events that can be read and make no sense do not know where they stand.
                Refuse($"{_metadataLog?.Path ?? Name}: {damage.Message}");
                break;
        }
    }

    private void Refuse(string reason, string whatToDo = RestoreBroker, string what = "its metadata log")
    {
        if (TryGiveUpUnled(reason, isReplaceable: whatToDo == RestoreBroker))
        {
            return;
        }

        _logger.Error("Broker {0} is not served, {1} cannot be used: {2}. {3}", Name, what, reason.TrimEnd('.'), whatToDo);
        _broker.Directory.Damage = reason;
        _node.Guardian.Tell(new BrokerProtocol.BrokerDamaged(Name, reason));
        Timers.CancelAll();
        StopCopies();
        CloseMetadataLog();
        Become(Damaged);
        Stash.UnstashAll();
    }

    /// <summary>A person has to look, or another node in sync comes back; the node's other brokers run.</summary>
    private void Damaged(object message)
    {
        if (message is ShardProtocol.EnsureBroker && IsSuccessorThere())
        {
            _broker.Directory.Damage = null;
            Become(Placing);
            ReadPlacement();
            return;
        }

        if (message is BrokerProtocol.StopBroker)
        {
            Sender.Tell(new BrokerProtocol.BrokerStopped(Name));
        }
        else if (message is ShardProtocol.StopEntity)
        {
            Context.Stop(Self);
        }
    }

    private void ReportUnknownQueues(MetadataSnapshot snapshot)
    {
        var topics = snapshot.Topics.Select(topic => topic.Topic).ToHashSet(StringComparer.Ordinal);
        foreach (var folder in _broker.QueueFolders.Where(folder => !QueueId.TryParseFolder(folder, out var queue) || !topics.Contains(queue.Topic)))
        {
            _logger.Warning(
                "Broker {0}: {1} is the folder of no topic that the broker knows. It is left alone, and what is in it is not served: restore the broker's whole "
                + "folder from one backup, or move this one away.",
                Name,
                _broker.PathOfQueue(folder));
        }
    }

    private sealed class AcquireAgain : INoSerializationVerificationNeeded
    {
        public static readonly AcquireAgain Instance = new();
    }
}
