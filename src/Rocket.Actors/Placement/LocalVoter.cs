namespace Rocket.Actors.Placement;

/// <summary>
/// One voter: its registers, its right to vote, and the rounds that it proposes. Without Akka, so that a simulation can run several of them;
/// everything that it answers for is on the disk before. One thread at a time.
/// </summary>
internal sealed class LocalVoter
{
    private readonly PlacementStore _store;
    private readonly IVoterOutput _output;
    private readonly Func<long> _draw;
    private readonly int _self;
    private readonly int _voters;
    private readonly Dictionary<string, LocalRegister> _registers = new(StringComparer.Ordinal);
    private readonly IReadOnlyList<string> _names;
    private readonly IReadOnlyList<string> _held;
    private VotingRightState _right;

    /// <param name="settings">Names of the voters.</param>
    /// <param name="store">What this voter keeps.</param>
    /// <param name="output">Where messages and steps go.</param>
    /// <param name="draw">Draws the number of a start.</param>
    public LocalVoter(PlacementSettings settings, PlacementStore store, IVoterOutput output, Func<long> draw)
    {
        (_store, _output, _draw) = (store, output, draw);
        (_self, _voters, _names) = (settings.Voter, settings.Voters.Count, settings.Voters);
        _held = [.. settings.Brokers.Select(broker => broker.Name)];
        VotedOut = _voters == 2 && store.VotedOut is { } gone && settings.IndexOf(gone) is { } index && index != _self ? index : null;
        _right = VotingRightState.AtStart(_self, settings.Voters, store.Record);
    }

    /// <summary>Whether this voter votes.</summary>
    public bool MayVote => _right.MayVote;

    /// <summary>What it waits for until then, for people.</summary>
    public string WaitsFor => _right.WaitsFor;

    /// <summary>This start of it.</summary>
    public VoterStart Start => _right.Record.Start;

    /// <summary>The other one of two voters, for which a person has voted since it is dead; until it votes for itself again. Null: none.</summary>
    public int? VotedOut { get; private set; }

    /// <summary>Brokers that this node must not lead, although a register may say that it holds everything: it lost its past, and the copies with it.</summary>
    public IReadOnlyCollection<string> Doubtful => _store.Doubtful;

    /// <summary>A register does not name this node as one that holds everything, or nobody else could.</summary>
    /// <exception cref="IOException">The disk refused: nothing has changed.</exception>
    public void EndDoubt(string broker) => _store.WriteDoubtful(_store.Doubtful.Where(doubtful => doubtful != broker));

    /// <summary>Settles with the others what is open.</summary>
    /// <exception cref="IOException">The disk refused: nothing has changed, and it is to be tried again.</exception>
    public void Due() => Apply(_right.Due());

    /// <summary>A link to a voter was made: both say who they are.</summary>
    public void Greet(int voter) => Send(_right.Greet(voter));

    /// <summary>A person vouches for the voters that do not answer.</summary>
    /// <exception cref="IOException">The disk refused: nothing has changed.</exception>
    public void TakePersonsWord() => Apply(_right.OnPersonsWord(AllRegisters()), isByPersonsWord: true);

    /// <summary>A person votes for the other one of two voters, which is dead. What it said before counts no more, so that it is noticed when it comes back.</summary>
    /// <exception cref="IOException">The disk refused: nothing has changed.</exception>
    public void VoteOut(int voter)
    {
        if (_voters != 2 || voter == _self)
        {
            throw new ArgumentException("Only the other one of two voters needs a person's vote.", nameof(voter));
        }

        _store.WriteVotedOut(_names[voter]);
        VotedOut = voter;
        _right = _right.Forget(voter);
    }

