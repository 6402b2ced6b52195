using Rocket.Actors.Forming;
using Rocket.Actors.Placement;
using Rocket.Simulation.Storage;

namespace Rocket.Simulation.Forming;

/// <summary>One node that looks for a cluster: the product's own decisions over simulated links, and what Akka does with a join in few words.</summary>
internal sealed class FormingNode(FormingSimulation simulation, int index)
{
    private static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(1500);
    private static readonly TimeSpan StandInterval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan JoinRetry = TimeSpan.FromMilliseconds(500);

    private readonly double _rate = 0.9 + (0.2 * simulation.Random.NextDouble());
    private readonly TimeSpan[] _heardAt = new TimeSpan[simulation.Names.Length];
    private readonly Ballot[] _clusterOf = new Ballot[simulation.Names.Length];
    private FormationRecord _record = FormationRecord.Forgotten;
    private FormationState? _state;
    private long _incarnation;
    private TimeSpan _standDue;
    private TimeSpan _joinDue;
    private TimeSpan _pausedUntil;
    private string? _joinAddress;

    public string Name => simulation.Names[index];

    public bool IsUp => _state is not null;

    public bool IsPaused => simulation.Now < _pausedUntil;

    /// <summary>Number of the cluster that it is a member of or joins.</summary>
    public Ballot Number => _state?.Number ?? Ballot.None;

    public bool IsMember => _state?.IsMember == true;

    public string WaitsFor => _state?.WaitsFor ?? "its start";

    // Clocks of nodes run unequally fast.
    private TimeSpan Clock => simulation.Now * _rate;

    public void Start()
    {
        _incarnation = simulation.Random.NextInt64();
        var record = simulation.Carelessness switch
        {
            FormingCarelessness.ForgetsItsWord => FormationRecord.Empty,
            FormingCarelessness.GrantsWithAnEmptyFolder when _record == FormationRecord.Forgotten => FormationRecord.Empty,
            _ => _record,
        };
        var times = simulation.Carelessness == FormingCarelessness.KeepsItsWordTooShort
            ? new FormationTimes { GrantTime = TimeSpan.FromMilliseconds(20) }
            : new FormationTimes();
        _state = new FormationState(Name, _incarnation, simulation.Names, record, times, new Random(simulation.Random.Next()));
        (_standDue, _joinAddress) = (TimeSpan.Zero, null);
    }

    public void Crash()
    {
        _state = null;
        _pausedUntil = TimeSpan.Zero;
    }

    /// <summary>Its folder is lost while it is down.</summary>
    public void Lose() => _record = FormationRecord.Forgotten;

    public void Pause(TimeSpan time) => _pausedUntil = simulation.Now + time;

    public void FormNow() => Take(_state?.FormNow() ?? []);

    /// <summary>A step of time.</summary>
    public void Tick()
    {
        if (_state is not { } state || IsPaused)
        {
            return;
        }

        for (var peer = 0; peer < simulation.Names.Length; peer++)
        {
            if (peer != index && simulation.Now - _heardAt[peer] > Silence)
            {
                state.Lose(simulation.Names[peer]);
            }
        }

        if (simulation.Carelessness == FormingCarelessness.AsksNobody && FormsUnasked(state))
        {
            Take(state.FormNow());
        }

        Take(state.Tick(Clock));
        if (!IsUp)
        {
            return;
        }

        if (simulation.Now >= _standDue)
        {
            SayHowItStands();
        }

        if (_joinAddress is { } address && !state.IsMember && simulation.Now >= _joinDue)
        {
            _joinDue = simulation.Now + JoinRetry;
            simulation.Send(index, Array.IndexOf(simulation.Names, address), new JoinAsked(_incarnation));
        }
    }

    public void Receive(int from, FormingPacket packet)
    {
        if (_state is not { } state)
        {
            return;
        }

        switch (packet)
        {
            case StandTold told:
                _heardAt[from] = simulation.Now;
                _clusterOf[from] = told.Stand.Cluster?.Number ?? Ballot.None;
                state.Hear(simulation.Names[from], told.Stand);
                Take(state.Tick(Clock));
                break;
            case FormationTold told:
                Take(state.On(simulation.Names[from], told.Incarnation, told.Message, Clock));
                break;
            case JoinAsked asked when state.IsMember:
                simulation.Send(index, from, new Welcome(asked.Incarnation, state.Number));
                break;
            case Welcome welcome when welcome.Incarnation == _incarnation && _joinAddress == simulation.Names[from] && !state.IsMember:
                if (welcome.Number != state.Number)
                {
                    // The member has changed its cluster meanwhile: Akka goes by addresses. The product restarts such a node.
                    Take([new FormationStep.Abandon("taken into another cluster than the one that it joined")]);
                    return;
                }

                Take(state.Joined());
                SayHowItStands();
                break;
        }
    }

    private bool FormsUnasked(FormationState state) =>
        !state.IsMember && state.Number == Ballot.None && simulation.SeesNoClusterAndIsLowest(index, peer => simulation.Now - _heardAt[peer] <= Silence);

    private void Take(IReadOnlyList<FormationStep> steps)
    {
        Keep();
        foreach (var step in steps)
        {
            switch (step)
            {
                case FormationStep.Send send:
                    simulation.Send(index, Array.IndexOf(simulation.Names, send.To), new FormationTold(_incarnation, send.Message));
                    break;
                case FormationStep.Join join:
                    simulation.Trace($"{Name} joins {join.Number} at {join.Address}");
                    (_joinAddress, _joinDue) = (join.Address, TimeSpan.Zero);
                    break;
                case FormationStep.Found found:
                    simulation.Founded(index, found.Number);
                    SayHowItStands();
                    break;
                case FormationStep.Abandon abandon:
                    simulation.Trace($"{Name} begins anew: {abandon.Reason}");
                    simulation.ClosesLinks(index);
                    Start();
                    return;
            }
        }
    }

    private void Keep() => _record = _state!.Record;

    private void SayHowItStands()
    {
        _standDue = simulation.Now + StandInterval;
        int[] hears = [.. Enumerable.Range(0, simulation.Names.Length).Where(peer => peer != index && simulation.Now - _heardAt[peer] <= Silence)];
        var stand = new PeerStand(
            _incarnation,
            IsMember ? new ClusterStand(Number, Name) : null,
            [.. hears.Select(peer => simulation.Names[peer])],
            [.. hears.Where(peer => IsMember && _clusterOf[peer] == Number).Select(peer => simulation.Names[peer])]);
        for (var peer = 0; peer < simulation.Names.Length; peer++)
        {
            if (peer != index)
            {
                simulation.Send(index, peer, new StandTold(stand));
            }
        }
    }
}

/// <summary>What simulated nodes send.</summary>
internal abstract record FormingPacket;

internal sealed record StandTold(PeerStand Stand) : FormingPacket;

internal sealed record FormationTold(long Incarnation, FormationMessage Message) : FormingPacket;

internal sealed record JoinAsked(long Incarnation) : FormingPacket;

internal sealed record Welcome(long Incarnation, Ballot Number) : FormingPacket;
