using System.Buffers.Binary;
using System.Buffers.Text;
using Rocket.TestClient.Wire;

namespace Rocket.Benchmarks.Framing;

/// <summary>
/// Finds single values in a header without reading the rest of it. A JSON member's name with its quotes can't stand inside a string value (its
/// quotes would be escaped there), so a plain search finds it.
/// </summary>
internal static class HeaderScan
{
    private const int BinaryOpaqueAt = 2 + 1 + 2;
    private const int BinaryFlagAt = BinaryOpaqueAt + 4;
    private const int BinaryRemarkAt = BinaryFlagAt + 4;

    /// <exception cref="RemotingFormatException">The header has no code.</exception>
    public static int Code(ReadOnlySpan<byte> header, SerializeType type)
    {
        if (type == SerializeType.RocketMq)
        {
            return BinaryPrimitives.ReadInt16BigEndian(header);
        }

        // Everybody writes it first.
        return header.StartsWith("{\"code\":"u8) && Utf8Parser.TryParse(header["{\"code\":".Length..], out int code, out _)
            ? code
            : JsonNumber(header, "\"code\":"u8);
    }

    /// <exception cref="RemotingFormatException">The header has no opaque.</exception>
    public static int Opaque(ReadOnlySpan<byte> header, SerializeType type) =>
        type == SerializeType.RocketMq ? BinaryPrimitives.ReadInt32BigEndian(header[BinaryOpaqueAt..]) : JsonNumber(header, "\"opaque\":"u8);

    /// <exception cref="RemotingFormatException">The header has no flag.</exception>
    public static int Flag(ReadOnlySpan<byte> header, SerializeType type) =>
        type == SerializeType.RocketMq ? BinaryPrimitives.ReadInt32BigEndian(header[BinaryFlagAt..]) : JsonNumber(header, "\"flag\":"u8);

    /// <summary>Value of one of extFields as it stands there; meant for values that need no escaping.</summary>
    /// <exception cref="RemotingFormatException">The header has no such field.</exception>
    public static ReadOnlySpan<byte> Field(ReadOnlySpan<byte> header, SerializeType type, ReadOnlySpan<byte> name)
    {
        if (type == SerializeType.RocketMq)
        {
            return BinaryField(header, name);
        }

        var at = header.IndexOf(name);
        while (at >= 0)
        {
            var rest = header[(at + name.Length)..];
            if (at >= 1 && header[at - 1] == '"' && rest.StartsWith("\":\""u8))
            {
                var value = rest[3..];
                return value[..value.IndexOf((byte)'"')];
            }

            var next = rest.IndexOf(name);
            at = next < 0 ? -1 : at + name.Length + next;
        }

        throw Missing(header, name);
    }

    /// <exception cref="RemotingFormatException">The header has no such field, or it is no number.</exception>
    public static long NumberField(ReadOnlySpan<byte> header, SerializeType type, ReadOnlySpan<byte> name)
    {
        var value = Field(header, type, name);
        return Utf8Parser.TryParse(value, out long number, out var used) && used == value.Length ? number : throw Missing(header, name);
    }

    private static ReadOnlySpan<byte> BinaryField(ReadOnlySpan<byte> header, ReadOnlySpan<byte> name)
    {
        var rest = header[BinaryRemarkAt..];
        rest = rest[(4 + BinaryPrimitives.ReadInt32BigEndian(rest) + 4)..];
        while (!rest.IsEmpty)
        {
            var nameLength = BinaryPrimitives.ReadInt16BigEndian(rest);
            var valueLength = BinaryPrimitives.ReadInt32BigEndian(rest[(2 + nameLength)..]);
            if (rest.Slice(2, nameLength).SequenceEqual(name))
            {
                return rest.Slice(2 + nameLength + 4, valueLength);
            }

            rest = rest[(2 + nameLength + 4 + valueLength)..];
        }

        throw Missing(header, name);
    }

    private static int JsonNumber(ReadOnlySpan<byte> header, ReadOnlySpan<byte> name)
    {
        var at = header.LastIndexOf(name);
        if (at >= 0)
        {
            var value = header[(at + name.Length)..].TrimStart((byte)' ');
            if (Utf8Parser.TryParse(value, out int number, out _))
            {
                return number;
            }
        }

        throw Missing(header, name);
    }

    private static RemotingFormatException Missing(ReadOnlySpan<byte> header, ReadOnlySpan<byte> name) =>
        new($"{System.Text.Encoding.UTF8.GetString(name)} is not in the header {System.Text.Encoding.UTF8.GetString(header)}");
}
