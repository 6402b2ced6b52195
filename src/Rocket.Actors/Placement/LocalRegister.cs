using Rocket.Actors.Storage;

namespace Rocket.Actors.Placement;

/// <summary>One broker's register on this voter: its acceptor, durable, and the rounds that wait for their turn, one at a time.</summary>
internal sealed class LocalRegister
{
    private readonly PlacementStore _store;
    private readonly Queue<RegisterJob> _waiting = [];

    private LocalRegister(string broker, PlacementStore store, AcceptorState acceptor, string? damage)
    {
        _store = store;
        (Broker, Acceptor, Damage) = (broker, acceptor, damage);
    }

    /// <summary>Broker name.</summary>
    public string Broker { get; }

    /// <summary>What this voter has promised and accepted, as it is on the disk.</summary>
    public AcceptorState Acceptor { get; private set; }

    /// <summary>Why this voter has no say in this register; null: it has.</summary>
    public string? Damage { get; }

    /// <summary>The round that runs now.</summary>
    public RegisterRound? Round { get; private set; }

    /// <summary>Who asked for <see cref="Round"/>.</summary>
    public RegisterJob? Job { get; private set; }

    /// <summary>Whether rounds run or wait.</summary>
    public bool IsBusy => Job is not null || _waiting.Count > 0;

    /// <summary>Reads the register from the disk; a damaged one is noted, so that the other brokers' registers go on.</summary>
    public static LocalRegister Open(string broker, PlacementStore store)
    {
        try
        {
            return new LocalRegister(broker, store, store.Read(broker), damage: null);
        }
        catch (Exception damage) when (damage is DamagedPlacementException or NewerFormatException or IOException or UnauthorizedAccessException)
        {
            return new LocalRegister(broker, store, AcceptorState.Empty, damage.Message);
        }
    }

    /// <summary>Answers a proposer; the answer is durable.</summary>
    /// <exception cref="IOException">The disk refused: nothing may be answered.</exception>
    /// <exception cref="InvalidOperationException">The proposer broke the rules: nothing may be answered.</exception>
    public AcceptorAnswer Answer(AcceptorRequest request)
    {
        var (next, answer) = Acceptor.On(request);
        if (next != Acceptor)
        {
            _store.Write(Broker, next);
            Acceptor = next;
        }

        return answer;
    }

    /// <summary>Takes over what other voters have kept, for a voter that has lost its own; durable. A damaged register stays as it is.</summary>
    /// <exception cref="IOException">The disk refused.</exception>
    public void Restore(AcceptorState state)
    {
        if (Damage is null && state != Acceptor)
        {
            _store.Write(Broker, state);
            Acceptor = state;
        }
    }

    /// <summary>Queues a job up.</summary>
    public void Add(RegisterJob job) => _waiting.Enqueue(job);

    /// <summary>Begins the next job if none runs and one waits.</summary>
    /// <param name="voter">Index of this voter.</param>
    /// <param name="voters">How many there are.</param>
    /// <param name="votedOut">The voter that is gone by a person's word; null: none.</param>
    /// <param name="first">What the round begins with.</param>
    public bool TryBegin(int voter, int voters, int? votedOut, out RoundStep first)
    {
        first = new RoundStep.Wait();
        if (Job is not null || !_waiting.TryDequeue(out var next))
        {
            return false;
        }

        Job = next;
        Round = next.RoundFor(voter, voters, Acceptor.Promised).Without(votedOut);
        first = Round.Begin();
        return true;
    }

    /// <summary>Ends the job that runs.</summary>
    public RegisterJob End()
    {
        var ended = Job ?? throw new InvalidOperationException($"No round runs on the register of {Broker}.");
        (Job, Round) = (null, null);
        return ended;
    }
}
