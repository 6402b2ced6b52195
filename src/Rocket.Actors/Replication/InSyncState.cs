using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Rocket.Actors.Placement;

namespace Rocket.Actors.Replication;

/// <summary>
/// Who is in sync with a broker, as its master sees and proposes it. Pure; times are stamps of one clock.
/// <code>
///   Out ──close behind──▶ Joining (counts) ──holds all that is visible──▶ addition proposed (counts) ──agreed──▶ In (counts)
///    ▲                       │ gone                                                                              │ silent too long, or failed
///    ├───────────────────────┘                                                                                   ▼
///    └────────────────────────────────────────────────────────────────────── agreed ── removal proposed (still counts)
/// </code>
/// Of two voters neither has a majority without the other one. There a copy that is gone is <em>left out</em> after a while, by the master alone and kept on the disk: it does not count, although
/// the register goes on naming it, and what is stored meanwhile is not confirmed. It is taken back once it holds everything again.
/// A copy counts from before its addition is proposed until its removal is known to be agreed: whatever the outcome of a proposal is, every record that was confirmed meanwhile is on it.
/// </summary>
public sealed class InSyncState
{
    private readonly string _self;
    private readonly long _silenceLimit;
    private readonly long? _leaveOutAfter;
    private readonly Dictionary<string, Copy> _copies = new(StringComparer.Ordinal);
    private BrokerPlacement _agreed;
    private BrokerPlacement? _proposed;
    private bool _isUnknown;

    /// <param name="self">This node, the master.</param>
    /// <param name="replicas">Every node that holds a copy by configuration.</param>
    /// <param name="agreed">The placement that made this node the master.</param>
    /// <param name="silenceLimit">isr-lag-max: so long a copy may acknowledge nothing although it lacks something.</param>
    /// <param name="now">Time stamp: the copies of the set have been heard of now, as it were.</param>
    /// <param name="leaveOutAfter">degrade-after, where there are two voters and a person decides; null: the voters decide.</param>
    /// <param name="leftOut">Nodes that this master left out before it was restarted.</param>
    public InSyncState(
        string self,
        IEnumerable<string> replicas,
        BrokerPlacement agreed,
        long silenceLimit,
        long now,
        long? leaveOutAfter = null,
        IReadOnlyCollection<string>? leftOut = null)
    {
        ArgumentNullException.ThrowIfNull(replicas);
        ArgumentNullException.ThrowIfNull(agreed);
        (_self, _agreed, _silenceLimit, _leaveOutAfter) = (self, agreed, silenceLimit, leaveOutAfter);
        foreach (var node in replicas.Union(agreed.InSync, StringComparer.Ordinal).Where(node => node != self))
        {
            var isIn = agreed.InSync.Contains(node);
            var isLeftOut = isIn && leftOut?.Contains(node) == true;
            _copies.Add(node, new Copy { HeardAt = now, Counts = isIn && !isLeftOut, IsLeftOut = isLeftOut });
        }
    }

    /// <summary>The placement as this master knows it to be agreed.</summary>
    public BrokerPlacement Agreed => _agreed;

    /// <summary>Another node leads, or this one in another epoch: this reign is over.</summary>
    public bool IsDeposed { get; private set; }

    /// <summary>Nodes, this one apart, without which nothing is visible or confirmed.</summary>
    public IEnumerable<string> Counting => _copies.Where(copy => copy.Value.Counts).Select(copy => copy.Key);

    /// <summary>Nodes that do not count although the register may name them. As long as there is one, nothing is confirmed as held by all.</summary>
    public IEnumerable<string> LeftOut => _copies.Where(copy => copy.Value.IsLeftOut).Select(copy => copy.Key);

    /// <summary>The node that is dead by a person's word: its removal can be agreed without it. Null: none.</summary>
    public string? VotedOut { get; set; }

    /// <summary>Whether a copy counts.</summary>
    public bool Counts(string node) => _copies.TryGetValue(node, out var copy) && copy.Counts;

    /// <summary>
    /// Whether a copy is in no set that is agreed or may yet be: nobody takes it for one that holds everything before this master has proposed it, and this master does not before it does.
    /// </summary>
    public bool IsOut(string node) =>
        _copies.TryGetValue(node, out var copy) && !copy.Counts && !_agreed.InSync.Contains(node) && !IsAdditionOpen(node);

