using System.Buffers;
using System.Buffers.Text;
using System.Globalization;

namespace Rocket.Protocol.Filters;

/// <summary>Numbers as Java reads and orders them. What is no number for Java is none here; its hexadecimal floats are none either.</summary>
internal static class SqlNumber
{
    /// <summary>A longer text is no number: reading it would cost more than it can be worth.</summary>
    private const int MostDigits = 1024;

    private static readonly SearchValues<byte> RealForm = SearchValues.Create("0123456789.eE+-"u8);

    /// <summary>
    /// Orders two values that are numbers, or texts that are: beside an integer a text has to be an integer, beside a real or another text a real. False:
    /// one is not.
    /// </summary>
    public static bool TryOrder(in SqlRow row, in SqlValue left, in SqlValue right, out int order)
    {
        if (left.Kind is SqlKind.Integer or SqlKind.Text && right.Kind is SqlKind.Integer or SqlKind.Text
            && (left.Kind == SqlKind.Integer || right.Kind == SqlKind.Integer))
        {
            order = 0;
            if (!TryReadInteger(row, left, out var oneInteger) || !TryReadInteger(row, right, out var otherInteger))
            {
                return false;
            }

            order = oneInteger.CompareTo(otherInteger);
            return true;
        }

        order = 0;
        if (!TryReadReal(row, left, out var one) || !TryReadReal(row, right, out var other))
        {
            return false;
        }

        order = Order(one, other);
        return true;
    }

    /// <summary>A 64-bit integer: digits with a sign or without, and nothing around them.</summary>
    public static bool TryParseInteger(ReadOnlySpan<byte> text, out long value)
    {
        value = 0;
        return text.Length <= MostDigits && Utf8Parser.TryParse(text, out value, out var consumed) && consumed == text.Length;
    }

    /// <summary>A double: digits with or without sign, point, exponent and one of the letters f and d; NaN, Infinity; blanks around it.</summary>
    public static bool TryParseReal(ReadOnlySpan<byte> text, out double value)
    {
        value = 0;
        text = Trim(text);
        if (text.IsEmpty || text.Length > MostDigits)
        {
            return false;
        }

        var unsigned = text[0] is (byte)'+' or (byte)'-' ? text[1..] : text;
        if (unsigned.SequenceEqual("NaN"u8))
        {
            value = double.NaN;
            return true;
        }

        if (unsigned.SequenceEqual("Infinity"u8))
        {
            value = text[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity;
            return true;
        }

        if (text[^1] is (byte)'f' or (byte)'F' or (byte)'d' or (byte)'D')
        {
            text = text[..^1];
        }

        // The runtime knows other spellings of what is not finite, and Java does not.
        return text.IndexOfAnyExcept(RealForm) < 0 && double.TryParse(
            text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out value);
    }

    private static bool TryReadInteger(in SqlRow row, in SqlValue value, out long integer)
    {
        integer = value.Integer;
        return value.Kind == SqlKind.Integer
            || (value.IsProperty ? row.TryReadInteger(value.Slot, out integer) : TryParseInteger(value.Text, out integer));
    }

    private static bool TryReadReal(in SqlRow row, in SqlValue value, out double real)
    {
        switch (value.Kind)
        {
            case SqlKind.Integer:
                real = value.Integer;
                return true;
            case SqlKind.Real:
                real = value.Real;
                return true;
            case SqlKind.Text:
                return value.IsProperty ? row.TryReadReal(value.Slot, out real) : TryParseReal(value.Text, out real);
            default:
                real = 0;
                return false;
        }
    }

    /// <summary>Java's order: −0 below 0, and NaN above all else and equal to itself.</summary>
    private static int Order(double left, double right)
    {
        if (left < right)
        {
            return -1;
        }

        if (left > right)
        {
            return 1;
        }

        return double.IsNaN(left) || double.IsNaN(right)
            ? double.IsNaN(left).CompareTo(double.IsNaN(right))
            : BitConverter.DoubleToInt64Bits(left).CompareTo(BitConverter.DoubleToInt64Bits(right));
    }

    private static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> text)
    {
        while (!text.IsEmpty && text[0] <= ' ')
        {
            text = text[1..];
        }

        while (!text.IsEmpty && text[^1] <= ' ')
        {
            text = text[..^1];
        }

        return text;
    }
}
