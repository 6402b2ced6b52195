using System.Buffers.Binary;
using Rocket.Actors.Links;
using Rocket.Actors.Storage;

namespace Rocket.Actors.Replication.Wire;

/// <summary>How far a copy of one log has come.</summary>
/// <param name="Log">The log's number in the session.</param>
/// <param name="Appended">Behind its last record.</param>
/// <param name="Flushed">Behind the last one that is known to be on its disk; never behind <paramref name="Appended"/>.</param>
public readonly record struct LogAck(int Log, LogPoint Appended, LogPoint Flushed);

/// <summary>
/// What a copy has taken, as the payload of a frame of kind <see cref="LinkKind.ReplicationAck"/>. Everything in it is cumulative: a later one says all that an earlier one of the
/// session said of the same log. Big-endian.
/// <code>
///  0         1         9         17
/// +---------+---------+---------+-----------------------------------------------------------------------------------+
/// | uint8   | int64   | int64   | n × (int32 log, int64 appended position, int64 appended offset,                   |
/// | version | session | taken   |      int64 flushed position, int64 flushed offset), up to the end                 |
/// | 1       |         |         |                                                                                   |
/// +---------+---------+---------+-----------------------------------------------------------------------------------+
/// </code>
/// <em>Taken</em>: payload bytes of all record frames of this session that the copy needs no memory for any more, whether it appended them or, for a log that has failed, threw them
/// away.
/// </summary>
public static class AckFrame
{
    /// <summary>The most logs in one frame.</summary>
    public const int MaxLogs = 16_384;

    internal const int EntryBytes = sizeof(int) + (4 * sizeof(long));
    private const byte Version = 1;
    private const int SessionAt = 1;
    private const int TakenAt = SessionAt + sizeof(long);
    private const int FixedBytes = TakenAt + sizeof(long);

    /// <summary>A sealed frame; the caller owns its one reference.</summary>
    /// <param name="session">The session.</param>
    /// <param name="taken">Payload bytes of its record frames that were taken so far.</param>
    /// <param name="logs">At most <see cref="MaxLogs"/>.</param>
    public static LinkFrame Rent(long session, long taken, ReadOnlySpan<LogAck> logs)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(logs.Length, MaxLogs, nameof(logs));
        var frame = LinkFrame.Rent(LinkKind.ReplicationAck, FixedBytes + (logs.Length * EntryBytes));
        var payload = frame.Payload;
        payload[0] = Version;
        BinaryPrimitives.WriteInt64BigEndian(payload[SessionAt..], session);
        BinaryPrimitives.WriteInt64BigEndian(payload[TakenAt..], taken);
        payload = payload[FixedBytes..];
        foreach (ref readonly var log in logs)
        {
            BinaryPrimitives.WriteInt32BigEndian(payload, log.Log);
            Write(payload[sizeof(int)..], log.Appended);
            Write(payload[(sizeof(int) + (2 * sizeof(long)))..], log.Flushed);
            payload = payload[EntryBytes..];
        }

        return frame.Seal();
    }

    /// <summary>Looks at a payload; the logs in it are checked too.</summary>
    /// <exception cref="LinkViolationException">The bytes are no acknowledgement.</exception>
    public static AckView Read(ReadOnlySpan<byte> payload)
    {
        var reader = new LinkFieldReader(payload);
        if (reader.ReadByte() is var version and not Version)
        {
            throw new LinkViolationException($"acknowledgements of version {version} are not known here");
        }

        var session = reader.ReadInt64();
        var taken = reader.ReadInt64();
        var logs = reader.Left;
        if (taken < 0 || logs.Length % EntryBytes != 0)
        {
            throw new LinkViolationException($"{taken} bytes taken and {logs.Length} bytes of logs are no acknowledgement");
        }

        while (!reader.Left.IsEmpty)
        {
            var log = ReadLog(ref reader);
            if (log.Flushed.Position > log.Appended.Position || log.Flushed.Offset > log.Appended.Offset)
            {
                throw new LinkViolationException($"the log {log.Log} cannot be flushed up to {log.Flushed} and end at {log.Appended}");
            }
        }

        return new AckView(session, taken, logs);
    }

    internal static LogAck ReadLog(ref LinkFieldReader reader) => new(reader.ReadLogNumber(), reader.ReadPoint(), reader.ReadPoint());

    private static void Write(Span<byte> output, LogPoint point)
    {
        BinaryPrimitives.WriteInt64BigEndian(output, point.Position);
        BinaryPrimitives.WriteInt64BigEndian(output[sizeof(long)..], point.Offset);
    }
}

/// <summary>What an <see cref="AckFrame"/> says; dies with the payload.</summary>
public readonly ref struct AckView
{
    private readonly ReadOnlySpan<byte> _logs;

    internal AckView(long session, long taken, ReadOnlySpan<byte> logs)
    {
        (Session, Taken) = (session, taken);
        _logs = logs;
    }

    public long Session { get; }

    /// <summary>Payload bytes of the session's record frames that the copy has taken.</summary>
    public long Taken { get; }

    /// <summary>How many logs it speaks of.</summary>
    public int Count => _logs.Length / AckFrame.EntryBytes;

    /// <summary>What it says of one of them.</summary>
    public LogAck this[int index]
    {
        get
        {
            var reader = new LinkFieldReader(_logs.Slice(index * AckFrame.EntryBytes, AckFrame.EntryBytes));
            return AckFrame.ReadLog(ref reader);
        }
    }
}
