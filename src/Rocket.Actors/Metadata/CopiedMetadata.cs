using System.Runtime.Serialization;
using Rocket.Actors.Cluster;
using Rocket.Actors.Groups;
using Rocket.Actors.Metadata.Journal;
using Rocket.Actors.Queues;
using Rocket.Actors.Replication;
using Rocket.Actors.Storage;

namespace Rocket.Actors.Metadata;

/// <summary>
/// A broker's metadata as the copy of its log on this node has them, as far as every node in sync has them too. Replayed when somebody asks, and from where the
/// last question left off: a copy that nobody reads costs nothing, and one that is read costs its events once. Any thread; questions take turns.
/// </summary>
public sealed class CopiedMetadata
{
    private readonly string _broker;
    private readonly CopyDirectory _copies;
    private readonly Lock _gate = new();
    private CopyView? _log;
    private MetadataState _state = new();
    private long _lastSequenceNr;
    private long _nextPosition;
    private long _replayedTo;

    internal CopiedMetadata(string broker, CopyDirectory copies)
    {
        _broker = broker;
        _copies = copies;
    }

    /// <summary>How far a group has consumed a queue; null: it has committed nothing there.</summary>
    /// <returns>False: the copy does not tell.</returns>
    public bool TryGetOffset(string group, string topic, int queueId, out long? offset)
    {
        lock (_gate)
        {
            offset = null;
            if (!TryReplay())
            {
                return false;
            }

            if (_state.TryGetOffset(group, topic, queueId, out var committed))
            {
                offset = committed;
            }

            return true;
        }
    }

    /// <summary>The configuration of a group; null: there is no such group.</summary>
    /// <returns>False: the copy does not tell.</returns>
    public bool TryGetGroup(string group, out SubscriptionGroupConfig? config)
    {
        lock (_gate)
        {
            config = null;
            if (!TryReplay())
            {
                return false;
            }

            config = _state.Groups.GetValueOrDefault(group);
            return true;
        }
    }

    /// <summary>The queue that a physical offset names, and the position in its log; null: no queue.</summary>
    /// <returns>False: the copy does not tell.</returns>
    public bool TryLocate(long physicalOffset, out QueueId? queue, out long position)
    {
        lock (_gate)
        {
            (queue, position) = (null, 0);
            if (!TryReplay())
            {
                return false;
            }

            if (physicalOffset >= 0 && _state.TryFindOrdinal(PhysicalOffset.OrdinalOf(physicalOffset), out var found))
            {
                var ordinals = new QueueOrdinals(_state.OrdinalsOf(found.Topic, found.QueueId).Select(given => given.Ordinal));
                if (ordinals.TryPosition(physicalOffset, out position))
                {
                    queue = new QueueId(found.Topic, found.QueueId);
                }
            }

            return true;
        }
    }

    /// <summary>The broker is led here, or its copy is gone: what was replayed is of no use any more.</summary>
    private void Forget() => (_log, _state, _lastSequenceNr, _nextPosition, _replayedTo) = (null, new MetadataState(), 0, 0, 0);

    private bool TryReplay()
    {
        if (!_copies.TryGet(DataFolders.Metadata, out var log) || log.VisibleOffset < 0)
        {
            Forget();
            return false;
        }

        try
        {
            if (!ReferenceEquals(log, _log) || _nextPosition < log.StartPosition)
            {
                Begin(log);
            }

            var visible = log.VisibleOffset;
            if (visible == _replayedTo || IsComplete(log, visible))
            {
                _replayedTo = visible;
                return true;
            }
        }
        catch (Exception failure) when (IsUnreadable(failure))
        {
            // Closed or shortened while it was read, or damaged, which the broker's own start would tell about.
        }

        Forget();
        return false;
    }

    /// <summary>Starts from the newest snapshot that is visible, or from nothing.</summary>
    private void Begin(CopyView log)
    {
        Forget();
        var (start, visible) = (log.StartPosition, log.VisibleOffset);
        byte[]? newest = null;
        using (var scanner = log.Reader.Scan(start))
        {
            foreach (var record in scanner)
            {
                if (record.Offset >= visible)
                {
                    break;
                }

                if (Read(record.Payload.Span).Kind == MetadataRecordKind.Snapshot)
                {
                    newest = record.Payload.ToArray();
                }
            }
        }

        if (newest is not null)
        {
            var view = Read(newest);
            _state = new MetadataState((MetadataSnapshot)Metadata(view.ReadSnapshot(out _)));
            _lastSequenceNr = view.SequenceNr;
        }

        (_log, _nextPosition) = (log, start);
    }

    /// <summary>Takes in what became visible since. False: an event is missing.</summary>
    private bool IsComplete(CopyView log, long visible)
    {
        using var scanner = log.Reader.Scan(_nextPosition);
        foreach (var record in scanner)
        {
            if (record.Offset >= visible)
            {
                return true;
            }

            var view = Read(record.Payload.Span);
            if (view.Kind == MetadataRecordKind.Events && !TryApply(view.ReadEvents(out _)))
            {
                return false;
            }

            _nextPosition = scanner.Next.Position;
        }

        return true;
    }

    private bool TryApply(StoredEvent[] events)
    {
        foreach (var stored in events)
        {
            if (stored.SequenceNr > _lastSequenceNr + 1)
            {
                return false;
            }

            if (stored.SequenceNr == _lastSequenceNr + 1)
            {
                _state.Apply((IMetadataEvent)Metadata(stored.Payload));
                _lastSequenceNr = stored.SequenceNr;
            }
        }

        return true;
    }

    private MetadataRecordView Read(ReadOnlySpan<byte> record)
    {
        var view = MetadataRecordView.Read(record);
        return view.PersistenceId == _broker ? view : throw new FormatException($"A record of {view.PersistenceId} is among the metadata of {_broker}.");
    }

    private static object Metadata(StoredPayload stored) => stored.SerializerId == MetadataEventSerializer.StoredIdentifier
        ? MetadataPayload.Read(stored.Bytes, stored.Manifest)
        : throw new SerializationException($"Stored metadata '{stored.Manifest}' is of serializer {stored.SerializerId}.");

    private static bool IsUnreadable(Exception failure) => failure is IOException or ObjectDisposedException or DamagedRecordException or OffsetBelowMinimumException
        or FormatException or SerializationException or InvalidOperationException or ArgumentException or InvalidCastException;
}
