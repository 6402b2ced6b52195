using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Rocket.Actors.Queues;
using Rocket.Actors.Storage;

namespace Rocket.Actors.Replication;

/// <summary>What may be read of a broker's copies on this node, from any thread without asking. Written by the broker's ReplicaActor only.</summary>
public sealed class CopyDirectory
{
    private readonly ConcurrentDictionary<string, CopyView> _copies = new(StringComparer.Ordinal);

    /// <summary>How many copies are open.</summary>
    public int Count => _copies.Count;

    /// <summary>The copies that are open.</summary>
    public IEnumerable<string> Logs => _copies.Keys;

    /// <summary>The copy of a log, as long as it is open here.</summary>
    public bool TryGet(string log, [NotNullWhen(true)] out CopyView? copy) => _copies.TryGetValue(log, out copy);

    internal void Publish(string log, CopyView copy) => _copies[log] = copy;

    internal void Withdraw(string log) => _copies.TryRemove(log, out _);

    internal void Clear() => _copies.Clear();
}

/// <summary>One copy as readers see it. Reading a copy that was closed or replaced meanwhile fails; its successor is in the <see cref="CopyDirectory"/>.</summary>
public sealed class CopyView : IReadableQueue
{
    private readonly Watermarks _watermarks;
    private long _visible = -1;
    private long _minimum;

    internal CopyView(RecordLog log)
    {
        Reader = log.Reader;
        _watermarks = log.Watermarks;
    }

    public bool IsCopy => true;

    /// <summary>Reads the records, those too that nobody may see yet.</summary>
    public LogReader Reader { get; }

    /// <summary>Offset behind the last record that consumers may see here; −1: not known yet.</summary>
    public long VisibleOffset => Math.Min(Volatile.Read(ref _visible), _watermarks.AppendedOffset);

    /// <summary>Offset of the first record that consumers may see: the master's, since segments here may end elsewhere.</summary>
    public long MinimumOffset => Math.Max(Volatile.Read(ref _minimum), _watermarks.MinimumOffset);

    public long AppendedOffset => _watermarks.AppendedOffset;

    public long EndPosition => _watermarks.AppendedPosition;

    /// <summary>Position of the first record that is there.</summary>
    internal long StartPosition => _watermarks.MinimumPosition;

    internal void Note(long visibleOffset, long minimumOffset)
    {
        Volatile.Write(ref _visible, Math.Max(_visible, visibleOffset));
        Volatile.Write(ref _minimum, Math.Max(_minimum, minimumOffset));
    }
}
