namespace Rocket.Actors.Inspection;

/// <summary>One line of a dump: what it is about, and named values in the order in which a person reads them.</summary>
/// <param name="Kind">One of the constants here.</param>
public sealed record DumpLine(string Kind)
{
    /// <summary>What the file is, and what its head says.</summary>
    public const string File = "file";

    /// <summary>A record of a segment.</summary>
    public const string Record = "record";

    /// <summary>An event within a record of metadata.</summary>
    public const string Event = "event";

    /// <summary>An entry of an index or of keys.</summary>
    public const string Entry = "entry";

    /// <summary>A slot of a checkpoint.</summary>
    public const string Slot = "slot";

    /// <summary>Where the file cannot be read, and why.</summary>
    public const string Unreadable = "unreadable";

    private readonly List<KeyValuePair<string, object>> _values = [];

    /// <summary>Strings, whole numbers and truth values.</summary>
    public IReadOnlyList<KeyValuePair<string, object>> Values => _values;

    internal DumpLine With(string name, object? value)
    {
        if (value is not null)
        {
            _values.Add(new KeyValuePair<string, object>(name, value));
        }

        return this;
    }

    internal DumpLine WithTime(string name, long milliseconds) => With(name, TextOf(milliseconds));

    internal static DumpLine UnreadableAt(long position, string reason) => new DumpLine(Unreadable).With("position", position).With("reason", reason);

    private static object TextOf(long milliseconds) =>
        milliseconds >= 0 && milliseconds <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
            ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", null)
            : milliseconds;
}

/// <summary>Which part of a file is dumped.</summary>
/// <param name="From">The first offset; in keys, which are not in the order of offsets, the number of the first entry.</param>
/// <param name="Count">How many records or entries at most.</param>
/// <param name="Bodies">Whether bodies of messages and snapshots of metadata are shown.</param>
public sealed record DumpOptions(long From = 0, long Count = long.MaxValue, bool Bodies = false);
