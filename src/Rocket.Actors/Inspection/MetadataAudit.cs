using System.Runtime.Serialization;
using Rocket.Actors.Metadata;
using Rocket.Actors.Metadata.Journal;
using Rocket.Actors.Storage;
using Rocket.Actors.Storage.Inspection;

namespace Rocket.Actors.Inspection;

/// <summary>
/// Knows what the records of a broker's metadata log must be, and replays them as a start does: the newest snapshot, then every event behind it.
/// </summary>
/// <param name="broker">The broker.</param>
internal sealed class MetadataAudit(string broker) : IRecordAudit
{
    private readonly PersistedEntity _entity = new();
    private readonly List<(long SequenceNr, IMetadataEvent Event)> _events = [];
    private MetadataSnapshot? _snapshot;
    private long _snapshotNr;
    private bool _isReadable = true;

    public IRecordIndexer Indexer { get; } = new MetadataRecordIndexer();

    public string Remedy => "restore the broker's whole folder from a backup or a replica: queues and metadata belong together";

    public string RemedyForRecords => Remedy;

    public string? FaultOf(in LogRecord record)
    {
        var fault = Take(record);
        _isReadable &= fault is null;
        return fault;
    }

    /// <summary>What the records add up to; null when that cannot be said, <paramref name="fault"/> telling why unless a record's fault did.</summary>
    public MetadataState? Replay(out string? fault)
    {
        fault = null;
        if (!_isReadable)
        {
            return null;
        }

        try
        {
            var state = _snapshot is null ? new MetadataState() : new MetadataState(_snapshot);
            var expected = Math.Max(_snapshotNr, _entity.DeletedTo) + 1;
            foreach (var (sequenceNr, happened) in _events)
            {
                if (sequenceNr != expected)
                {
                    fault = $"the events {expected} to {sequenceNr - 1} are missing";
                    return null;
                }

                state.Apply(happened);
                expected++;
            }

            if (_snapshotNr < _entity.DeletedTo)
            {
                fault = $"the snapshot that stands for the events up to {_entity.DeletedTo} is missing";
                return null;
            }

            return state;
        }
        catch (Exception contradiction) when (contradiction is InvalidOperationException or ArgumentException)
        {
            fault = $"what it holds contradicts itself: {contradiction.Message}";
            return null;
        }
    }

    private string? Take(in LogRecord record)
    {
        var payload = record.Payload.Span;
        var format = MetadataRecordView.FormatOf(payload);
        if (format > MetadataRecordLayout.FormatVersion)
        {
            return $"its format version {format} is newer than this program knows; the start refuses this log";
        }

        try
        {
            var view = MetadataRecordView.Read(payload);
            if (view.PersistenceId != broker)
            {
                return $"it belongs to {view.PersistenceId}, not to {broker}; the start refuses this log";
            }

            _entity.Note(view, record.Position);
            Note(view);
            return null;
        }
        catch (Exception senseless) when (senseless is FormatException or SerializationException)
        {
            return $"{senseless.Message} The start refuses this log";
        }
    }

    private void Note(MetadataRecordView view)
    {
        switch (view.Kind)
        {
            case MetadataRecordKind.Events:
                foreach (var stored in view.ReadEvents(out _))
                {
                    var happened = ReadPayload(stored.Payload) as IMetadataEvent
                        ?? throw new FormatException($"Event {stored.SequenceNr} is stored as a '{stored.Payload.Manifest}'.");
                    _events.Add((stored.SequenceNr, happened));
                }

                return;
            case MetadataRecordKind.Snapshot:
                var snapshot = ReadPayload(view.ReadSnapshot(out _)) as MetadataSnapshot ?? throw new FormatException("A snapshot is stored as an event.");
                (_snapshot, _snapshotNr) = view.SequenceNr >= _snapshotNr ? (snapshot, view.SequenceNr) : (_snapshot, _snapshotNr);
                break;
        }

        // Whatever a snapshot stands for is not replayed, so memory holds what a running node holds.
        _events.RemoveAll(earlier => earlier.SequenceNr <= Math.Max(_snapshotNr, _entity.DeletedTo));
    }

    private static object ReadPayload(StoredPayload payload) => payload.SerializerId == MetadataEventSerializer.StoredIdentifier
        ? MetadataPayload.Read(payload.Bytes, payload.Manifest)
        : throw new FormatException($"'{payload.Manifest}' was stored by the unknown serializer {payload.SerializerId}.");
}
