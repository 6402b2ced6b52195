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
    private readonly int voter;
    private readonly int voters;
    private readonly bool reads;
    private readonly BrokerPlacement? basedOn;
    private readonly BrokerPlacement? proposed;
    private readonly HashSet<int> agreeing = [];
    private readonly HashSet<int> refusing = [];
    private Ballot highestSeen;
    private Ballot highestAccepted;
    private BrokerPlacement? found;
    private BrokerPlacement? written;
    private bool offered;
    private Phase phase;

    private RegisterRound(int voter, int voters, Ballot above, bool reads, BrokerPlacement? basedOn, BrokerPlacement? proposed)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(voters);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(voters, Ballot.MaxVoters);
        ArgumentOutOfRangeException.ThrowIfNegative(voter);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(voter, voters);
        (this.voter, this.voters, this.reads, this.basedOn, this.proposed) = (voter, voters, reads, basedOn, proposed);
        highestSeen = above;
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

    /// <summary>The first step.</summary>
    public RoundStep.Send Begin() =>
        phase == Phase.NotBegun ? Reserve() : throw new InvalidOperationException("The round has begun already.");

    /// <summary>Starts again with a ballot above every one seen so far.</summary>
    public RoundStep.Send Retry() =>
        phase is Phase.NotBegun or Phase.Over ? throw new InvalidOperationException($"The round can't be retried when it is {phase}.") : Reserve();

    /// <summary>Ends the round without a majority.</summary>
    public RoundOutcome GiveUp()
    {
        phase = Phase.Over;
        return new RoundOutcome.Unknown();
    }

    /// <summary>Takes an answer in; late, repeated and reordered ones are ignored.</summary>
    public RoundStep OnAnswer(int from, AcceptorAnswer answer)
    {
        if (answer.Ballot != Ballot || from < 0 || from >= voters) return Waiting;
        return (phase, answer) switch
        {
            (Phase.Reserving or Phase.Preparing, Promise promise) => OnPromise(from, promise),
            (Phase.Accepting, Accepted) => OnAccepted(from),
            (Phase.Reserving or Phase.Preparing or Phase.Accepting, Nack nack) => OnNack(from, nack),
            _ => Waiting,
        };
    }

    private RoundStep.Send Reserve()
    {
        Ballot = highestSeen.Next(voter);
        highestSeen = Ballot;
        highestAccepted = Ballot.None;
        found = null;
        agreeing.Clear();
        refusing.Clear();
        phase = Phase.Reserving;
        return new RoundStep.Send(new Prepare(Ballot), Audience.Self);
    }

    private RoundStep OnPromise(int from, Promise promise)
    {
        if (phase == Phase.Reserving && from != voter) return Waiting;
        if (!agreeing.Add(from)) return Waiting;
        if (promise.AcceptedBallot > highestAccepted) (highestAccepted, found) = (promise.AcceptedBallot, promise.Value);
        if (!HasMajority(agreeing.Count))
        {
            if (phase != Phase.Reserving) return Waiting;
            phase = Phase.Preparing;
            return new RoundStep.Send(new Prepare(Ballot), Audience.Others);
        }

        if (!reads && Equals(found, basedOn))
        {
            offered = true;
            return Accepting(proposed!);
        }

        if (found is not null) return Accepting(found);
        return Finish(reads ? new RoundOutcome.Agreed(null) : new RoundOutcome.Conflict(null));
    }

    private RoundStep.Send Accepting(BrokerPlacement value)
    {
        phase = Phase.Accepting;
        agreeing.Clear();
        refusing.Clear();
        written = value;
        return new RoundStep.Send(new Accept(Ballot, value), Audience.All);
    }

    private RoundStep OnAccepted(int from)
    {
        if (!agreeing.Add(from) || !HasMajority(agreeing.Count)) return Waiting;
        return Finish(reads || (offered && written!.Equals(proposed)) ? new RoundOutcome.Agreed(written) : new RoundOutcome.Conflict(written));
    }

    private RoundStep OnNack(int from, Nack nack)
    {
        // A repeated Prepare is refused with its own ballot; the promise to the first one still stands.
        if (nack.Promised <= Ballot || agreeing.Contains(from)) return Waiting;
        if (nack.Promised > highestSeen) highestSeen = nack.Promised;
        refusing.Add(from);
        return phase != Phase.Reserving && HasMajority(voters - refusing.Count) ? Waiting : new RoundStep.Refused();
    }

    private RoundStep.Finished Finish(RoundOutcome outcome)
    {
        phase = Phase.Over;
        return new RoundStep.Finished(outcome);
    }

    private bool HasMajority(int count) => count > voters / 2;
}
