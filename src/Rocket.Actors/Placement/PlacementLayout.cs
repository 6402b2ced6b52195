using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;

namespace Rocket.Actors.Placement;

/// <summary>
/// A placement as bytes, big-endian:
/// <code>
///  0        1         9          17
/// +--------+---------+----------+----------+----------+---------+-----------+
/// | uint8  | int64   | int64    | string   | string   | uint16  | strings   |
/// | 1      | epoch   | version  | master   | wanted   | count n | n in sync |
/// +--------+---------+----------+----------+----------+---------+-----------+
/// </code>
/// No placement is the single byte 0. A string is its length in UTF-8 bytes as uint16, 65535 for null, and these bytes.
/// </summary>
internal static class PlacementLayout
{
    private const byte Absent = 0;
    private const byte Present = 1;
    private const int NullLength = ushort.MaxValue;
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Appends a placement, or that there is none.</summary>
    public static void Write(IBufferWriter<byte> output, BrokerPlacement? placement)
    {
        if (placement is null)
        {
            output.Write([Absent]);
            return;
        }

        output.Write([Present]);
        WriteInt64(output, placement.Epoch.Value);
        WriteInt64(output, placement.Version);
        WriteString(output, placement.Master);
        WriteString(output, placement.WantedMaster);
        WriteUInt16(output, placement.InSync.Count);
        foreach (var node in placement.InSync)
        {
            WriteString(output, node);
        }
    }

    /// <summary>Cuts a placement off the front of the bytes.</summary>
    /// <exception cref="FormatException">The bytes are no placement.</exception>
    public static BrokerPlacement? Read(ref ReadOnlySpan<byte> bytes)
    {
        var mark = Cut(ref bytes, 1)[0];
        if (mark == Absent)
        {
            return null;
        }

        if (mark != Present)
        {
            throw new FormatException($"{mark} is no mark of a placement");
        }

        var epoch = new Epoch(ReadInt64(ref bytes));
        var version = ReadInt64(ref bytes);
        var master = ReadString(ref bytes);
        var wanted = ReadString(ref bytes);
        var inSync = ImmutableSortedSet.CreateBuilder<string>(StringComparer.Ordinal);
        for (var left = ReadUInt16(ref bytes); left > 0; left--)
        {
            inSync.Add(ReadString(ref bytes) ?? throw new FormatException("a member of the in-sync set has no name"));
        }

        return new BrokerPlacement(epoch, version, master, inSync.ToImmutable(), wanted);
    }

    public static void WriteInt64(IBufferWriter<byte> output, long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(output.GetSpan(sizeof(long)), value);
        output.Advance(sizeof(long));
    }

    public static long ReadInt64(ref ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadInt64BigEndian(Cut(ref bytes, sizeof(long)));

    public static void WriteString(IBufferWriter<byte> output, string? value)
    {
        if (value is null)
        {
            WriteUInt16(output, NullLength);
            return;
        }

        var length = Utf8.GetByteCount(value);
        if (length >= NullLength)
        {
            throw new ArgumentException($"A name of {length} bytes can't be stored; {NullLength - 1} is the most.", nameof(value));
        }

        WriteUInt16(output, length);
        Utf8.GetBytes(value, output);
    }

    public static string? ReadString(ref ReadOnlySpan<byte> bytes)
    {
        var length = ReadUInt16(ref bytes);
        if (length == NullLength)
        {
            return null;
        }

        try
        {
            return Utf8.GetString(Cut(ref bytes, length));
        }
        catch (DecoderFallbackException notText)
        {
            throw new FormatException("a name is not UTF-8", notText);
        }
    }

    public static void WriteUInt16(IBufferWriter<byte> output, int value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(output.GetSpan(sizeof(ushort)), checked((ushort)value));
        output.Advance(sizeof(ushort));
    }

    public static int ReadUInt16(ref ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt16BigEndian(Cut(ref bytes, sizeof(ushort)));

    public static ReadOnlySpan<byte> Cut(ref ReadOnlySpan<byte> bytes, int count)
    {
        if (bytes.Length < count)
        {
            throw new FormatException("it ends in the middle of a placement");
        }

        var cut = bytes[..count];
        bytes = bytes[count..];
        return cut;
    }
}
