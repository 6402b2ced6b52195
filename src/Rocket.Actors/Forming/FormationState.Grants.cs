using Rocket.Actors.Placement;

namespace Rocket.Actors.Forming;

/// <summary>The right to form a cluster: asked for, granted, kept, withdrawn.</summary>
public sealed partial class FormationState
{
    private AttemptToForm? _attempt;
    private TimeSpan _nextAttempt;
    private TimeSpan? _boundSince;

    /// <summary>Whether this node has given its word to another one.</summary>
    private bool IsBound => Record.Grant is { } grant && grant.Candidate != _self;

    /// <summary>Another voter speaks.</summary>
    /// <param name="from">Its name.</param>
    /// <param name="incarnation">Which start of it.</param>
    /// <param name="message">What it says.</param>
    /// <param name="now">When.</param>
    public IReadOnlyList<FormationStep> On(string from, long incarnation, FormationMessage message, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (from == _self || !_voters.Contains(from))
        {
            return [];
        }

        VoidGrant(now);
        switch (message)
        {
            case FormationRequest request:
                return OnRequest(from, incarnation, request.Number, now);
            case FormationGranted granted when _attempt?.Number == granted.Number:
                _attempt.GrantedBy.Add(from);
                return GoOn(now);
            case FormationDenied denied when _attempt?.Number == denied.Number && denied.Highest > denied.Number:
                // Known for the next attempt; not durable, since it is no promise of this voter.
                _heardOf = Max(_heardOf, denied.Highest);
                return PutOff(now);
            case FormationWithdrawn withdrawn when Record.Grant is { } grant && grant.Candidate == from && grant.Number == withdrawn.Number:
                Record = Record with { Grant = null };
                return [];
            default:
                return [];
        }
    }

    private Ballot _heardOf;

    private IReadOnlyList<FormationStep> OnRequest(string from, long incarnation, Ballot number, TimeSpan now)
    {
        var wanted = new FormationGrant(from, incarnation, number);
        if (_phase == Phase.Outside && Record.Grant == wanted)
        {
            return [new FormationStep.Send(from, new FormationGranted(number))];
        }

        if (_phase != Phase.Outside || Best is not null || IsBound || number <= Record.Highest)
        {
            return [new FormationStep.Send(from, new FormationDenied(number, Record.Highest))];
        }

        // Two that try at once: the lower by name goes first.
        IReadOnlyList<FormationStep> withdrawn = [];
        if (_attempt is not null)
        {
            if (string.CompareOrdinal(from, _self) > 0)
            {
                return [new FormationStep.Send(from, new FormationDenied(number, Record.Highest))];
            }

            withdrawn = Withdraw();
        }

        Record = new FormationRecord(number, wanted);
        _boundSince = now;
        return [.. withdrawn, new FormationStep.Send(from, new FormationGranted(number))];
    }

    private bool MayTry(TimeSpan now)
    {
        if (!HearsMajority || now < _nextAttempt || (_peers.Count + 1 < _voters.Count && now - _began < _times.ListenTime))
        {
            return false;
        }

        var isLowest = !_peers.Any(peer => string.CompareOrdinal(peer.Key, _self) < 0 && IsMajority(peer.Value.Hears.Count(name => name != peer.Key) + 1));
        return isLowest || now - _quorumSince > _times.Patience;
    }

    private List<FormationStep> Attempt(TimeSpan now)
    {
        var number = Max(Record.Highest, _heardOf).Next(_index);
        Record = new FormationRecord(number, new FormationGrant(_self, _incarnation, number));
        _attempt = new AttemptToForm(number, now + _times.AttemptTime) { AskAgain = now + _times.AskInterval };
        _attempt.GrantedBy.Add(_self);
        return Ask();
    }

    private IReadOnlyList<FormationStep> GoOn(TimeSpan now)
    {
        var attempt = _attempt!;
        if (now >= attempt.Deadline || _phase != Phase.Outside)
        {
            return PutOff(now);
        }

        if (IsMajority(attempt.GrantedBy.Count) && Best is null)
        {
            return [Found(attempt.Number)];
        }

        if (now < attempt.AskAgain)
        {
            return [];
        }

        attempt.AskAgain = now + _times.AskInterval;
        return Ask();
    }

    private List<FormationStep> Ask() =>
        [.. _peers.Keys.Where(peer => !_attempt!.GrantedBy.Contains(peer)).Select(peer => new FormationStep.Send(peer, new FormationRequest(_attempt!.Number)))];

    private IReadOnlyList<FormationStep> PutOff(TimeSpan now)
    {
        _nextAttempt = now + (_times.AskInterval * (0.5 + (2 * _random.NextDouble())));
        return Withdraw();
    }

    // Nothing is founded on the number from here on.
    private IReadOnlyList<FormationStep> Withdraw()
    {
        if (_attempt is not { } attempt)
        {
            return [];
        }

        _attempt = null;
        Record = Record with { Grant = null };
        return [.. _peers.Keys.Select(peer => new FormationStep.Send(peer, new FormationWithdrawn(attempt.Number)))];
    }

    // A word that was given is void once the time is over in which it can be used.
    private void VoidGrant(TimeSpan now)
    {
        if (!IsBound)
        {
            _boundSince = null;
            return;
        }

        _boundSince ??= now;
        if (now - _boundSince >= _times.GrantTime)
        {
            Record = Record with { Grant = null };
            _boundSince = null;
        }
    }

    private sealed class AttemptToForm(Ballot number, TimeSpan deadline)
    {
        public Ballot Number { get; } = number;

        public TimeSpan Deadline { get; } = deadline;

        public TimeSpan AskAgain { get; set; }

        public HashSet<string> GrantedBy { get; } = new(StringComparer.Ordinal);
    }
}
