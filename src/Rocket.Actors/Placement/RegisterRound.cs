namespace Rocket.Actors.Placement;

/// <summary>
/// The proposer of one change to, or one read of, a broker's placement register (CASPaxos):
/// <code>
///   Begin ─Prepare, self─▶ reserving ─own Promise, then Prepare, others─▶ preparing ─majority of Promise, then Accept, all─▶ accepting
///            ▲                                                               │                                                  │
///            │                                 register empty, nothing to write: over                 majority of Accepted: over
///            └────────── Retry (a higher ballot), after refusals or silence, from any of the three
/// </code>
/// Majority means of the configured voters. The value of the highest accepted ballot is what the register holds: when it is what the
/// change was based on, the new value goes to Accept; otherwise the value that was found goes there unchanged, and the round ends in a
/// conflict. Finding the proposed value after this round has offered it means that an earlier attempt got through after all: agreed.
/// <para>
/// The own acceptor promises first, durably, so that a proposer that is restarted goes on above every ballot that others may have heard
/// from it: a ballot used twice, with repeated answers to the first use, would let two values be accepted under it.
/// </para>
/// Pure; one round is used by one thread and not used again once it is over.
/// </summary>
public sealed class RegisterRound
{
    private static readonly RoundStep.Wait Waiting = new();
    private readonly int _voter;
    private readonly int _voters;
    private readonly bool _reads;
    private readonly BrokerPlacement? _basedOn;
    private readonly BrokerPlacement? _proposed;
    private readonly HashSet<int> _agreeing = [];
    private readonly HashSet<int> _refusing = [];
    private Ballot _highestSeen;
    private Ballot _highestAccepted;
    private BrokerPlacement? _found;
    private BrokerPlacement? _written;
    private bool _offered;
    private int? _votedOut;
    private Phase _phase;

