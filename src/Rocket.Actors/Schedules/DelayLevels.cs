using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Rocket.Actors.Schedules;

/// <summary>How long the messages of each delay level wait (RocketMQ: messageDelayLevel). Level 1 is the first; immutable.</summary>
public sealed class DelayLevels
{
    /// <summary>RocketMQ's own.</summary>
    public const string DefaultText = "1s 5s 10s 30s 1m 2m 3m 4m 5m 6m 7m 8m 9m 10m 20m 30m 1h 2h";

    /// <summary>Each level is a queue.</summary>
    public const int Most = 64;

    private static readonly TimeSpan Longest = TimeSpan.FromDays(365);

    private readonly TimeSpan[] _delays;

    private DelayLevels(TimeSpan[] delays) => _delays = delays;

    /// <summary>RocketMQ's own 18.</summary>
    public static DelayLevels Default { get; } = Parse(DefaultText);

    /// <summary>How many there are; the greatest level.</summary>
    public int Count => _delays.Length;

    /// <summary>How long a level waits.</summary>
    /// <param name="level">1 to <see cref="Count"/>.</param>
    public TimeSpan DelayOf(int level) => _delays[level - 1];

    /// <summary>The level that a message gets which asks for one: a greater one than there is gets the greatest.</summary>
    public int Limit(int level) => Math.Min(level, Count);

    /// <summary>Reads levels as RocketMQ writes them: numbers with s, m, h or d, between blanks.</summary>
    /// <param name="text">Such as <see cref="DefaultText"/>.</param>
    /// <param name="levels">The levels.</param>
    /// <param name="mistake">What is wanted instead, for a person.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out DelayLevels? levels, [NotNullWhen(false)] out string? mistake)
    {
        (levels, mistake) = (null, null);
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length is 0 or > Most)
        {
            mistake = $"wants 1 to {Most} delays between blanks, such as 1s 5s 10s 30s 1m";
            return false;
        }

        var delays = new TimeSpan[words.Length];
        for (var i = 0; i < words.Length; i++)
        {
            if (!TryParseDelay(words[i], out delays[i]))
            {
                mistake = $"{words[i]} is no delay: wants a whole number and s, m, h or d, 1s to {Longest.TotalDays}d";
                return false;
            }
        }

        levels = new DelayLevels(delays);
        return true;
    }

    private static DelayLevels Parse(string text) => TryParse(text, out var levels, out var mistake) ? levels : throw new FormatException(mistake);

    private static bool TryParseDelay(string word, out TimeSpan delay)
    {
        delay = TimeSpan.Zero;
        var seconds = word[^1] switch { 's' => 1, 'm' => 60, 'h' => 3600, 'd' => 86400, _ => 0 };
        if (seconds == 0 || !int.TryParse(word.AsSpan(0, word.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number == 0)
        {
            return false;
        }

        delay = TimeSpan.FromSeconds((double)number * seconds);
        return delay <= Longest;
    }
}
