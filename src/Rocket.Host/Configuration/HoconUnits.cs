using System.Buffers;
using System.Collections.Frozen;
using System.Globalization;

namespace Rocket.Host.Configuration;

/// <summary>
/// Sizes and durations as HOCON writes them: a number and a unit, with or without a blank between; without a unit bytes and milliseconds.
/// </summary>
/// <remarks>
/// Akka's own reader takes no fractions of a size and lets "20E" overflow in silence, which would turn a mistake into a setting.
/// </remarks>
internal static class HoconUnits
{
    private static readonly SearchValues<char> NumberCharacters = SearchValues.Create("0123456789.");

    private static readonly FrozenDictionary<string, decimal> Bytes = new Dictionary<string, decimal>
    {
        [""] = 1,
        ["B"] = 1,
        ["b"] = 1,
        ["byte"] = 1,
        ["bytes"] = 1,
        ["kB"] = 1e3m,
        ["kilobyte"] = 1e3m,
        ["kilobytes"] = 1e3m,
        ["MB"] = 1e6m,
        ["megabyte"] = 1e6m,
        ["megabytes"] = 1e6m,
        ["GB"] = 1e9m,
        ["gigabyte"] = 1e9m,
        ["gigabytes"] = 1e9m,
        ["TB"] = 1e12m,
        ["terabyte"] = 1e12m,
        ["terabytes"] = 1e12m,
        ["K"] = 1L << 10,
        ["k"] = 1L << 10,
        ["Ki"] = 1L << 10,
        ["KiB"] = 1L << 10,
        ["kibibyte"] = 1L << 10,
        ["kibibytes"] = 1L << 10,
        ["M"] = 1L << 20,
        ["m"] = 1L << 20,
        ["Mi"] = 1L << 20,
        ["MiB"] = 1L << 20,
        ["mebibyte"] = 1L << 20,
        ["mebibytes"] = 1L << 20,
        ["G"] = 1L << 30,
        ["g"] = 1L << 30,
        ["Gi"] = 1L << 30,
        ["GiB"] = 1L << 30,
        ["gibibyte"] = 1L << 30,
        ["gibibytes"] = 1L << 30,
        ["T"] = 1L << 40,
        ["t"] = 1L << 40,
        ["Ti"] = 1L << 40,
        ["TiB"] = 1L << 40,
        ["tebibyte"] = 1L << 40,
        ["tebibytes"] = 1L << 40,
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, decimal> Ticks = new Dictionary<string, decimal>
    {
        ["ns"] = 0.01m,
        ["nano"] = 0.01m,
        ["nanos"] = 0.01m,
        ["nanosecond"] = 0.01m,
        ["nanoseconds"] = 0.01m,
        ["us"] = 10,
        ["micro"] = 10,
        ["micros"] = 10,
        ["microsecond"] = 10,
        ["microseconds"] = 10,
        [""] = TimeSpan.TicksPerMillisecond,
        ["ms"] = TimeSpan.TicksPerMillisecond,
        ["milli"] = TimeSpan.TicksPerMillisecond,
        ["millis"] = TimeSpan.TicksPerMillisecond,
        ["millisecond"] = TimeSpan.TicksPerMillisecond,
        ["milliseconds"] = TimeSpan.TicksPerMillisecond,
        ["s"] = TimeSpan.TicksPerSecond,
        ["second"] = TimeSpan.TicksPerSecond,
        ["seconds"] = TimeSpan.TicksPerSecond,
        ["m"] = TimeSpan.TicksPerMinute,
        ["minute"] = TimeSpan.TicksPerMinute,
        ["minutes"] = TimeSpan.TicksPerMinute,
        ["h"] = TimeSpan.TicksPerHour,
        ["hour"] = TimeSpan.TicksPerHour,
        ["hours"] = TimeSpan.TicksPerHour,
        ["d"] = TimeSpan.TicksPerDay,
        ["day"] = TimeSpan.TicksPerDay,
        ["days"] = TimeSpan.TicksPerDay,
    }.ToFrozenDictionary();

    /// <summary>Reads a size in whole bytes, such as "64 MiB"; false when it is none or beyond a long.</summary>
    public static bool TryParseSize(string text, out long bytes)
    {
        bytes = 0;
        if (!TryParse(text, Bytes, out var value) || value != decimal.Truncate(value))
            return false;
        bytes = (long)value;
        return true;
    }

    /// <summary>Reads a duration, such as "500 ms", to a tenth of a microsecond; false when it is none or beyond a TimeSpan.</summary>
    public static bool TryParseDuration(string text, out TimeSpan duration)
    {
        duration = default;
        if (!TryParse(text, Ticks, out var value))
            return false;
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
            return false;
        value = count * factor;
        return true;
    }
}
