namespace Rocket.Benchmarks.Framing;

/// <summary>Writes numbers with a fixed number of characters, to patch them into frames that are encoded already.</summary>
internal static class Digits
{
    private static ReadOnlySpan<byte> Hex => "0123456789ABCDEF"u8;

    /// <summary>Decimal digits, as many as <paramref name="destination"/> holds, leading zeros included.</summary>
    public static void WriteDecimal(Span<byte> destination, ulong value)
    {
        for (var at = destination.Length - 1; at >= 0; at--)
        {
            var rest = value / 10;
            destination[at] = (byte)('0' + (value - (rest * 10)));
            value = rest;
        }
    }

    /// <summary>Upper-case hex digits, as many as <paramref name="destination"/> holds.</summary>
    public static void WriteHex(Span<byte> destination, uint value)
    {
        for (var at = destination.Length - 1; at >= 0; at--)
        {
            destination[at] = Hex[(int)(value & 15)];
            value >>= 4;
        }
    }
}
