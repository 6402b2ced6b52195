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
        var at = header.IndexOf(name);
        while (at >= 0)
        {
            var rest = header[(at + name.Length)..];
            if (type == SerializeType.RocketMq)
            {
                if (at >= 2 && BinaryPrimitives.ReadInt16BigEndian(header[(at - 2)..]) == name.Length)
                {
                    return rest.Slice(4, BinaryPrimitives.ReadInt32BigEndian(rest));
                }
            }
            else if (at >= 1 && header[at - 1] == '"' && rest.StartsWith("\":\""u8))
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
