namespace Rocket.Actors.Metadata.Journal;

/// <summary>What a record of the metadata log is about. The numbers are on disk.</summary>
internal enum MetadataRecordKind : byte
{
    /// <summary>The events of one atomic write: all of them or none, because a record is torn or not as a whole.</summary>
    Events = 1,

    /// <summary>Events up to a sequence number are deleted.</summary>
    EventsDeletion = 2,

    /// <summary>A snapshot.</summary>
    Snapshot = 3,

    /// <summary>Snapshots within bounds, written before this record, are deleted.</summary>
    SnapshotsDeletion = 4,
}

/// <summary>
/// A record of the metadata log, within the log's own record header. Numbers are big-endian; a string is its length in UTF-8 bytes as
/// uint16, and these bytes.
/// <code>
///  0        1        2            10             18
/// +--------+--------+------------+--------------+----------------+--------+
/// | uint8  | uint8  | int64      | int64        | string         | body   |
/// | format | kind   | stored at  | sequence nr  | persistence id |        |
/// +--------+--------+------------+--------------+----------------+--------+
///
/// body of Events, sequence nr being that of the first one:
/// +-------------+-------------+--------+   +-------------+------------+----------+------------------+--------+---------+
/// | int64       | string      | int32  |   | int64       | int32      | string   | string           | int32  | n bytes |
/// | last        | writer guid | count  | × | sequence nr | serializer | manifest | adapter manifest | n      | payload |
/// | sequence nr |             |        |   |             | id         |          |                  |        |         |
/// +-------------+-------------+--------+   +-------------+------------+----------+------------------+--------+---------+
///
/// body of EventsDeletion, sequence nr being the last one that is deleted:
/// +-----------------------------+
/// | int64 highest sequence nr   |  of the persistence id so far: it goes on there when no event is left
/// +-----------------------------+
///
/// body of Snapshot, sequence nr being that of its last event:
/// +----------------+----------------------+-----------------+------------------------+
/// | int64 made at  | int32 serializer id  | string manifest | payload (all the rest) |
/// +----------------+----------------------+-----------------+------------------------+
///
/// body of SnapshotsDeletion, sequence nr being the highest that is deleted:
/// +--------------------+------------------------+----------------------+
/// | int64 lowest       | int64 earliest made at | int64 latest made at |
/// | sequence nr        |                        |                      |
/// +--------------------+------------------------+----------------------+
/// </code>
/// "stored at" is in milliseconds since 1970 and never goes back, "made at" in ticks of 100 ns since the year 1, UTC, as Akka.Persistence
/// gives them.
/// </summary>
internal static class MetadataRecordLayout
{
    public const byte FormatVersion = 1;

    public const int FormatAt = 0;
    public const int KindAt = FormatAt + sizeof(byte);
    public const int StoredAtAt = KindAt + sizeof(byte);
    public const int SequenceNrAt = StoredAtAt + sizeof(long);
    public const int PersistenceIdAt = SequenceNrAt + sizeof(long);
}
