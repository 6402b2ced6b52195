using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;

namespace Rocket.Actors.Placement;

/// <summary>
/// A <see cref="VoterRecord"/> as bytes, big-endian; strings as in <see cref="PlacementLayout"/>:
/// <code>
///  0        8        9
/// +--------+--------+----------+-----------------------+----------+-----------------------------------------------------+
/// | int64  | uint8  | uint16 n | n × int64 incarnation | uint16 m | m × (string name, int64 starts, int64 incarnation,  |
/// | starts | votes  |          | the latest one last   |          |      int64 highest, uint8 ever voted)               |
/// +--------+--------+----------+-----------------------+----------+-----------------------------------------------------+
/// </code>
/// This is format 2. Format 1 was the starts alone; it was written by nodes without other voters, which have lost nothing: such a voter votes.
/// </summary>
internal static class VoterRecordLayout
{
    public static void Write(IBufferWriter<byte> output, VoterRecord record)
    {
        PlacementLayout.WriteInt64(output, record.Starts);
        WriteBool(output, record.Votes);
        PlacementLayout.WriteUInt16(output, record.Incarnations.Length);
        foreach (var incarnation in record.Incarnations)
        {
            PlacementLayout.WriteInt64(output, incarnation);
        }

        PlacementLayout.WriteUInt16(output, record.Others.Count);
        foreach (var (name, memory) in record.Others)
        {
            PlacementLayout.WriteString(output, name);
            PlacementLayout.WriteInt64(output, memory.Start.Starts);
            PlacementLayout.WriteInt64(output, memory.Start.Incarnation);
            PlacementLayout.WriteInt64(output, memory.Highest);
            WriteBool(output, memory.EverVoted);
        }
    }

    /// <exception cref="FormatException">The bytes are no record.</exception>
    public static VoterRecord Read(ReadOnlySpan<byte> bytes)
    {
        var starts = PlacementLayout.ReadInt64(ref bytes);
        if (bytes.IsEmpty)
        {
            return VoterRecord.Empty with { Starts = starts, Votes = true };
        }

        var votes = ReadBool(ref bytes);
        var incarnations = ImmutableArray.CreateBuilder<long>();
        for (var left = PlacementLayout.ReadUInt16(ref bytes); left > 0; left--)
        {
            incarnations.Add(PlacementLayout.ReadInt64(ref bytes));
        }

        var others = VoterRecord.Empty.Others.ToBuilder();
        for (var left = PlacementLayout.ReadUInt16(ref bytes); left > 0; left--)
        {
            var name = PlacementLayout.ReadString(ref bytes) ?? throw new FormatException("a voter has no name");
            var start = new VoterStart(PlacementLayout.ReadInt64(ref bytes), PlacementLayout.ReadInt64(ref bytes));
            others[name] = new VoterMemory(start, PlacementLayout.ReadInt64(ref bytes), ReadBool(ref bytes));
        }

        return bytes.IsEmpty
            ? new VoterRecord(starts, votes, incarnations.ToImmutable(), others.ToImmutable())
            : throw new FormatException($"{bytes.Length} bytes follow the record");
    }

    private static void WriteBool(IBufferWriter<byte> output, bool value) => output.Write([value ? (byte)1 : (byte)0]);

    private static bool ReadBool(ref ReadOnlySpan<byte> bytes)
    {
        var value = PlacementLayout.Cut(ref bytes, 1)[0];
        return value <= 1 ? value == 1 : throw new FormatException($"{value} is neither 0 nor 1");
    }
}
