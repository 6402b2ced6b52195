using Akka.Actor;
using Akka.Event;

namespace Rocket.Actors.Placement;

/// <summary>
/// <c>/user/node/placements</c>: holds this voter's acceptors and is the proposer for what this node leads. Rounds on one register run one
/// after the other, on different registers side by side. It writes and flushes small files on its own thread: give it a dispatcher that may
/// block. After a restart it goes on from what is on the disk; whoever waits for an answer needs a time limit of its own.
/// </summary>
public sealed class PlacementActor : UntypedActor, IWithTimers
{
    private const string EnsureTimer = "ensure";
    private readonly PlacementSettings _settings;
    private readonly PlacementStore _store;
    private readonly PlacementTable _table;
    private readonly IClusterNodes _nodes;
    private readonly IActorRef _region;
    private readonly Func<string, object> _ensureBroker;
    private readonly int _voter;
    private readonly IVoterLink[] _links;
    private readonly Dictionary<string, LocalRegister> _registers = new(StringComparer.Ordinal);
    private readonly ILoggingAdapter _log = Context.GetLogger();

    public PlacementActor(
        PlacementSettings settings,
        PlacementStore store,
        PlacementTable table,
        IClusterNodes nodes,
        IActorRef region,
        Func<string, object> ensureBroker,
        Func<string, IVoterLink> linkTo)
    {
        (_settings, _store, _table, _nodes, _region, _ensureBroker) = (settings, store, table, nodes, region, ensureBroker);
        _voter = settings.Voter;
        _links = [.. settings.Voters.Select(name => name == settings.Node ? new LocalVoterLink(Self) : linkTo(name))];
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>How to start it.</summary>
    /// <param name="settings">Names of nodes and brokers.</param>
    /// <param name="store">This voter's acceptors, opened once per start of the process.</param>
    /// <param name="table">Where it publishes what it knows.</param>
    /// <param name="nodes">Which nodes are there.</param>
    /// <param name="region">The shard region of the brokers.</param>
    /// <param name="ensureBroker">Makes the message that starts a broker by its name, for <paramref name="region"/>.</param>
    /// <param name="linkTo">The way to another voter, by its name; not called for this node.</param>
    public static Props Props(
        PlacementSettings settings,
        PlacementStore store,
        PlacementTable table,
        IClusterNodes nodes,
        IActorRef region,
        Func<string, object> ensureBroker,
        Func<string, IVoterLink> linkTo) =>
        Akka.Actor.Props.Create<PlacementActor>(settings, store, table, nodes, region, ensureBroker, linkTo);

    /// <inheritdoc/>
    protected override void PreStart()
    {
        foreach (var broker in _settings.Brokers)
        {
            ReadIfUnknown(broker.Name);
        }

        foreach (var broker in _store.Brokers())
        {
            RegisterOf(broker);
        }

        Timers.StartPeriodicTimer(EnsureTimer, new EnsureDue(), _settings.EnsureInterval, _settings.EnsureInterval);
    }

    /// <inheritdoc/>
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case VoterRequest request:
                Answer(request);
                break;
            case VoterAnswer answer:
                if (RegisterOf(answer.Broker) is { Round: { } round } answered)
                {
                    Follow(answered, round.OnAnswer(answer.From, answer.Answer));
                }

                break;
            case PlacementProtocol.Read read:
                Run(read.Broker, new ReadJob(Sender));
                break;
            case PlacementProtocol.Acquire acquire:
                TakeOver(acquire);
                break;
            case PlacementProtocol.Change change:
                Run(change.Broker, new ChangeJob(Sender, change.BasedOn, change.Proposed, TakesOver: false));
                break;
            case PlacementProtocol.Misplaced misplaced:
                Tell(new BrokerMisplaced(misplaced.Broker, _settings.Node), Audience.All);
                break;
            case BrokerMisplaced misplaced:
                _table.NoteMisplaced(misplaced.Broker, misplaced.Node);
                break;
            case PlacementAgreed agreed:
                _table.Learn(agreed.Broker, agreed.Placement);
                break;
            case AttemptDue due:
                if (RegisterOf(due.Broker) is { Round: { } stuck } late && stuck.Ballot == due.Ballot)
                {
                    Follow(late, stuck.Retry());
                }

                break;
            case RoundDue due:
                if (RegisterOf(due.Broker) is { Round: { } hopeless } given && ReferenceEquals(hopeless, due.Round))
                {
                    Finish(given, hopeless.GiveUp());
                }

                break;
            case EnsureDue:
                EnsureBrokers();
                break;
            case PlacementProtocol.Current current:
                Ensure(current.Broker); // the answer to this actor's own read: now that the place is known, don't wait for the next tick
                break;
            case PlacementProtocol.Unknown or PlacementProtocol.Refused:
                break; // likewise; the next tick reads again
            default:
                Unhandled(message);
                break;
        }
    }

    private LocalRegister RegisterOf(string broker)
    {
        if (_registers.TryGetValue(broker, out var register))
        {
            return register;
        }

        _registers.Add(broker, register = LocalRegister.Open(broker, _store));
        if (register.Damage is not null)
        {
            _log.Error("{0}: this voter has no say in its placement. {1}", broker, register.Damage);
            Context.Parent.Tell(new PlacementProtocol.RegisterDamaged(broker, register.Damage));
        }

        return register;
    }

    private void Answer(VoterRequest request)
    {
        var register = RegisterOf(request.Broker);
        if (register.Damage is not null || request.From < 0 || request.From >= _links.Length)
        {
            return;
        }

        AcceptorAnswer answer;
        try
        {
            answer = register.Answer(request.Request);
        }
        catch (Exception failure) when (failure is IOException or InvalidOperationException)
        {
            _log.Error(failure, "{0}: no vote for ballot {1}", request.Broker, request.Request.Ballot);
            return;
        }

        _links[request.From].Send(new VoterAnswer(request.Broker, _voter, answer));
    }

    private void TakeOver(PlacementProtocol.Acquire acquire)
    {
        var held = _settings.Brokers.FirstOrDefault(broker => broker.Name == acquire.Broker);
        if (held is null)
        {
            Sender.Tell(new PlacementProtocol.Refused(acquire.Broker, $"{_settings.Node} holds no copy of {acquire.Broker}."));
            return;
        }

        var election = new ElectionState(_settings.Node, _voter, held.PreferredMaster);
        if (election.TryTakeOver(acquire.BasedOn, acquire.Fenced, _nodes.Present, out var proposal, out var refusal))
        {
            Run(acquire.Broker, new ChangeJob(Sender, acquire.BasedOn, proposal, TakesOver: true));
        }
        else
        {
            Sender.Tell(new PlacementProtocol.Refused(acquire.Broker, refusal));
        }
    }

    private void Run(string broker, RegisterJob job)
    {
        var register = RegisterOf(broker);
        if (register.Damage is { } damage)
        {
            job.ReplyTo.Tell(new PlacementProtocol.Refused(broker, damage));
            return;
        }

        register.Add(job);
        BeginNext(register);
    }

    private void BeginNext(LocalRegister register)
    {
        if (!register.TryBegin(_voter, _links.Length, out var first))
        {
            return;
        }

        Timers.StartSingleTimer(RoundTimerOf(register), new RoundDue(register.Broker, register.Round!), _settings.RoundTimeout);
        Follow(register, first);
    }

    private void Follow(LocalRegister register, RoundStep step)
    {
        switch (step)
        {
            case RoundStep.Send send:
                if (send.Request is Prepare)
                {
                    ScheduleAttempt(register, _settings.AttemptTimeout);
                }

                Tell(new VoterRequest(register.Broker, _voter, send.Request), send.To);
                break;
            case RoundStep.Refused:
                ScheduleAttempt(register, _settings.RetryPause * (1 + _voter));
                break;
            case RoundStep.Finished finished:
                Finish(register, finished.Outcome);
                break;
        }
    }

    private void Finish(LocalRegister register, RoundOutcome outcome)
    {
        Timers.Cancel(AttemptTimerOf(register));
        Timers.Cancel(RoundTimerOf(register));
        var job = register.End();
        switch (outcome)
        {
            case RoundOutcome.Agreed agreed:
                _table.Learn(register.Broker, agreed.Value);
                if (job is ChangeJob && agreed.Value is { } placement)
                {
                    Announce(register.Broker, placement);
                }

                job.ReplyTo.Tell(job.OnAgreed(register.Broker, agreed.Value));
                break;
            case RoundOutcome.Conflict conflict:
                _table.Learn(register.Broker, conflict.Value);
                job.ReplyTo.Tell(new PlacementProtocol.Conflict(register.Broker, conflict.Value));
                break;
            case RoundOutcome.Unknown:
                _log.Warning("{0}: no majority of the {1} voters answered within {2}", register.Broker, _links.Length, _settings.RoundTimeout);
                job.ReplyTo.Tell(new PlacementProtocol.Unknown(register.Broker));
                break;
        }

        BeginNext(register);
    }

    private void Announce(string broker, BrokerPlacement placement)
    {
        _log.Info("{0}: agreed on {1}", broker, placement);
        Tell(new PlacementAgreed(broker, placement), Audience.Others);
    }

    private void EnsureBrokers()
    {
        foreach (var broker in _settings.Brokers)
        {
            ReadIfUnknown(broker.Name);
            Ensure(broker.Name);
        }
    }

    private void Ensure(string broker)
    {
        // Without a placement, not even an empty one, the allocation can only fail.
        if (_table.TryGet(broker, out _))
        {
            _region.Tell(_ensureBroker(broker), ActorRefs.NoSender);
        }
    }

    private void ReadIfUnknown(string broker)
    {
        if (!_table.TryGet(broker, out _) && !RegisterOf(broker).IsBusy)
        {
            Run(broker, new ReadJob(Self));
        }
    }

    private void Tell(IVoterMessage message, Audience to)
    {
        for (var index = 0; index < _links.Length; index++)
        {
            if (to == Audience.All || (index == _voter) == (to == Audience.Self))
            {
                _links[index].Send(message);
            }
        }
    }

    private void ScheduleAttempt(LocalRegister register, TimeSpan delay) =>
        Timers.StartSingleTimer(AttemptTimerOf(register), new AttemptDue(register.Broker, register.Round!.Ballot), delay);

    private static string AttemptTimerOf(LocalRegister register) => "attempt/" + register.Broker;

    private static string RoundTimerOf(LocalRegister register) => "round/" + register.Broker;

    private sealed record EnsureDue : INoSerializationVerificationNeeded;

    private sealed record AttemptDue(string Broker, Ballot Ballot) : INoSerializationVerificationNeeded;

    private sealed record RoundDue(string Broker, RegisterRound Round) : INoSerializationVerificationNeeded;
}