    /// <summary>A session with a copy began, and all its logs agree with the master's as far as they go.</summary>
    public void Attached(string node, long now)
    {
        if (_copies.TryGetValue(node, out var copy))
        {
            (copy.IsAttached, copy.HasFailed, copy.HasFailedLog, copy.HeardAt) = (true, false, false, now);
        }
    }

    /// <summary>The session with a copy ended. Answers whether the copy ceases to count at once: it was only about to join.</summary>
    public bool Detached(string node)
    {
        if (!_copies.TryGetValue(node, out var copy))
        {
            return false;
        }

        copy.IsAttached = false;
        copy.HoldsVisible = false;
        return CeaseIfJoining(node, copy);
    }

    /// <summary>A copy has failed: it will not catch up by waiting.</summary>
    /// <param name="node">Its node.</param>
    /// <param name="isLog">A log of it cannot be written or read. Otherwise its node is gone.</param>
    public bool Failed(string node, bool isLog = false)
    {
        if (!_copies.TryGetValue(node, out var copy))
        {
            return false;
        }

        (copy.HasFailed, copy.HasFailedLog) = (true, copy.HasFailedLog || isLog);
        return CeaseIfJoining(node, copy);
    }

    /// <summary>What is known of how far a copy has come, over all logs of the broker.</summary>
    /// <param name="node">Its node.</param>
    /// <param name="isClose">So little is missing that waiting for it holds nobody up.</param>
    /// <param name="holdsVisible">It holds every visible record of every log. Meaningful only if it counted when that was looked at.</param>
    /// <param name="lacksNothing">It holds all that is written: silence means nothing then.</param>
    /// <param name="now">Time stamp.</param>
    /// <returns>Whether the copy begins to count: every log must know before the next call.</returns>
    public bool Progressed(string node, bool isClose, bool holdsVisible, bool lacksNothing, long now)
    {
        if (!_copies.TryGetValue(node, out var copy) || !copy.IsAttached || copy.HasFailed)
        {
            return false;
        }

        copy.HoldsVisible = copy.Counts && holdsVisible;
        if (lacksNothing)
        {
            copy.HeardAt = now;
        }

        if (copy.Counts || !isClose)
        {
            return false;
        }

        copy.Counts = true;
        return true;
    }

    /// <summary>A copy acknowledged something at that time.</summary>
    public void Heard(string node, long at)
    {
        if (_copies.TryGetValue(node, out var copy))
        {
            copy.HeardAt = Math.Max(copy.HeardAt, at);
        }
    }

    /// <summary>
    /// A copy counts although it is not in the set, and has been silent too long: it holds up everything, and nobody has to agree to let it go. End its session, see
    /// <see cref="Detached"/>.
    /// </summary>
    public bool IsStuckJoining(string node, long now) =>
        _copies.TryGetValue(node, out var copy) && copy.Counts && IsSilent(copy, now)
        && (copy.IsLeftOut || (!_agreed.InSync.Contains(node) && !IsAdditionOpen(node)));

    /// <summary>A copy that everything has waited for long enough: make it durable that it is left out, then <see cref="LeaveOut"/>.</summary>
    public bool ShouldLeaveOut(long now, [NotNullWhen(true)] out string? node)
    {
        node = IsDeposed || _leaveOutAfter is not { } limit
            ? null
            : _copies.FirstOrDefault(copy => copy.Value is { Counts: true, IsLeftOut: false } && now - copy.Value.HeardAt > limit).Key;
        return node is not null;
    }

    /// <summary>The copy does not count from now on, whatever the register says. End its session: it begins anew.</summary>
    public void LeaveOut(string node)
    {
        var copy = _copies[node];
        (copy.IsLeftOut, copy.Counts, copy.HoldsVisible) = (true, false, false);
    }

    /// <summary>A copy that was left out counts and holds everything again: make it durable that it is not left out any more, then <see cref="TakeBack"/>.</summary>
    public bool ShouldTakeBack(long now, [NotNullWhen(true)] out string? node)
    {
        node = IsDeposed
            ? null
            : _copies.FirstOrDefault(copy => copy.Value is { IsLeftOut: true, IsAttached: true, Counts: true, HoldsVisible: true } && !IsSilent(copy.Value, now)).Key;
        return node is not null;
    }

