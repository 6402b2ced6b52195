using Rocket.Actors.Placement;

namespace Rocket.Actors.Tests.Placement;

/// <summary>
/// Voters with one register over a network that loses, repeats and reorders, driven by a script of bytes, so that a failing script can be
/// shrunk. Every voter is acceptor (durable) and proposer (forgets everything when it is restarted). After each step the history is checked:
/// what a majority accepted under one ballot must be what was chosen under the ballot before, or a change that was based on that.
/// </summary>
internal sealed class RegisterSimulation
{
    private readonly Func<AcceptorState, AcceptorRequest, (AcceptorState Next, AcceptorAnswer Answer)> _acceptor;
    private readonly AcceptorState[] _acceptors;
    private readonly Proposer[] _proposers;
    private readonly List<Message> _network = [];
    private readonly Dictionary<BrokerPlacement, BrokerPlacement?> _bases = [];
    private readonly Dictionary<(Ballot, BrokerPlacement), HashSet<int>> _acceptedBy = [];
    private readonly SortedDictionary<Ballot, BrokerPlacement> _chosen = [];
    private int _proposals;

    public RegisterSimulation(int voters, Func<AcceptorState, AcceptorRequest, (AcceptorState, AcceptorAnswer)>? acceptor = null)
    {
        _acceptor = acceptor ?? ((state, request) => state.On(request));
        _acceptors = [.. Enumerable.Repeat(AcceptorState.Empty, voters)];
        _proposers = [.. Enumerable.Range(0, voters).Select(_ => new Proposer())];
    }

    /// <summary>Values that a majority has accepted, in the order of their ballots.</summary>
    public IReadOnlyCollection<BrokerPlacement> Chosen => _chosen.Values;

    /// <summary>Rounds that ended agreed.</summary>
    public int AgreedRounds { get; private set; }

    /// <summary>Plays a script: two bytes a step.</summary>
    public void Run(byte[] script)
    {
        for (var index = 0; index + 1 < script.Length; index += 2)
        {
            Step(script[index], script[index + 1]);
        }
    }

    /// <summary>The network heals, every open round is given up, and one voter reads; true when it reads what was chosen last.</summary>
    public bool ReadsBackTheLastChosen(int voter)
    {
        _network.Clear();
        foreach (var proposer in _proposers)
        {
            proposer.Round = null;
        }

        Start(voter, RegisterRound.Reading(voter, _acceptors.Length, _acceptors[voter].Promised));
        for (var steps = 0; steps < 1000 && _proposers[voter].Round is { } round; steps++)
        {
            if (_network.Count > 0)
            {
                Deliver(0);
            }
            else
            {
                Send(voter, round.Retry());
            }
        }

        return _proposers[voter].Round is null && Equals(_proposers[voter].Known, _chosen.Count == 0 ? null : _chosen.Last().Value);
    }

    private void Step(byte action, byte choice)
    {
        var voter = choice % _acceptors.Length;
        switch (action % 16)
        {
            case 0 when _proposers[voter].Round is null:
                Start(voter, RegisterRound.Reading(voter, _acceptors.Length, _acceptors[voter].Promised));
                break;
            case 1 or 2 when _proposers[voter].Round is null:
                var change = new BrokerPlacement(
                    (_proposers[voter].Known?.Epoch ?? Epoch.None).Next(voter),
                    (_proposers[voter].Known?.Version ?? 0) + 1,
                    $"node{voter}",
                    BrokerPlacement.Nodes($"node{voter}"),
                    $"proposal{++_proposals}");
                _bases.Add(change, _proposers[voter].Known);
                Start(voter, RegisterRound.Changing(voter, _acceptors.Length, _acceptors[voter].Promised, _proposers[voter].Known, change));
                break;
            case 3 when _proposers[voter].Round is { } round:
                Send(voter, round.Retry());
                break;
            case 4 when _proposers[voter].Round is { } round:
                round.GiveUp();
                _proposers[voter].Round = null;
                break;
            case 5 when choice > 200:
                _proposers[voter] = new Proposer();
                break;
            case 6 when _network.Count > 0:
                _network.RemoveAt(choice % _network.Count);
                break;
            case 7 when _network.Count is > 0 and < 100:
                _network.Add(_network[choice % _network.Count]);
                break;
            default:
                if (_network.Count > 0)
                {
                    Deliver(choice % _network.Count);
                }

                break;
        }
    }

    private void Start(int voter, RegisterRound round)
    {
        _proposers[voter].Round = round;
        Send(voter, round.Begin());
    }

    private void Send(int voter, RoundStep.Send send)
    {
        if (send.To is Audience.Others or Audience.All)
        {
            for (var other = 0; other < _acceptors.Length; other++)
            {
                if (other != voter)
                {
                    _network.Add(new Message(voter, other, send.Request, null));
                }
            }
        }

        if (send.To is Audience.Self or Audience.All)
        {
            Take(voter, voter, Ask(voter, send.Request));
        }
    }

    private void Deliver(int index)
    {
        var message = _network[index];
        _network.RemoveAt(index);
        if (message.Request is { } request)
        {
            _network.Add(new Message(message.To, message.From, null, Ask(message.To, request)));
        }
        else
        {
            Take(message.To, message.From, message.Answer!);
        }
    }

    private AcceptorAnswer Ask(int voter, AcceptorRequest request)
    {
        (_acceptors[voter], var answer) = _acceptor(_acceptors[voter], request);
        if (answer is Accepted && request is Accept accept)
        {
            NoteAccepted(voter, accept);
        }

        return answer;
    }

    private void Take(int voter, int from, AcceptorAnswer answer)
    {
        var proposer = _proposers[voter];
        switch (proposer.Round?.OnAnswer(from, answer))
        {
            case RoundStep.Send send:
                Send(voter, send);
                break;
            case RoundStep.Finished finished:
                proposer.Round = null;
                var value = finished.Outcome is RoundOutcome.Agreed agreed ? agreed.Value : ((RoundOutcome.Conflict)finished.Outcome).Value;
                if (value is not null && !_chosen.ContainsValue(value))
                {
                    throw new BrokenRegisterException($"({value}) was reported, but never chosen.");
                }

                if (finished.Outcome is RoundOutcome.Agreed)
                {
                    AgreedRounds++;
                }

                proposer.Known = value;
                break;
        }
    }

    private void NoteAccepted(int voter, Accept accept)
    {
        var key = (accept.Ballot, accept.Value);
        if (!_acceptedBy.TryGetValue(key, out var by))
        {
            _acceptedBy.Add(key, by = []);
        }

        if (!by.Add(voter) || by.Count != (_acceptors.Length / 2) + 1)
        {
            return;
        }

        if (_chosen.TryGetValue(accept.Ballot, out var twin))
        {
            throw new BrokenRegisterException($"Ballot {accept.Ballot} chose ({twin}) and ({accept.Value}).");
        }

        _chosen.Add(accept.Ballot, accept.Value);
        CheckHistory();
    }

    private void CheckHistory()
    {
        BrokerPlacement? before = null;
        foreach (var (ballot, value) in _chosen)
        {
            if (!value.Equals(before) && !Equals(_bases[value], before))
            {
                throw new BrokenRegisterException($"Ballot {ballot} chose ({value}), which was based on ({_bases[value]}), after ({before}).");
            }

            before = value;
        }
    }

    private sealed record Message(int From, int To, AcceptorRequest? Request, AcceptorAnswer? Answer);

    private sealed class Proposer
    {
        public RegisterRound? Round { get; set; }

        public BrokerPlacement? Known { get; set; }
    }
}
