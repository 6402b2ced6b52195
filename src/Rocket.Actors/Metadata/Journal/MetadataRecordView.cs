using System.Buffers.Binary;

namespace Rocket.Actors.Metadata.Journal;

/// <summary>A stored record's head, and its body to be read as its kind says.</summary>
internal readonly ref struct MetadataRecordView
{
    private MetadataRecordView(MetadataRecordKind kind, long storedAt, long sequenceNr, string persistenceId, RecordBytesReader body)
    {
        (Kind, StoredAt, SequenceNr, PersistenceId) = (kind, storedAt, sequenceNr, persistenceId);
        Body = body;
    }

    public MetadataRecordKind Kind { get; }

    public long StoredAt { get; }

    public long SequenceNr { get; }

    public string PersistenceId { get; }

    public RecordBytesReader Body { get; }

    /// <summary>The format version of a record.</summary>
    public static byte FormatOf(ReadOnlySpan<byte> record) => record[MetadataRecordLayout.FormatAt];

    /// <summary>When a record was stored: at the same place in every format.</summary>
    public static long StoredAtOf(ReadOnlySpan<byte> record) => BinaryPrimitives.ReadInt64BigEndian(record[MetadataRecordLayout.StoredAtAt..]);

    /// <summary>Reads the head of a record of this version's format.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static MetadataRecordView Read(ReadOnlySpan<byte> record)
    {
        var reader = new RecordBytesReader(record);
        var format = reader.ReadByte();
        if (format != MetadataRecordLayout.FormatVersion)
        {
            throw new FormatException($"A metadata record has format {format}, not {MetadataRecordLayout.FormatVersion}.");
        }

        var kind = (MetadataRecordKind)reader.ReadByte();
        if (kind is < MetadataRecordKind.Events or > MetadataRecordKind.SnapshotsDeletion)
        {
            throw new FormatException($"A metadata record has the unknown kind {(byte)kind}.");
        }

        var storedAt = reader.ReadInt64();
        var sequenceNr = reader.ReadInt64();
        var persistenceId = reader.ReadString();
        return new MetadataRecordView(kind, storedAt, sequenceNr, persistenceId, reader);
    }

    /// <summary>The events of an <see cref="MetadataRecordKind.Events"/> record.</summary>
    /// <exception cref="FormatException">Its body is not that.</exception>
    public StoredEvent[] ReadEvents(out string writerGuid)
    {
        var body = Body;
        _ = body.ReadInt64();
        writerGuid = body.ReadString();
        var count = body.ReadInt32();
        if (count < 0 || count > body.Left.Length)
        {
            throw new FormatException($"A metadata record says that it holds {count} events.");
        }

        var events = new StoredEvent[count];
        for (var index = 0; index < count; index++)
        {
            var sequenceNr = body.ReadInt64();
            var serializerId = body.ReadInt32();
            var manifest = body.ReadString();
            var adapterManifest = body.ReadString();
            events[index] = new StoredEvent(sequenceNr, adapterManifest, new StoredPayload(serializerId, manifest, body.ReadBytes(body.ReadInt32()).ToArray()));
        }

        return events;
    }

    /// <summary>The snapshot of a <see cref="MetadataRecordKind.Snapshot"/> record.</summary>
    /// <exception cref="FormatException">Its body is not that.</exception>
    public StoredPayload ReadSnapshot(out long madeAt)
    {
        var body = Body;
        madeAt = body.ReadInt64();
        return new StoredPayload(body.ReadInt32(), body.ReadString(), body.Left.ToArray());
    }
}
