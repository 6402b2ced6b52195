using Akka.Actor;
using Akka.Event;
using Rocket.Actors.Metadata;
using Rocket.Actors.Metadata.Journal;
using Rocket.Actors.Placement;
using Rocket.Actors.Queues;
using Rocket.Actors.Storage;

namespace Rocket.Actors.Cluster;

/// <summary>
/// Opening of a broker's metadata, and what refuses it: a broker whose metadata are damaged, newer or not its own must not begin with less than it
/// had, since offsets would begin at 0 and ordinals would be given twice. The node's other brokers run.
/// </summary>
public sealed partial class BrokerActor
{
    private const string RestoreBroker = "Restore the broker's whole folder from a backup; until then \"Rocket.Host verify DATA-DIR\" says what else is wrong there.";

    private const string NothingChanged = "Nothing was changed.";

    private void Open()
    {
        try
        {
            _metadataLog = _broker.OpenMetadataLog(line => _logger.Info("Metadata of {0}: {1}", Name, line));
        }
        catch (DamagedLogException damage)
        {
            Refuse(damage.Damage, RestoreBroker);
            return;
        }
        catch (Exception refusal) when (refusal is NewerFormatException or UnauthorizedAccessException)
        {
            Refuse(refusal.Message, NothingChanged);
            return;
        }

        // Topics are known before their queues have files, so nobody but a person takes the metadata away from under queues.
        if (_metadataLog.LastEpoch < 0 && _broker.QueueFolders is [var queue, ..])
        {
            Refuse($"{_metadataLog.Path}: it holds nothing, although there are queues beside it such as {queue}", RestoreBroker);
            return;
        }

        Become(Acquiring);
        ReadPlacement();
    }

    private void ReadPlacement() => _node.PlacementActor.Tell(new PlacementProtocol.Read(Name));

    /// <summary>
    /// The highest epoch that a new one must be above. The placement is above all that was written under it; where it is missing, deleted by a
    /// person since it was damaged, the logs themselves are asked.
    /// </summary>
    private Epoch EpochOnDisk(BrokerPlacement? placement) =>
        new(Math.Max(_metadataLog!.LastEpoch, placement is null ? _broker.HighestQueueEpoch() : -1));

    private void Recover()
    {
        var (name, epoch, time) = (Name, _epoch, _node.Time);
        var flushes = _broker.Settings.FlushDiskType == FlushDiskType.SyncFlush;
        try
        {
            var metadata = MetadataLogs.Get(Context.System).Open(name, epoch, _metadataLog!, flushes, time);
            if (metadata.StrangerTo(name) is { } other)
            {
                Refuse($"{_metadataLog!.Path}: it holds the metadata of {other}", RestoreBroker);
                return;
            }
        }
        catch (DamagedRecordException damage)
        {
            Refuse(damage.Message, RestoreBroker);
            return;
        }
        catch (NewerFormatException newer)
        {
            Refuse(newer.Message, NothingChanged);
            return;
        }

        _metadata = Context.Watch(Context.ActorOf(Props.Create(() => new MetadataActor(name, epoch, time)), "metadata"));
        if (!flushes)
        {
            Timers.StartPeriodicTimer(nameof(FlushMetadata), FlushMetadata.Instance, _broker.Settings.FlushInterval);
        }

        Become(Recovering);
    }

    private void Refuse(string reason, string whatToDo)
    {
        _logger.Error("Broker {0} is not served, its metadata log cannot be used: {1}. {2}", Name, reason.TrimEnd('.'), whatToDo);
        Timers.CancelAll();
        CloseMetadataLog();
        _node.Guardian.Tell(new BrokerProtocol.BrokerDamaged(Name, reason));
        Become(Damaged);
    }

    /// <summary>A person has to look; the node's other brokers run.</summary>
    private void Damaged(object message)
    {
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
}