    /// <summary>The copy is left out no more.</summary>
    public void TakeBack(string node) => _copies[node].IsLeftOut = false;

    /// <summary>A change that should be agreed now; one at a time. Its outcome comes by <see cref="Agree"/>, <see cref="OutcomeUnknown"/> or <see cref="Known"/>.</summary>
    public bool TryPropose(long now, [NotNullWhen(true)] out BrokerPlacement? proposal)
    {
        proposal = null;
        if (_proposed is not null || _isUnknown || IsDeposed)
        {
            return false;
        }

        foreach (var (node, copy) in _copies)
        {
            var isIn = _agreed.InSync.Contains(node);
            if (!isIn && copy is { Counts: true, HoldsVisible: true, IsLeftOut: false } && !IsSilent(copy, now))
            {
                proposal = Next(_agreed.InSync.Add(node));
                break;
            }

            if (isIn && ShouldRemove(node, copy, now))
            {
                proposal = Next(_agreed.InSync.Remove(node));
                break;
            }
        }

        _proposed = proposal;
        return proposal is not null;
    }

    /// <summary>The proposal is agreed. Answers the nodes that cease to count now.</summary>
    public IReadOnlyList<string> Agree(BrokerPlacement placement) => Known(placement);

    /// <summary>Nobody knows what became of the proposal: the register must be read, and whoever would be in the set counts on.</summary>
    public void OutcomeUnknown() => _isUnknown = true;

    /// <summary>
    /// The register was read, or answered with what it holds: no proposal is open any more. Answers the nodes that cease to count now. End the session of each, and begin another one:
    /// what its logs have said of this session may date from when they counted it.
    /// </summary>
    public IReadOnlyList<string> Known(BrokerPlacement? placement)
    {
        (_proposed, _isUnknown) = (null, false);
        if (placement is null || placement.Epoch != _agreed.Epoch || placement.Master != _self)
        {
            IsDeposed = true;
            return [];
        }

        var before = _agreed;
        _agreed = placement;
        var ceased = new List<string>();
        foreach (var (node, copy) in _copies)
        {
            var isIn = placement.InSync.Contains(node);
            if (isIn)
            {
                copy.Counts |= !copy.IsLeftOut;
                continue;
            }

            copy.IsLeftOut = false; // what is agreed needs no word of this master alone
            if (copy.Counts && (before.InSync.Contains(node) || !copy.IsAttached || copy.HasFailed))
            {
                // Removed, or an addition that did not come about of a copy that has gone: it joins again from the beginning.
                (copy.Counts, copy.HoldsVisible) = (false, false);
                ceased.Add(node);
            }
        }

        return ceased;
    }

    // Silence is no reason where nobody but the silent one could agree; a person's word is. One whose log is of no use must not be taken for in sync, left out or not.
    private bool ShouldRemove(string node, Copy copy, long now) =>
        _leaveOutAfter is null
            ? copy.HasFailed || IsSilent(copy, now)
            : copy.HasFailedLog || (copy.HasFailed && !copy.IsLeftOut) || (!copy.IsAttached && node == VotedOut);

    private BrokerPlacement Next(ImmutableSortedSet<string> inSync) => _agreed with { Version = _agreed.Version + 1, InSync = inSync };

    private bool CeaseIfJoining(string node, Copy copy)
    {
        if (!copy.Counts || (!copy.IsLeftOut && (_agreed.InSync.Contains(node) || IsAdditionOpen(node))))
        {
            return false;
        }

        copy.Counts = false;
        return true;
    }

    private bool IsAdditionOpen(string node) => (_proposed is not null || _isUnknown) && (_proposed?.InSync.Contains(node) ?? true);

    private bool IsSilent(Copy copy, long now) => now - copy.HeardAt > _silenceLimit;

    private sealed class Copy
    {
        public bool Counts { get; set; }

        public bool IsLeftOut { get; set; }

        public bool IsAttached { get; set; }

        public bool HasFailed { get; set; }

        public bool HasFailedLog { get; set; }

        public bool HoldsVisible { get; set; }

        public long HeardAt { get; set; }
    }
}
