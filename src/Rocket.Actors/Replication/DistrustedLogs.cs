using System.Diagnostics.CodeAnalysis;

namespace Rocket.Actors.Replication;

/// <summary>
/// What this process knows against logs of one broker, and their files need not show: an fsync that failed (decision 009), a record that could not be read, events that make no sense.
/// A copy does not use such a log before it has been fetched anew. Any thread.
/// </summary>
public sealed class DistrustedLogs
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, string> _reasons = new(StringComparer.Ordinal);
    private readonly HashSet<string> _fetched = new(StringComparer.Ordinal);

    /// <summary>A log is of no use.</summary>
    /// <param name="log">Its name, as copies know it.</param>
    /// <param name="reason">Why, for people.</param>
    public void Note(string log, string reason)
    {
        lock (_gate)
        {
            _reasons.TryAdd(log, reason);
        }
    }

    /// <summary>Whether a log is of no use, and why.</summary>
    public bool TryGet(string log, [NotNullWhen(true)] out string? reason)
    {
        lock (_gate)
        {
            return _reasons.TryGetValue(log, out reason);
        }
    }

    /// <summary>
    /// Whether a log may be fetched anew: once in the life of the process, since a disk that spoils it again would be filled with what is set aside.
    /// </summary>
    public bool MayFetch(string log)
    {
        lock (_gate)
        {
            return !_fetched.Contains(log);
        }
    }

    /// <summary>The log was set aside: what takes its place is new.</summary>
    public void Fetching(string log)
    {
        lock (_gate)
        {
            _fetched.Add(log);
            _reasons.Remove(log);
        }
    }
}
