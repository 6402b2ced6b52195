using System.Text;

namespace Rocket.Protocol.Messages;

/// <summary>
/// Java's <c>String.hashCode</c>: h = 31·h + each UTF-16 unit, wrapping in 32 bits. Tag filters compare these hashes on the wire.
/// </summary>
public static class JavaHash
{
    private const int Factor = 31;

    /// <summary>Hash of a text given as UTF-8; bytes that are no UTF-8 count as U+FFFD, which is what Java decodes them to.</summary>
    public static int OfUtf8(ReadOnlySpan<byte> utf8)
    {
        var hash = 0;
        var position = 0;
        for (; position < utf8.Length && utf8[position] < 0x80; position++)
        {
            hash = Next(hash, utf8[position]);
        }

        Span<char> units = stackalloc char[2];
        while (position < utf8.Length)
        {
            // On invalid input the rune is U+FFFD.
            _ = Rune.DecodeFromUtf8(utf8[position..], out var rune, out var consumed);
            position += consumed;
            var count = rune.EncodeToUtf16(units);
            for (var unit = 0; unit < count; unit++)
            {
                hash = Next(hash, units[unit]);
            }
        }

        return hash;
    }

    /// <summary>Hash of a text given as UTF-16.</summary>
    public static int Of(ReadOnlySpan<char> text)
    {
        var hash = 0;
        foreach (var unit in text)
        {
            hash = Next(hash, unit);
        }

        return hash;
    }

    private static int Next(int hash, int unit) => unchecked(Factor * hash + unit);
}
