using System.Buffers;
using Rocket.Actors.Links;
using Rocket.Actors.Placement;
using Rocket.Actors.Storage;

namespace Rocket.Actors.Replication.Wire;

/// <summary>
/// A <see cref="ReplicationMessage"/> as the payload of a frame of kind <see cref="LinkKind.ReplicationControl"/>. Big-endian, texts as in <see cref="LinkFields"/>; a point is
/// int64 position and int64 offset, an end is int64 last epoch (−1: none) and a point, a log is the int32 number that the master gave it in this session.
/// <code>
///  0         1        2                10
/// +---------+--------+----------------+------------------------------------------------------------------+
/// | uint8   | uint8  | int64          | 1 Follow         broker, int64 epoch, flushes (uint8 0 or 1)     |
/// | version | type   | session        | 2 FollowRefused  int64 promised, reason                          |
/// | 1       |        |                | 3 Ends           last part (uint8 0 or 1), uint16 n, n × (name,  |
/// |         |        |                |                  end)                                            |
/// |         |        |                | 4 Align          log, name, uint8 1 aligned: point               |
/// |         |        |                |                             uint8 2 cut: int64 epoch, point      |
/// |         |        |                |                             uint8 3 start at: point              |
/// |         |        |                | 5 LogEnded       log, end                                        |
/// |         |        |                | 6 LogFailed      log, reason                                     |
/// |         |        |                | 7 Marks          log, int64 visible offset (−1: unknown), point  |
/// |         |        |                | 8 Leaves                                                         |
/// |         |        |                | 9 Follow, and replace logs that are of no use: as 1              |
/// |         |        |                | 10 HoldsAll                                                      |
/// +---------+--------+----------------+------------------------------------------------------------------+
/// </code>
/// Types are never given another meaning. A message that an older node can't read gets a new type; one that it must not misread a new version.
/// </summary>
public static class ReplicationMessageCodec
{
    /// <summary>A reason is cut there: it is for people, and nothing but the first part of it is read.</summary>
    private const int LongestReason = 1000;

    private const byte Version = 1;

    private enum Tag : byte
    {
        Follow = 1,
        FollowRefused = 2,
        Ends = 3,
        Align = 4,
        LogEnded = 5,
        LogFailed = 6,
        Marks = 7,
        Leaves = 8,
        FollowReplacing = 9,
        HoldsAll = 10,
    }

    private enum AlignmentTag : byte
    {
        Aligned = 1,
        Cut = 2,
        StartAt = 3,
    }

    /// <summary>A sealed frame with a message.</summary>
    public static LinkFrame Frame(ReplicationMessage message)
    {
        var bytes = new ArrayBufferWriter<byte>(256);
        Write(bytes, message);
        return LinkFrame.Copy(LinkKind.ReplicationControl, bytes.WrittenSpan);
    }

    /// <summary>Appends a message.</summary>
    public static void Write(IBufferWriter<byte> output, ReplicationMessage message)
    {
        switch (message)
        {
            case Follow follow:
                Head(output, follow.MayReplace ? Tag.FollowReplacing : Tag.Follow, follow);
                output.WriteText(follow.Broker);
                output.WriteInt64(follow.Epoch.Value);
                output.WriteBool(follow.Flushes);
                break;
            case FollowRefused refused:
                Head(output, Tag.FollowRefused, refused);
                output.WriteInt64(refused.Promised.Value);
                output.WriteText(Shortened(refused.Reason));
                break;
            case HoldsAll holds:
                Head(output, Tag.HoldsAll, holds);
                break;
            case Leaves leaves:
                Head(output, Tag.Leaves, leaves);
                break;
            case Ends ends:
                WriteEnds(output, ends);
                break;
            case Align align:
                Head(output, Tag.Align, align);
                output.WriteInt32(align.Log);
                output.WriteText(align.Name);
                Write(output, align.Alignment);
                break;
            case LogEnded ended:
                Head(output, Tag.LogEnded, ended);
                output.WriteInt32(ended.Log);
                Write(output, ended.End);
                break;
            case LogFailed failed:
                Head(output, Tag.LogFailed, failed);
                output.WriteInt32(failed.Log);
                output.WriteText(Shortened(failed.Reason));
                break;
            case Marks marks:
                Head(output, Tag.Marks, marks);
                output.WriteInt32(marks.Log);
                output.WriteInt64(marks.VisibleOffset);
                Write(output, marks.Minimum);
                break;
            default:
                throw new ArgumentException($"{message?.GetType().Name} is no message between copies.", nameof(message));
        }
    }

    /// <summary>Reads a message.</summary>
    /// <exception cref="LinkViolationException">The bytes are none.</exception>
    public static ReplicationMessage Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new LinkFieldReader(bytes);
        var version = reader.ReadByte();
        if (version != Version)
        {
            throw new LinkViolationException($"messages between copies of version {version} are not known here");
        }