    /// <summary>A voter said something.</summary>
    /// <exception cref="IOException">The disk refused: nothing has changed and nothing is answered.</exception>
    public void Take(IVoterSpeech speech)
    {
        switch (speech)
        {
            case VoterRequest request:
                Answer(request);
                break;
            case VoterAnswer answer:
                Count(answer);
                break;
            case VoterIntroduction introduction:
                Apply(_right.On(introduction, _draw));
                EndVoteOutIfBack();
                break;
            case MemoryLost lost:
                Apply(_right.On(lost));
                break;
            case MemoryLossNoted noted:
                Apply(_right.On(noted, _draw));
                break;
            case CopyRequest request:
                var copies = AllRegisters();
                var damage = _registers.Values.FirstOrDefault(register => register.Damage is not null)?.Damage;
                Send(_right.On(request, copies, damage));
                break;
            case RegisterCopies received:
                Apply(_right.On(received, AllRegisters()));
                break;
            default:
                throw new ArgumentException($"{speech.GetType().Name} is nothing that a voter says.", nameof(speech));
        }
    }

    /// <summary>A broker's register; read from the disk at first.</summary>
    public LocalRegister RegisterOf(string broker)
    {
        if (_registers.TryGetValue(broker, out var register))
        {
            return register;
        }

        _registers.Add(broker, register = LocalRegister.Open(broker, _store));
        if (register.Damage is { } damage)
        {
            _output.Damaged(broker, damage);
        }

        return register;
    }

    /// <summary>Begins the next round that waits on a register, if none runs there.</summary>
    public bool TryBegin(LocalRegister register, out RoundStep first) => register.TryBegin(_self, _voters, VotedOut, out first);

    // Before it is answered for the first time: whatever it gets agreed from then on, nothing is decided without it.
    private void EndVoteOutIfBack()
    {
        if (VotedOut is { } voter && _right.DealsWith(voter))
        {
            _store.WriteVotedOut(null);
            VotedOut = null;
            _output.Report($"{_names[voter]} is back and votes for itself again");
        }
    }

    private void Answer(VoterRequest request)
    {
        if (request.From < 0 || request.From >= _voters)
        {
            return;
        }

        if (!_right.MayAnswer(request.From, request.Start))
        {
            Greet(request.From);
            return;
        }

        var register = RegisterOf(request.Broker);
        if (register.Damage is not null)
        {
            return;
        }

        var answer = register.Answer(request.Request);
        _output.Send(request.From, new VoterAnswer(request.Broker, _self, Start, answer));
    }

    private void Count(VoterAnswer answer)
    {
        if (!_right.Counts(answer.From, answer.Start))
        {
            Greet(answer.From);
        }
        else if (RegisterOf(answer.Broker) is { Round: { } round } register)
        {
            _output.Follow(register, round.OnAnswer(answer.From, answer.Answer));
        }
    }

    private void Apply((VotingRightState Next, RightChange Change) step, bool isByPersonsWord = false)
    {
        var (next, change) = step;
        foreach (var copy in change.Merged)
        {
            RegisterOf(copy.Broker).Restore(copy.State);
        }

        var isEntitled = next.MayVote && !_right.MayVote;
        if (isEntitled && _voters > 1)
        {
            // Before it votes. At the first start ever no register has a value; without the copies of all others nobody knows that.
            _store.WriteDoubtful(_store.Doubtful.Union(_held.Where(broker => isByPersonsWord || RegisterOf(broker) is { Damage: not null } or { Acceptor.Value: not null })));
        }

        if (!next.Record.Equals(_store.Record))
        {
            _store.WriteRecord(next.Record);
        }

        _right = next;
        if (change.Report is { } line && !isEntitled)
        {
            _output.Report(line);
        }

        if (change.Forgotten is not null)
        {
            BeginRoundsAnew();
        }

        Send(change);
        if (isEntitled)
        {
            _output.Entitled(change.Report);
        }
    }

    private void Send(RightChange change)
    {
        foreach (var (to, message) in change.Messages)
        {
            _output.Send(to, message);
        }
    }

    // A round remembers that a voter has answered, not what: so every one asks everybody again, with a higher ballot.
    private void BeginRoundsAnew()
    {
        foreach (var register in _registers.Values.Where(register => register.Round is not null).ToList())
        {
            _output.Follow(register, register.Round!.Retry());
        }
    }

    private List<RegisterCopy> AllRegisters()
    {
        foreach (var broker in _store.Brokers())
        {
            RegisterOf(broker);
        }

        return [.. _registers.Values.Where(register => register.Damage is null && register.Acceptor != AcceptorState.Empty)
            .Select(register => new RegisterCopy(register.Broker, register.Acceptor))];
    }
}
