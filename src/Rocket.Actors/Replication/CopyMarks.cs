using Rocket.Actors.Storage;

namespace Rocket.Actors.Replication;

/// <summary>
/// How far one log has come on its master and on its copies, and what follows from that. Pure; one thread at a time.
/// <code>
///   visible to consumers          held by every copy that counts         written by the master
///  ──────────────────────────┼──────────────────────────────────────┼──────────────────────────▶
///                         Visible  (never goes back)             Appended
/// </code>
/// <em>Visible</em>: every copy that counts has the record, flushed if the broker flushes before it answers, so what a consumer once saw is there after any
/// failure that the broker's mode promises to survive. A copy that begins to count later never takes it back.
/// </summary>
public sealed class CopyMarks
{
    private readonly bool _isFlushRequired;
    private readonly List<Copy> _copies = [];
    private readonly long _endAtStart;
    private long _appended;
    private long _flushed;

    /// <param name="isFlushRequired">sync-flush: a record counts where it is flushed, not where it is written.</param>
    /// <param name="appended">The log's end as this master found it.</param>
    /// <param name="flushed">How much of that is known to be on the disk.</param>
    /// <param name="counting">The nodes whose copies count from the start.</param>
    public CopyMarks(bool isFlushRequired, long appended, long flushed, IEnumerable<string> counting)
    {
        ArgumentNullException.ThrowIfNull(counting);
        _isFlushRequired = isFlushRequired;
        (_appended, _flushed, _endAtStart) = (appended, flushed, appended);
        foreach (var node in counting)
        {
            _copies.Add(new Copy(node) { Counts = true });
        }

        InSync = 1 + _copies.Count;
        Update();
    }

    /// <summary>
    /// Whether all that the log held when this master began is held by every copy that counted then. Before that nobody knows what may be shown: a former master may
    /// have shown any of it.
    /// </summary>
    public bool IsOpen { get; private set; }

    /// <summary>Offset behind the last record that consumers may see; meaningless until the log <see cref="IsOpen"/>.</summary>
    public long VisibleOffset { get; private set; } = -1;

    /// <summary>Offset behind the last record that the master was said to have written.</summary>
    public long AppendedOffset => _appended;

    /// <summary>Offset behind the last record that the master itself holds as firmly as the broker's flush mode wants.</summary>
    public long OwnOffset => _isFlushRequired ? _flushed : _appended;

    /// <summary>Offset behind the last record that every copy that counts holds now; below <see cref="VisibleOffset"/> while one that came back catches up.</summary>
    public long CountedOffset
    {
        get
        {
            var least = OwnOffset;
            foreach (var copy in _copies)
            {
                if (copy.Counts && copy.HeldOffset(_isFlushRequired) is var held && held < least)
                {
                    least = held;
                }
            }

            return least;
        }
    }

    /// <summary>Nodes, the master apart, whose copies count.</summary>
    public IEnumerable<string> Counting => _copies.Where(copy => copy.Counts).Select(copy => copy.Node);

    /// <summary>Nodes whose copies count and lack something that is written.</summary>
    public IEnumerable<string> Behind => _copies.Where(copy => copy.Counts && copy.HeldOffset(_isFlushRequired) < _appended).Select(copy => copy.Node);

    /// <summary>How many nodes count, the master among them.</summary>
    public int InSync { get; private set; } = 1;

    /// <summary>Whether a copy counts.</summary>
    public bool Counts(string node) => Find(node).Counts;

    /// <summary>The master has written up to here.</summary>
    public void Appended(long offset)
    {
        Require(offset >= _appended, "appended", offset, _appended);
        _appended = offset;
        Update();
    }

    /// <summary>The master has flushed up to here.</summary>
    public void Flushed(long offset)
    {
        Require(offset >= _flushed && offset <= _appended, "flushed", offset, _flushed);
        _flushed = offset;
        Update();
    }

    /// <summary>A copy was found to agree with this log up to here; what was known of it before is void.</summary>
    public void Aligned(string node, long offset)
    {
        Require(offset <= _appended, "aligned", offset, _appended);
        var copy = Find(node);
        (copy.Appended, copy.Flushed) = (offset, 0);
        Update();
    }

    /// <summary>A copy says how far it has come since it was aligned.</summary>
    public void Acknowledged(string node, long appended, long flushed)
    {
        var copy = Find(node);
        Require(appended >= copy.Appended && appended <= _appended && flushed <= appended, "acknowledged", appended, copy.Appended);
        (copy.Appended, copy.Flushed) = (appended, Math.Max(copy.Flushed, flushed));
        Update();
    }

    /// <summary>From now on nothing becomes visible, and nothing is confirmed by all, that this copy does not hold; or no longer so.</summary>
    public void Count(string node, bool counts)
    {
        Find(node).Counts = counts;
        InSync = 1 + Counting.Count();
        Update();
    }

    /// <summary>Whether a copy holds every record that consumers may see.</summary>
    public bool HoldsVisible(string node) => IsOpen && Find(node).HeldOffset(_isFlushRequired) >= VisibleOffset;

    /// <summary>Records that a copy lacks.</summary>
    public long LagOf(string node) => _appended - Find(node).Appended;

    private void Update()
    {
        var counted = CountedOffset;
        if (!IsOpen)
        {
            if (counted < _endAtStart)
            {
                return;
            }

            IsOpen = true;
        }

        VisibleOffset = Math.Max(VisibleOffset, counted);
    }

    private Copy Find(string node)
    {
        foreach (var copy in _copies)
        {
            if (copy.Node == node)
            {
                return copy;
            }
        }

        var added = new Copy(node);
        _copies.Add(added);
        return added;
    }

    private static void Require(bool holds, string mark, long next, long now)
    {
        if (!holds)
        {
            throw new InvalidOperationException($"The mark '{mark}' of a replicated log cannot go from {now} to {next}.");
        }
    }

    private sealed class Copy(string node)
    {
        public string Node { get; } = node;

        public bool Counts { get; set; }

        public long Appended { get; set; } = -1;

        public long Flushed { get; set; } = -1;

        public long HeldOffset(bool flushed) => flushed ? Flushed : Appended;
    }
}
