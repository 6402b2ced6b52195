using System.Text;
using Rocket.Actors.Placement;
using Rocket.Simulation.Storage;

namespace Rocket.Simulation.Placement;

/// <summary>Rules that voters may break, to see whether the check notices.</summary>
internal enum VoterCarelessness
{
    None,

    /// <summary>A voter whose folder was wiped takes itself for one that votes.</summary>
    WipedVotesAtOnce,

    /// <summary>A voter whose registers were put back to an old copy has nothing to know it by.</summary>
    OldCopyIsNotNoticed,
}

/// <summary>
/// Voters over links that lose, repeat and reorder, but bring nothing from one start of a voter into the next, with disks that lose power, are wiped, or are put back to an old copy, one of them at
/// a time. Whatever a proposer has concluded must be what the next one finds, or what a change was based on. Everything follows from the seed.
/// </summary>
internal sealed class VoterSimulation
{
    private const string Broker = "broker-a";
    private const int Steps = 1500;
    private const int StepsToSettle = 20_000;
    private const int MostMessages = 60;

    private readonly SimulatedVoter[] _voters;
    private readonly List<(int From, int To, IVoterMessage Message)> _network = [];
    private readonly Dictionary<BrokerPlacement, BrokerPlacement?> _bases = [];
    private readonly SortedDictionary<Ballot, BrokerPlacement> _concluded = [];
    private readonly StringBuilder _trace = new();
    private int _values;
    private int _now;
    private int? _cut;

    public VoterSimulation(int seed, VoterCarelessness carelessness = VoterCarelessness.None)
    {
        Random = new Random(seed);
        Carelessness = carelessness;
        Names = [.. Enumerable.Range(0, Random.Next(3) == 0 ? 5 : 3).Select(SimulatedVoter.NameOf)];
        _voters = [.. Names.Select((_, index) => new SimulatedVoter(this, index))];
        foreach (var voter in _voters)
        {
            voter.Start();
        }
    }

    public Random Random { get; }

    public VoterCarelessness Carelessness { get; }

    public string[] Names { get; }

    /// <summary>Changes that were concluded.</summary>
    public int Changes => _concluded.Values.Distinct().Count();

    /// <summary>Voters that lost their past.</summary>
    public int Losses { get; private set; }

    public void Run()
    {
        for (var step = 0; step < Steps; step++)
        {
            _now++;
            Step();
        }

        Settle();
    }

    public void Send(int from, int to, IVoterMessage message)
    {
        if (from == to)
        {
            _network.Add((from, to, message));
        }
        else if (from != _cut && to != _cut && Random.Next(20) > 0 && _network.Count < MostMessages * Names.Length)
        {
            _network.Add((from, to, message));
        }
    }

    public BrokerPlacement NewValue(int voter, BrokerPlacement? basedOn)
    {
        var value = new BrokerPlacement(
            (basedOn?.Epoch ?? Epoch.None).Next(voter), (basedOn?.Version ?? 0) + 1, Names[voter], BrokerPlacement.Nodes(Names[voter]), $"value{++_values}");
        _bases.Add(value, basedOn);
        return value;
    }

    public void Concluded(string broker, Ballot ballot, BrokerPlacement? value)
    {
        Trace($"{broker}: {ballot} concluded {value?.WantedMaster ?? "nothing"}");
        if (value is null)
        {
            if (_concluded.Keys.Any(earlier => earlier < ballot))
            {
                throw new BrokenPromiseException($"{ballot} found nothing, although {_concluded.Last().Key} concluded ({_concluded.Last().Value})");
            }

            return;
        }

        if (_concluded.TryGetValue(ballot, out var twin) && !twin.Equals(value))
        {
            throw new BrokenPromiseException($"{ballot} concluded ({twin}) and ({value})");
        }

        _concluded[ballot] = value;
        BrokerPlacement? before = null;
        foreach (var (later, next) in _concluded)
        {
            if (!next.Equals(before) && !Equals(_bases[next], before))
            {
                throw new BrokenPromiseException($"{later} concluded ({next}), which was based on ({_bases[next]}), after ({before})");
            }

            before = next;
        }
    }

    public void Trace(string line) => _trace.Append(_now).Append(": ").AppendLine(line);

    public override string ToString() => _trace.ToString();

