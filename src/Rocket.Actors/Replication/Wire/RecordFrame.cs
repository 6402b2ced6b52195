using System.Buffers.Binary;
using Rocket.Actors.Links;
using Rocket.Actors.Storage;

namespace Rocket.Actors.Replication.Wire;

/// <summary>
/// Records of one log as the payload of a frame of kind <see cref="LinkKind.RecordBatch"/>, together with what the master says of the log. Big-endian.
/// <code>
///  0         1         9       13          21        29        37        45        53     57      61     65
/// +---------+---------+-------+-----------+---------+---------+---------+---------+------+-------+------+-----------------------+
/// | uint8   | int64   | int32 | int64     | int64   | int64   | int64   | int64   |int32 | int32 |int32 | i bytes of index      |
/// | version | session | log   | visible   | minimum | minimum | first   | first   |count | i     | k    | k bytes of keys       |
/// | 1       |         |       | (−1: none)| position| offset  | position| offset  |      |       |      | the records, the rest |
/// +---------+---------+-------+-----------+---------+---------+---------+---------+------+-------+------+-----------------------+
/// </code>
/// Index, keys and records stand here as they stand in the files.
/// </summary>
public static class RecordFrame
{
    /// <summary>Bytes in front of index, keys and records.</summary>
    public const int HeadBytes = FixedBytes;

    /// <summary>The most that records, index and keys of one run may have together, in bytes.</summary>
    public const int MaxRunBytes = LinkFrameLayout.MaxPayloadBytes - FixedBytes;

    internal const byte Version = 1;

    private const int SessionAt = 1;
    private const int LogAt = SessionAt + sizeof(long);
    private const int VisibleAt = LogAt + sizeof(int);
    private const int MinimumAt = VisibleAt + sizeof(long);
    private const int FirstAt = MinimumAt + (2 * sizeof(long));
    private const int CountAt = FirstAt + (2 * sizeof(long));
    private const int IndexBytesAt = CountAt + sizeof(int);
    private const int KeyBytesAt = IndexBytesAt + sizeof(int);
    private const int FixedBytes = KeyBytesAt + sizeof(int);

    /// <summary>Bytes of the payload that a run makes.</summary>
    public static long SizeOf(in RecordRun run) => FixedBytes + (long)run.Records.Length + run.IndexEntries.Length + run.KeyEntries.Length;

    /// <summary>A sealed frame with records: their bytes are copied once, into it. The caller owns its one reference.</summary>
    /// <param name="session">The session.</param>
    /// <param name="log">The log's number in it.</param>
    /// <param name="run">The records.</param>
    /// <param name="visibleOffset">What consumers may see; −1: not known yet.</param>
    /// <param name="minimum">The first record that the master has.</param>
    /// <exception cref="ArgumentOutOfRangeException">The run is greater than <see cref="MaxRunBytes"/>.</exception>
    public static LinkFrame Rent(long session, int log, in RecordRun run, long visibleOffset, LogPoint minimum)
    {
        var size = SizeOf(run);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, LinkFrameLayout.MaxPayloadBytes, nameof(run));
        var frame = LinkFrame.Rent(LinkKind.RecordBatch, (int)size);
        var payload = frame.Payload;
        payload[0] = Version;
        BinaryPrimitives.WriteInt64BigEndian(payload[SessionAt..], session);
        BinaryPrimitives.WriteInt32BigEndian(payload[LogAt..], log);
        BinaryPrimitives.WriteInt64BigEndian(payload[VisibleAt..], visibleOffset);
        Write(payload[MinimumAt..], minimum);
        Write(payload[FirstAt..], run.First);
        BinaryPrimitives.WriteInt32BigEndian(payload[CountAt..], run.Count);
        BinaryPrimitives.WriteInt32BigEndian(payload[IndexBytesAt..], run.IndexEntries.Length);
        BinaryPrimitives.WriteInt32BigEndian(payload[KeyBytesAt..], run.KeyEntries.Length);
        var rest = payload[FixedBytes..];
        run.IndexEntries.CopyTo(rest);
        rest = rest[run.IndexEntries.Length..];
        run.KeyEntries.CopyTo(rest);
        run.Records.CopyTo(rest[run.KeyEntries.Length..]);
        return frame.Seal();
    }

    /// <summary>Looks at a payload. What the view says lives as long as the payload; the records themselves are checked by <see cref="RecordLog.AppendCopy"/>.</summary>
    /// <exception cref="LinkViolationException">The bytes are no records.</exception>
    public static RecordFrameView Read(ReadOnlySpan<byte> payload)
    {
        var reader = new LinkFieldReader(payload);
        if (reader.ReadByte() is var version and not Version)
        {
            throw new LinkViolationException($"records of version {version} are not known here");
        }

        var session = reader.ReadInt64();
        var log = reader.ReadLogNumber();
        var visibleOffset = reader.ReadOffsetOrNone();
        var minimum = reader.ReadPoint();
        var first = reader.ReadPoint();
        var count = reader.ReadInt32();
        var indexBytes = reader.ReadInt32();
        var keyBytes = reader.ReadInt32();
        if (count <= 0 || indexBytes < 0 || keyBytes < 0)
        {
            throw new LinkViolationException($"{count} records with {indexBytes} bytes of index and {keyBytes} of keys are none");
        }

        var index = reader.Cut(indexBytes);
        var keys = reader.Cut(keyBytes);
        return new RecordFrameView(session, log, visibleOffset, minimum, payload.Length, new RecordRun(first, count, reader.Left, index, keys));
    }

    /// <summary>The session of a payload, without looking at the rest of it.</summary>
    /// <exception cref="LinkViolationException">The bytes are no records.</exception>
    public static long SessionOf(ReadOnlySpan<byte> payload)
    {
        var reader = new LinkFieldReader(payload);
        return reader.ReadByte() is var version and not Version
            ? throw new LinkViolationException($"records of version {version} are not known here")
            : reader.ReadInt64();
    }

    private static void Write(Span<byte> output, LogPoint point)
    {
        BinaryPrimitives.WriteInt64BigEndian(output, point.Position);
        BinaryPrimitives.WriteInt64BigEndian(output[sizeof(long)..], point.Offset);
    }
}

/// <summary>What a <see cref="RecordFrame"/> says; dies with the payload.</summary>
public readonly ref struct RecordFrameView
{
    internal RecordFrameView(long session, int log, long visibleOffset, LogPoint minimum, int payloadBytes, RecordRun run)
    {
        (Session, Log, VisibleOffset, Minimum, PayloadBytes) = (session, log, visibleOffset, minimum, payloadBytes);
        Run = run;
    }

    public long Session { get; }

    /// <summary>The log's number in the session.</summary>
    public int Log { get; }

    /// <summary>What consumers may see; −1: not known yet.</summary>
    public long VisibleOffset { get; }

    /// <summary>The first record that the master has.</summary>
    public LogPoint Minimum { get; }

    /// <summary>What this frame adds to <see cref="AckView.Taken"/>.</summary>
    public int PayloadBytes { get; }

    public RecordRun Run { get; }
}
