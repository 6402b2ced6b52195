using System.Runtime.InteropServices;
using Rocket.Actors.Placement;
using Rocket.Actors.Storage;
using Rocket.Simulation.Storage;

namespace Rocket.Simulation.Replication;

/// <summary>
/// What clients were told: which record is at which offset, confirmed to its sender or shown to a consumer. Neither may ever turn out otherwise.
/// </summary>
internal sealed class Promises
{
    /// <summary>Stands for a record that its master had dropped before anybody was told of it.</summary>
    private const long DroppedUntold = 0;

    private readonly Dictionary<string, List<long>> _told = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (Epoch Epoch, RecordLog Log)> _opened = new(StringComparer.Ordinal);

    private Epoch _forgiven = Epoch.None;

    /// <summary>Records that clients relied on, and that nobody promised to keep.</summary>
    public int Lost { get; private set; }

    /// <summary>All machines of the set have ended with records in memory alone: what their master has now is what there is. What a master of before goes on showing is lost with its reign.</summary>
    public void Forgive(Epoch epoch, IReadOnlyDictionary<string, RecordLog> logs)
    {
        _forgiven = epoch;
        foreach (var (name, log) in logs)
        {
            _opened.Remove(name);
            if (_told.TryGetValue(name, out var told))
            {
                var kept = Kept(told, log);
                Lost += told.Count - kept;
                told.RemoveRange(kept, told.Count - kept);
            }
        }
    }

    private static int Kept(List<long> told, RecordLog log)
    {
        var from = (int)Math.Min(told.Count, log.Watermarks.MinimumOffset);
        var end = (int)Math.Min(told.Count, log.Watermarks.AppendedOffset);
        if (end <= from)
        {
            return Math.Min(from, end);
        }

        var ids = SimulatedLogs.IdsOf(log, from, end);
        return from + ids.AsSpan().CommonPrefixLength(CollectionsMarshal.AsSpan(told)[from..end]);
    }

    /// <summary>Whether clients still believe what a master of this epoch says.</summary>
    public bool IsBelieved(Epoch epoch) => epoch >= _forgiven;

    /// <summary>Records that clients rely on.</summary>
    public int Count => _told.Values.Sum(told => told.Count);

    /// <summary>Everything before an offset of a log was confirmed, or shown. Offsets are told in order, so the list of them has no gap.</summary>
    public void Told(string name, RecordLog log, long end, string who)
    {
        if (end <= 0)
        {
            return;
        }

        if (!_told.TryGetValue(name, out var told))
        {
            _told.Add(name, told = []);
        }

        var known = (int)Math.Min(told.Count, end);
        // Looking at the last few is enough at each step: everything is looked at when a master opens, and at the end.
        Compare(name, log, Math.Max(0, known - 3), known, who);
        if (end <= told.Count)
        {
            return;
        }

        if (_opened.TryGetValue(name, out var opened) && !ReferenceEquals(opened.Log, log))
        {
            var from = Math.Max(told.Count, Math.Max(log.Watermarks.MinimumOffset, opened.Log.Watermarks.MinimumOffset));
            if (opened.Log.Watermarks.AppendedOffset < end
                || (from < end && !SimulatedLogs.IdsOf(log, from, end).AsSpan().SequenceEqual(SimulatedLogs.IdsOf(opened.Log, from, end))))
            {
                throw new BrokenPromiseException($"{who} tells of {name} {told.Count} … {end} what the master of epoch {opened.Epoch} does not have");
            }
        }

        var first = Math.Min(end, Math.Max(told.Count, log.Watermarks.MinimumOffset));
        told.AddRange(Enumerable.Repeat(DroppedUntold, (int)first - told.Count));
        told.AddRange(SimulatedLogs.IdsOf(log, first, end));
    }

    /// <summary>A master begins to serve a log: it must have everything that was ever told.</summary>
    public void Opened(string name, Epoch epoch, RecordLog log, string who)
    {
        CheckAll(name, log, who);
        if (!_opened.TryGetValue(name, out var before) || before.Epoch < epoch)
        {
            _opened[name] = (epoch, log);
        }
    }

    /// <summary>A master's reign ended: its log is closed.</summary>
    public void Closed(RecordLog log)
    {
        foreach (var name in _opened.Where(opened => ReferenceEquals(opened.Value.Log, log)).Select(opened => opened.Key).ToList())
        {
            _opened.Remove(name);
        }
    }

    /// <summary>A log must have everything that was ever told of it.</summary>
    public void CheckAll(string name, RecordLog log, string who)
    {
        if (_told.TryGetValue(name, out var told))
        {
            Compare(name, log, 0, told.Count, who);
        }
    }

    private void Compare(string name, RecordLog log, int from, int end, string who)
    {
        if (log.Watermarks.AppendedOffset < end)
        {
            throw new BrokenPromiseException($"{who} has {name} up to {log.Watermarks.AppendedOffset} only, {end} records were told of");
        }

        from = (int)Math.Max(from, log.Watermarks.MinimumOffset); // what retention dropped, nobody expects
        var ids = SimulatedLogs.IdsOf(log, from, Math.Max(from, end));
        for (var i = 0; i < ids.Length; i++)
        {
            if (_told[name][from + i] is var told and not DroppedUntold && ids[i] != told)
            {
                throw new BrokenPromiseException($"{who} has record {ids[i]} at {name} {from + i}, where {told} was told of");
            }
        }
    }
}