    private void Step()
    {
        var voter = _voters[Random.Next(_voters.Length)];
        switch (Random.Next(61))
        {
            case < 40:
                Deliver();
                break;
            case < 44:
                voter.Due();
                break;
            case < 48:
                voter.Begin(Broker, reads: Random.Next(3) == 0);
                break;
            case < 51:
                voter.Hurry(Broker, givesUp: Random.Next(4) == 0);
                break;
            case 51 when _network.Count > 0 && _network.Count < MostMessages:
                _network.Add(_network[Random.Next(_network.Count)]);
                break;
            case 52 when _network.Count > 0:
                _network.RemoveAt(Random.Next(_network.Count));
                break;
            case 53:
                voter.Backup();
                break;
            case 54:
                _cut = Random.Next(3) == 0 ? null : Random.Next(Names.Length);
                break;
            case < 57:
                Fault(voter);
                break;
            default:
                if (!voter.IsUp)
                {
                    Start(voter);
                }

                break;
        }
    }

    // Nothing that was said to an earlier start reaches this one, and nothing that an earlier one said comes after its first word.
    private void Start(SimulatedVoter voter)
    {
        Trace($"{NameOf(voter)} starts");
        var index = Array.IndexOf(_voters, voter);
        _network.RemoveAll(message => message.From == index || message.To == index);
        voter.Start();
    }

    private void Fault(SimulatedVoter voter)
    {
        if (!voter.IsUp || Random.Next(3) > 0)
        {
            return;
        }

        // A loss is one fault; what two of three have lost at once is lost. Others may crash meanwhile, but lose nothing.
        var mayLose = _voters.All(other => other == voter ? other.MayVote : other.IsUp && other.MayVote && !other.IsSuspect) && voter is { MayVote: true, IsSuspect: false };
        var isPowerCut = Random.Next(2) == 0;
        switch (Random.Next(4))
        {
            case 0 when mayLose:
                Trace($"{NameOf(voter)} is wiped");
                voter.Crash(isPowerCut: false);
                voter.Wipe();
                Losses++;
                break;
            case 1 when mayLose && _voters.All(other => other == voter || KnowsLatestStart(other, voter)):
                voter.Crash(isPowerCut: false);
                if (voter.Restore())
                {
                    Trace($"{NameOf(voter)} is put back to an old copy");
                    Losses++;
                }

                break;
            default:
                Trace($"{NameOf(voter)} crashes{(isPowerCut ? " and loses power" : "")}");
                voter.Crash(isPowerCut);
                break;
        }
    }

    // An old copy is noticed by whoever has dealt with a later start. One that was down all the while can't.
    private bool KnowsLatestStart(SimulatedVoter other, SimulatedVoter voter) =>
        other.Record.Others.GetValueOrDefault(NameOf(voter))?.Start == voter.Record.Start;

    private string NameOf(SimulatedVoter voter) => Names[Array.IndexOf(_voters, voter)];

    private void Deliver()
    {
        if (_network.Count == 0)
        {
            return;
        }

        var at = Random.Next(_network.Count);
        var (_, to, message) = _network[at];
        _network.RemoveAt(at);
        _voters[to].Receive(message);
    }

    /// <summary>Everything comes up and the network heals: all vote in the end, and each reads what was concluded last.</summary>
    private void Settle()
    {
        Trace("healed");
        _cut = null;
        foreach (var voter in _voters.Where(voter => !voter.IsUp))
        {
            Start(voter);
        }

        for (var step = 0; _voters.Any(voter => !voter.MayVote); step++)
        {
            if (step == StepsToSettle)
            {
                throw new BrokenPromiseException($"somebody does not vote: {string.Join("; ", _voters.Where(voter => !voter.MayVote).Select(voter => $"{NameOf(voter)} waits for {voter.WaitsFor}"))}");
            }

            if (Random.Next(20) == 0)
            {
                _voters[Random.Next(_voters.Length)].Due();
            }

            Deliver();
        }

        foreach (var voter in _voters)
        {
            voter.Hurry(Broker, givesUp: true);
        }

        foreach (var voter in _voters)
        {
            voter.Begin(Broker, reads: true);
            for (var step = 0; !voter.IsIdle(Broker); step++)
            {
                if (step == StepsToSettle)
                {
                    throw new BrokenPromiseException($"{NameOf(voter)} can't read");
                }

                Deliver();
                if (Random.Next(20) == 0)
                {
                    _voters[Random.Next(_voters.Length)].Due();
                }

                if (Random.Next(100) == 0)
                {
                    voter.Hurry(Broker, givesUp: false);
                }
            }
        }
    }
}
