namespace Rocket.Actors.Metadata.Journal;

/// <summary>A record on its way into the metadata log (layout: <see cref="MetadataRecordLayout"/>).</summary>
internal abstract class MetadataRecord(MetadataRecordKind kind, string persistenceId, long sequenceNr)
{
    /// <summary>What it is about.</summary>
    public MetadataRecordKind Kind => kind;

    /// <summary>Whose it is.</summary>
    public string PersistenceId => persistenceId;

    /// <summary>As its kind says.</summary>
    public long SequenceNr => sequenceNr;

    /// <summary>Bytes it will take.</summary>
    public int Size => checked(MetadataRecordLayout.PersistenceIdAt + RecordBytesWriter.SizeOf(persistenceId) + BodySize);

    /// <summary>Bytes of the body.</summary>
    protected abstract int BodySize { get; }

    /// <summary>Writes it.</summary>
    /// <param name="destination">Exactly <see cref="Size"/> bytes.</param>
    /// <param name="storedAt">Milliseconds since 1970.</param>
    public void Write(Span<byte> destination, long storedAt)
    {
        var writer = new RecordBytesWriter(destination);
        writer.WriteByte(MetadataRecordLayout.FormatVersion);
        writer.WriteByte((byte)kind);
        writer.WriteInt64(storedAt);
        writer.WriteInt64(sequenceNr);
        writer.WriteString(persistenceId);
        WriteBody(ref writer);
        if (writer.Left != 0)
        {
            throw new InvalidOperationException($"A {kind} record left {writer.Left} of its {destination.Length} bytes unwritten.");
        }
    }

    /// <summary>Writes the body.</summary>
    protected abstract void WriteBody(ref RecordBytesWriter writer);
}

/// <summary>An event or snapshot as its serializer made it.</summary>
/// <param name="SerializerId">Which serializer.</param>
/// <param name="Manifest">What it needs to know to read the bytes.</param>
/// <param name="Bytes">The bytes.</param>
internal readonly record struct StoredPayload(int SerializerId, string Manifest, byte[] Bytes);

/// <summary>One event of an <see cref="EventsRecord"/>.</summary>
/// <param name="SequenceNr">Its sequence number.</param>
/// <param name="AdapterManifest">What an event adapter noted; usually empty.</param>
/// <param name="Payload">The event.</param>
internal readonly record struct StoredEvent(long SequenceNr, string AdapterManifest, StoredPayload Payload);

/// <summary>The events of one atomic write.</summary>
internal sealed class EventsRecord(string persistenceId, string writerGuid, IReadOnlyList<StoredEvent> events)
    : MetadataRecord(MetadataRecordKind.Events, persistenceId, events[0].SequenceNr)
{
    private const int FixedSizeOfEvent = sizeof(long) + sizeof(int) + sizeof(int);

    /// <summary>Sequence number of its last event.</summary>
    public long LastSequenceNr => events[^1].SequenceNr;

    /// <inheritdoc/>
    protected override int BodySize
    {
        get
        {
            var size = sizeof(long) + RecordBytesWriter.SizeOf(writerGuid) + sizeof(int);
            foreach (var stored in events)
            {
                size = checked(size + FixedSizeOfEvent + RecordBytesWriter.SizeOf(stored.Payload.Manifest)
                    + RecordBytesWriter.SizeOf(stored.AdapterManifest) + stored.Payload.Bytes.Length);
            }

            return size;
        }
    }

    /// <inheritdoc/>
    protected override void WriteBody(ref RecordBytesWriter writer)
    {
        writer.WriteInt64(LastSequenceNr);
        writer.WriteString(writerGuid);
        writer.WriteInt32(events.Count);
        foreach (var stored in events)
        {
            writer.WriteInt64(stored.SequenceNr);
            writer.WriteInt32(stored.Payload.SerializerId);
            writer.WriteString(stored.Payload.Manifest);
            writer.WriteString(stored.AdapterManifest);
            writer.WriteInt32(stored.Payload.Bytes.Length);
            writer.WriteBytes(stored.Payload.Bytes);
        }
    }
}

/// <summary>Deletes events.</summary>
internal sealed class EventsDeletionRecord(string persistenceId, long toSequenceNr, long highestSequenceNr)
    : MetadataRecord(MetadataRecordKind.EventsDeletion, persistenceId, toSequenceNr)
{
    /// <inheritdoc/>
    protected override int BodySize => sizeof(long);

    /// <inheritdoc/>
    protected override void WriteBody(ref RecordBytesWriter writer) => writer.WriteInt64(highestSequenceNr);
}

/// <summary>A snapshot.</summary>
internal sealed class SnapshotRecord(string persistenceId, long sequenceNr, long madeAt, StoredPayload payload)
    : MetadataRecord(MetadataRecordKind.Snapshot, persistenceId, sequenceNr)
{
    /// <inheritdoc/>
    protected override int BodySize =>
        checked(sizeof(long) + sizeof(int) + RecordBytesWriter.SizeOf(payload.Manifest) + payload.Bytes.Length);

    /// <inheritdoc/>
    protected override void WriteBody(ref RecordBytesWriter writer)
    {
        writer.WriteInt64(madeAt);
        writer.WriteInt32(payload.SerializerId);
        writer.WriteString(payload.Manifest);
        writer.WriteBytes(payload.Bytes);
    }
}

/// <summary>Deletes snapshots.</summary>
internal sealed class SnapshotsDeletionRecord(string persistenceId, SnapshotBounds bounds)
    : MetadataRecord(MetadataRecordKind.SnapshotsDeletion, persistenceId, bounds.HighestSequenceNr)
{
    /// <inheritdoc/>
    protected override int BodySize => 3 * sizeof(long);

    /// <inheritdoc/>
    protected override void WriteBody(ref RecordBytesWriter writer)
    {
        writer.WriteInt64(bounds.LowestSequenceNr);
        writer.WriteInt64(bounds.EarliestMadeAt);
        writer.WriteInt64(bounds.LatestMadeAt);
    }
}
