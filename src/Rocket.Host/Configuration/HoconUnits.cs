using System.Buffers;
using System.Collections.Frozen;
using System.Globalization;

namespace Rocket.Host.Configuration;

/// <summary>
/// Sizes and durations as HOCON writes them: a number and a unit, with or without a blank between; without a unit bytes and milliseconds.
/// </summary>
/// <remarks>Akka's own reader takes no fractions of a size and lets "20E" overflow in silence, which would turn a mistake into a setting.</remarks>
internal static class HoconUnits
{
    private static readonly SearchValues<char> NumberCharacters = SearchValues.Create("0123456789.");

    /// <summary>Bytes of each unit. One-letter sizes are powers of 1024.</summary>
    private static readonly FrozenDictionary<string, decimal> Bytes = Units(
        (1, ["", "B", "b", "byte", "bytes"]),
        (1e3m, ["kB", "kilobyte", "kilobytes"]),
        (1e6m, ["MB", "megabyte", "megabytes"]),
        (1e9m, ["GB", "gigabyte", "gigabytes"]),
        (1e12m, ["TB", "terabyte", "terabytes"]),
        (1L << 10, ["K", "k", "Ki", "KiB", "kibibyte", "kibibytes"]),
        (1L << 20, ["M", "m", "Mi", "MiB", "mebibyte", "mebibytes"]),
        (1L << 30, ["G", "g", "Gi", "GiB", "gibibyte", "gibibytes"]),
        (1L << 40, ["T", "t", "Ti", "TiB", "tebibyte", "tebibytes"]));

    /// <summary>Ticks of each unit.</summary>
    private static readonly FrozenDictionary<string, decimal> Ticks = Units(
        (0.01m, ["ns", "nano", "nanos", "nanosecond", "nanoseconds"]),
        (TimeSpan.TicksPerMicrosecond, ["us", "micro", "micros", "microsecond", "microseconds"]),
        (TimeSpan.TicksPerMillisecond, ["", "ms", "milli", "millis", "millisecond", "milliseconds"]),
        (TimeSpan.TicksPerSecond, ["s", "second", "seconds"]),
        (TimeSpan.TicksPerMinute, ["m", "minute", "minutes"]),
        (TimeSpan.TicksPerHour, ["h", "hour", "hours"]),
        (TimeSpan.TicksPerDay, ["d", "day", "days"]));

    /// <summary>Reads a size in whole bytes, such as "64 MiB"; false when it is none or beyond a long.</summary>
    public static bool TryParseSize(string text, out long bytes)
    {
        bytes = 0;
        if (!TryParse(text, Bytes, out var value) || value != decimal.Truncate(value))
        {
            return false;
        }

        bytes = (long)value;
        return true;
    }

    /// <summary>Reads a duration, such as "500 ms", to a tenth of a microsecond; false when it is none or beyond a TimeSpan.</summary>
    public static bool TryParseDuration(string text, out TimeSpan duration)
    {
        duration = default;
        if (!TryParse(text, Ticks, out var value))
        {
            return false;
        }

        duration = TimeSpan.FromTicks((long)value);
        return true;
    }

    private static bool TryParse(string text, FrozenDictionary<string, decimal> units, out decimal value)
    {
        value = 0;
        var digits = text.AsSpan().IndexOfAnyExcept(NumberCharacters);
        var number = digits < 0 ? text : text[..digits];
        var unit = digits < 0 ? "" : text[digits..].Trim();
        if (!units.TryGetValue(unit, out var factor)
            || number.Length > 19
            || !decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count)
            || count > long.MaxValue / factor)
        {
            return false;
        }

        value = count * factor;
        return true;
    }

    private static FrozenDictionary<string, decimal> Units(params (decimal Factor, string[] Names)[] units) =>
        units.SelectMany(unit => unit.Names.Select(name => (name, unit.Factor))).ToFrozenDictionary(unit => unit.name, unit => unit.Factor);
}