        var message = Read((Tag)reader.ReadByte(), reader.ReadInt64(), ref reader);
        reader.End();
        return message;
    }

    private static ReplicationMessage Read(Tag tag, long session, ref LinkFieldReader reader) => tag switch
    {
        Tag.Follow => new Follow(reader.ReadText(), ReadEpoch(ref reader), session, reader.ReadBool()),
        Tag.FollowReplacing => new Follow(reader.ReadText(), ReadEpoch(ref reader), session, reader.ReadBool(), MayReplace: true),
        Tag.FollowRefused => new FollowRefused(session, ReadEpoch(ref reader), reader.ReadText()),
        Tag.Ends => ReadEnds(session, ref reader),
        Tag.Align => new Align(session, reader.ReadLogNumber(), reader.ReadText(), ReadAlignment(ref reader)),
        Tag.LogEnded => new LogEnded(session, reader.ReadLogNumber(), ReadEnd(ref reader)),
        Tag.LogFailed => new LogFailed(session, reader.ReadLogNumber(), reader.ReadText()),
        Tag.Leaves => new Leaves(session),
        Tag.HoldsAll => new HoldsAll(session),
        Tag.Marks => new Marks(session, reader.ReadLogNumber(), reader.ReadOffsetOrNone(), reader.ReadPoint()),
        _ => throw new LinkViolationException($"a message between copies of type {(byte)tag} is not known here"),
    };

    private static void WriteEnds(IBufferWriter<byte> output, Ends ends)
    {
        Head(output, Tag.Ends, ends);
        output.WriteBool(ends.IsLast);
        output.WriteUInt16(ends.Logs.Count);
        foreach (var (name, end) in ends.Logs)
        {
            output.WriteText(name);
            Write(output, end);
        }
    }

    private static Ends ReadEnds(long session, ref LinkFieldReader reader)
    {
        var isLast = reader.ReadBool();
        var logs = new List<NamedEnd>();
        for (var left = reader.ReadUInt16(); left > 0; left--)
        {
            logs.Add(new NamedEnd(reader.ReadText(), ReadEnd(ref reader)));
        }

        return new Ends(session, isLast, logs);
    }

    private static void Write(IBufferWriter<byte> output, LogAlignment alignment)
    {
        switch (alignment)
        {
            case LogAlignment.Aligned aligned:
                output.WriteByte((byte)AlignmentTag.Aligned);
                Write(output, aligned.At);
                break;
            case LogAlignment.Cut cut:
                output.WriteByte((byte)AlignmentTag.Cut);
                output.WriteInt64(cut.Common.Epoch);
                Write(output, cut.Common.End);
                break;
            case LogAlignment.StartAt start:
                output.WriteByte((byte)AlignmentTag.StartAt);
                Write(output, start.Minimum);
                break;
            default:
                throw new ArgumentException($"{alignment} is no alignment.", nameof(alignment));
        }
    }

    private static LogAlignment ReadAlignment(ref LinkFieldReader reader) => (AlignmentTag)reader.ReadByte() switch
    {
        AlignmentTag.Aligned => new LogAlignment.Aligned(reader.ReadPoint()),
        AlignmentTag.Cut => new LogAlignment.Cut(new EpochEnd(reader.ReadOffsetOrNone(), reader.ReadPoint())),
        AlignmentTag.StartAt => new LogAlignment.StartAt(reader.ReadPoint()),
        var other => throw new LinkViolationException($"an alignment of type {(byte)other} is not known here"),
    };

    private static void Head(IBufferWriter<byte> output, Tag tag, ReplicationMessage message)
    {
        output.Write([Version, (byte)tag]);
        output.WriteInt64(message.Session);
    }

    private static void Write(IBufferWriter<byte> output, LogPoint point)
    {
        output.WriteInt64(point.Position);
        output.WriteInt64(point.Offset);
    }

    private static void Write(IBufferWriter<byte> output, LogEnd end)
    {
        output.WriteInt64(end.LastEpoch);
        Write(output, end.End);
    }

    private static LogEnd ReadEnd(ref LinkFieldReader reader) => new(reader.ReadOffsetOrNone(), reader.ReadPoint());

    private static Epoch ReadEpoch(ref LinkFieldReader reader)
    {
        var epoch = reader.ReadInt64();
        return epoch >= 0 ? new Epoch(epoch) : throw new LinkViolationException($"{epoch} is no epoch");
    }

    private static string Shortened(string reason)
    {
        if (reason.Length <= LongestReason)
        {
            return reason;
        }

        // Half a character would be no text.
        return reason[..(char.IsHighSurrogate(reason[LongestReason - 1]) ? LongestReason - 1 : LongestReason)];
    }
}