    private RegisterRound(int voter, int voters, Ballot above, bool reads, BrokerPlacement? basedOn, BrokerPlacement? proposed)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(voters);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(voters, Ballot.MaxVoters);
        ArgumentOutOfRangeException.ThrowIfNegative(voter);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(voter, voters);
        (_voter, _voters, _reads, _basedOn, _proposed) = (voter, voters, reads, basedOn, proposed);
        _highestSeen = above;
    }

    private enum Phase
    {
        NotBegun,
        Reserving,
        Preparing,
        Accepting,
        Over,
    }

    /// <summary>The ballot of the current attempt.</summary>
    public Ballot Ballot { get; private set; }

    /// <summary>A round that reads the register, and completes what an earlier round may have left half done.</summary>
    /// <param name="voter">Index of the voter on whose behalf it runs.</param>
    /// <param name="voters">How many voters are configured.</param>
    /// <param name="above">The ballot that this voter's own acceptor has promised.</param>
    public static RegisterRound Reading(int voter, int voters, Ballot above) => new(voter, voters, above, reads: true, null, null);

    /// <summary>A round that replaces <paramref name="basedOn"/> (null: an empty register) by <paramref name="proposed"/>.</summary>
    public static RegisterRound Changing(int voter, int voters, Ballot above, BrokerPlacement? basedOn, BrokerPlacement proposed) =>
        new(voter, voters, above, reads: false, basedOn, proposed);

    /// <summary>
    /// The same round by a person's word that this voter is gone: it is taken to agree, and to have nothing to say. Of two voters only; then the proposer's own acceptor is part of every
    /// majority, those of the voter that was gone included, so that nothing is decided twice.
    /// </summary>
    public RegisterRound Without(int? votedOut)
    {
        if (votedOut is { } other && (_voters != 2 || other == _voter || other < 0 || other >= _voters || _phase != Phase.NotBegun))
        {
            throw new InvalidOperationException($"Voter {other} of {_voters} cannot be left out of a round of voter {_voter} that is {_phase}.");
        }

        _votedOut = votedOut;
        return this;
    }

    /// <summary>The first step.</summary>
    public RoundStep.Send Begin() =>
        _phase == Phase.NotBegun ? Reserve() : throw new InvalidOperationException("The round has begun already.");

    /// <summary>Starts again with a ballot above every one seen so far.</summary>
    public RoundStep.Send Retry() =>
        _phase is Phase.NotBegun or Phase.Over ? throw new InvalidOperationException($"The round can't be retried when it is {_phase}.") : Reserve();

    /// <summary>Ends the round without a majority.</summary>
    public RoundOutcome GiveUp()
    {
        _phase = Phase.Over;
        return new RoundOutcome.Unknown();
    }

    /// <summary>Takes an answer in; late, repeated and reordered ones are ignored.</summary>
    public RoundStep OnAnswer(int from, AcceptorAnswer answer)
    {
        if (answer.Ballot != Ballot || from < 0 || from >= _voters)
        {
            return Waiting;
        }

        return (_phase, answer) switch
        {
            (Phase.Reserving or Phase.Preparing, Promise promise) => OnPromise(from, promise),
            (Phase.Accepting, Accepted) => OnAccepted(from),
            (Phase.Reserving or Phase.Preparing or Phase.Accepting, Nack nack) => OnNack(from, nack),
            _ => Waiting,
        };
    }

    private RoundStep.Send Reserve()
    {
        Ballot = _highestSeen.Next(_voter);
        _highestSeen = Ballot;
        _highestAccepted = Ballot.None;
        _found = null;
        _agreeing.Clear();
        _refusing.Clear();
        _phase = Phase.Reserving;
        return new RoundStep.Send(new Prepare(Ballot), Audience.Self);
    }

    private RoundStep OnPromise(int from, Promise promise)
    {
        if (_phase == Phase.Reserving && from != _voter)
        {
            return Waiting;
        }

        if (!_agreeing.Add(from))
        {
            return Waiting;
        }

        if (promise.AcceptedBallot > _highestAccepted)
        {
            (_highestAccepted, _found) = (promise.AcceptedBallot, promise.Value);
        }

        if (!HasMajority(Agreeing))
        {
            if (_phase != Phase.Reserving)
            {
                return Waiting;
            }

            _phase = Phase.Preparing;
            return new RoundStep.Send(new Prepare(Ballot), Audience.Others);
        }

        if (!_reads && Equals(_found, _basedOn))
        {
            _offered = true;
            return Accepting(_proposed!);
        }

        if (_found is not null)
        {
            return Accepting(_found);
        }

        return Finish(_reads ? new RoundOutcome.Agreed(null) : new RoundOutcome.Conflict(null));
    }

    private RoundStep.Send Accepting(BrokerPlacement value)
    {
        _phase = Phase.Accepting;
        _agreeing.Clear();
        _refusing.Clear();
        _written = value;
        return new RoundStep.Send(new Accept(Ballot, value), Audience.All);
    }

    private RoundStep OnAccepted(int from)
    {
        if (!_agreeing.Add(from) || !HasMajority(Agreeing))
        {
            return Waiting;
        }

        return Finish(_reads || (_offered && _written!.Equals(_proposed)) ? new RoundOutcome.Agreed(_written) : new RoundOutcome.Conflict(_written));
    }

    private RoundStep OnNack(int from, Nack nack)
    {
        // A repeated Prepare is refused with its own ballot; the promise to the first one still stands.
        if (nack.Promised <= Ballot || _agreeing.Contains(from))
        {
            return Waiting;
        }

        if (nack.Promised > _highestSeen)
        {
            _highestSeen = nack.Promised;
        }

        _refusing.Add(from);
        return _phase != Phase.Reserving && HasMajority(_voters - _refusing.Count) ? Waiting : new RoundStep.Refused();
    }

    private RoundStep.Finished Finish(RoundOutcome outcome)
    {
        _phase = Phase.Over;
        return new RoundStep.Finished(outcome);
    }

    /// <summary>Those that agree, a person's word for one that is gone included.</summary>
    private int Agreeing => _agreeing.Count + (_votedOut is { } gone && !_agreeing.Contains(gone) ? 1 : 0);

    private bool HasMajority(int count) => count > _voters / 2;
}
