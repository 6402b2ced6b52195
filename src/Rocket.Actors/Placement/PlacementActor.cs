using Akka.Actor;
using Akka.Event;
using Rocket.Actors.Storage;

namespace Rocket.Actors.Placement;

/// <summary>
/// <c>/user/node/placements</c>: holds this voter's acceptors and is the proposer for what this node leads. Rounds on one register run one
/// after the other, on different registers side by side. It writes and flushes small files on its own thread: give it a dispatcher that may
/// block. After a restart it goes on from what is on the disk; whoever waits for an answer needs a time limit of its own.
/// </summary>
public sealed partial class PlacementActor : UntypedActor, IWithTimers, IVoterOutput
{
    private const string EnsureTimer = "ensure";
    private const string HurryTimer = "hurry";
    private const string IntroduceTimer = "introduce";

    /// <summary>A voter that waits for its right says so after so many intervals, and then again after so many.</summary>
    private const int IntervalsBetweenReports = 20;

    private static readonly TimeSpan HurryInterval = TimeSpan.FromMilliseconds(100);

    private readonly PlacementSettings _settings;
    private readonly PlacementStore _store;
    private readonly PlacementTable _table;
    private readonly IClusterNodes _nodes;
    private readonly IActorRef _region;
    private readonly Func<string, object> _ensureBroker;
    private readonly int _voter;
    private readonly IVoterLink[] _links;
    private readonly LocalVoter _self;
    private readonly HashSet<string> _elsewhere = new(StringComparer.Ordinal);
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly LineSpacing _refusals;
    private bool _hasJoined;
    private bool _goesOnByWord; // a person has said that this node goes on with what it knows
    private bool _isLeaving;
    private bool _isRefused;
    private int _introductions;

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
        _refusals = new LineSpacing(settings.Time);
        _links = [.. settings.Voters.Select(name => name == settings.Node ? new LocalVoterLink(Self) : linkTo(name))];
        _self = new LocalVoter(settings, store, this, PlacementStore.DrawIncarnation);
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
        _table.Doubtful = _self.Doubtful;
        foreach (var broker in _store.Brokers())
        {
            _self.RegisterOf(broker);
        }

        Introduce();
        ReadWhatIsUnknown();
        Timers.StartPeriodicTimer(IntroduceTimer, new IntroductionDue(), _settings.IntroduceInterval, _settings.IntroduceInterval);
        Timers.StartPeriodicTimer(EnsureTimer, new EnsureDue(), _settings.EnsureInterval, _settings.EnsureInterval);
    }

    /// <inheritdoc/>
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case IVoterSpeech speech:
                Take(speech);
                break;
            case PlacementProtocol.Read read:
                Run(read.Broker, new ReadJob(Sender));
                break;
            case PlacementProtocol.Acquire acquire:
                TakeOver(acquire);
                break;
            case PlacementProtocol.Change change:
                Change(change);
                break;
            case PlacementProtocol.Misplaced misplaced:
                Tell(new BrokerMisplaced(misplaced.Broker, _settings.Node), Audience.All);
                break;
            case BrokerMisplaced misplaced:
                _table.NoteMisplaced(misplaced.Broker, misplaced.Node);
                break;
            case PlacementAgreed agreed:
                _table.Learn(agreed.Broker, agreed.Placement);
                HurryIfUnled();
                break;
            case HurryDue:
                EnsureUnled();
                HurryIfUnled();
                break;
            case AttemptDue due:
                if (_self.RegisterOf(due.Broker) is { Round: { } stuck } late && stuck.Ballot == due.Ballot)
                {
                    Follow(late, stuck.Retry());
                }

                break;
            case RoundDue due:
                if (_self.RegisterOf(due.Broker) is { Round: { } hopeless } given && ReferenceEquals(hopeless, due.Round))
                {
                    Finish(given, hopeless.GiveUp());
                }

                break;
            case EnsureDue:
                EnsureBrokers();
                break;
            case IntroductionDue:
                Introduce();
                break;
            case PlacementProtocol.VoterLinked linked:
                if (_settings.IndexOf(linked.Voter) is { } index)
                {
                    _self.Greet(index);
                    TellWhatIsAgreed(_links[index]);
                }

                break;
            case PlacementProtocol.Joined:
                _hasJoined = true;
                EnsureBrokers();
                break;
            case PlacementProtocol.Leaving:
                _isLeaving = true;
                break;
            case PlacementProtocol.BrokersElsewhere elsewhere:
                _elsewhere.UnionWith(elsewhere.Brokers);
                ReadWhatIsUnknown();
                break;
            case PlacementProtocol.VoteNow:
                _goesOnByWord = true;
                Durably(_self.TakePersonsWord);
                break;
            case PlacementProtocol.VoteOut vote:
                VoteOut(vote.Voter);
                break;
            case PlacementProtocol.Current current:
                LookAtDoubt(current.Broker, current.Placement);
                EnsureIfHeld(current.Broker); // the answer to this actor's own read: now that the place is known, don't wait for the next tick
                break;
            case PlacementProtocol.Changed changed:
                LookAtDoubt(changed.Broker, changed.Placement);
                break;
            case PlacementProtocol.Conflict conflict:
                LookAtDoubt(conflict.Broker, conflict.Actual);
                break;
            case PlacementProtocol.Unknown or PlacementProtocol.Refused:
                break; // likewise; the next tick reads again
            default:
                Unhandled(message);
                break;
        }
    }

    void IVoterOutput.Send(int voter, IVoterMessage message) => _links[voter].Send(message);

    void IVoterOutput.Follow(LocalRegister register, RoundStep step) => Follow(register, step);

    void IVoterOutput.Report(string line) => _log.Warning("{0}", line);

    void IVoterOutput.Damaged(string broker, string damage)
    {
        _log.Error("{0}: this voter has no say in its placement. {1}", broker, damage);
        Context.Parent.Tell(new PlacementProtocol.RegisterDamaged(broker, damage));
    }

    void IVoterOutput.Entitled(string? how)
    {
        if (how is not null)
        {
            _log.Info("{0}", how);
        }

        _table.Doubtful = _self.Doubtful;
        ReadWhatIsUnknown();
        ReadWhatIsDoubtful();
    }

    private void Take(IVoterSpeech speech)
    {
        try
        {
            Durably(() => _self.Take(speech));
        }
        catch (InvalidOperationException broken)
        {
            _log.Error(broken, "A voter broke the rules; nothing is answered");
        }
    }

    // What the disk refused was not done; whoever asked asks again, this actor too.
    private void Durably(Action change)
    {
        try
        {
            change();
        }
        catch (IOException failure)
        {
            if (_refusals.IsDue())
            {
                _isRefused = true;
                _log.Error("This voter can't vote, its disk refuses: {0} It is tried again until the disk takes it.", AsSentence(failure.Message));
            }
        }

        _table.Doubtful = _self.Doubtful;
        _table.MayVote = _self.MayVote;
        _table.VotedOut = _self.VotedOut is { } gone ? _settings.Voters[gone] : null;
    }

    private void VoteOut(string voter)
    {
        if (_settings.Voters.Count != 2 || _settings.IndexOf(voter) is not { } index || index == _voter)
        {
            Sender.Tell(new PlacementProtocol.VoteRefused($"{voter} is not the other one of two voters"));
            return;
        }

        if (!_self.MayVote)
        {
            Sender.Tell(new PlacementProtocol.VoteRefused($"{_settings.Node} does not vote itself yet: it waits for {_self.WaitsFor}. \"cluster form\" lets it vote"));
            return;
        }

        if (!_goesOnByWord && NotReadYet() is { } broker)
        {
            Sender.Tell(new PlacementProtocol.VoteRefused(
                $"{_settings.Node} has not read the placement of {broker} together with {voter} since it started, and {voter} may have confirmed messages meanwhile that only it has. "
                + $"To go on without them, start {_settings.Node} anew, and say \"cluster form\" and then \"cluster down {voter}\""));
            return;
        }

        Durably(() => _self.VoteOut(index));
        if (_self.VotedOut == index)
        {
            _log.Warning("{0} is gone by a person's word: {1} decides alone about every broker until {0} is back", voter, _settings.Node);
            ReadWhatIsUnknown();
            Sender.Tell(new PlacementProtocol.VotedOut(voter));
        }
        else
        {
            Sender.Tell(new PlacementProtocol.VoteRefused("the disk refuses it, as the log says"));
        }
    }

    /// <summary>A broker whose placement this node cannot know, since it has not read it since its start.</summary>
    private string? NotReadYet() => _settings.Brokers.Select(broker => broker.Name).Concat(_elsewhere).FirstOrDefault(broker => !_table.TryGet(broker, out _));

    /// <summary>What was announced while there was no link was lost.</summary>
    private void TellWhatIsAgreed(IVoterLink link)
    {
        foreach (var (broker, placement) in _table.Placements)
        {
            if (placement is not null)
            {
                link.Send(new PlacementAgreed(broker, placement));
            }
        }
    }

    private static string AsSentence(string message) => message.EndsWith('.') ? message : message + '.';

    private void Introduce()
    {
        Durably(() => _self.Due());
        if (!_self.MayVote && ++_introductions % IntervalsBetweenReports == 0)
        {
            _log.Warning("This voter does not vote yet, it waits for {0}. (A voter with an empty folder needs all others once, or a person's word.)", _self.WaitsFor);
        }
    }

    private void EnsureBrokers()
    {
        ReadWhatIsUnknown();
        ReadWhatIsDoubtful();
        foreach (var broker in _settings.Brokers)
        {
            Ensure(broker.Name);
        }
    }

    /// <summary>A master has resigned: its successor is started as soon as sharding has moved the broker.</summary>
    private void HurryIfUnled()
    {
        if (Unled().Any() && !Timers.IsTimerActive(HurryTimer))
        {
            Timers.StartSingleTimer(HurryTimer, new HurryDue(), HurryInterval);
        }
    }

    private void EnsureUnled()
    {
        foreach (var broker in Unled())
        {
            Ensure(broker);
        }
    }

    private IEnumerable<string> Unled() =>
        _settings.Brokers.Select(broker => broker.Name).Where(broker => _table.TryGet(broker, out var placement) && placement is { Master: null });

    private void ReadWhatIsUnknown()
    {
        foreach (var broker in _settings.Brokers)
        {
            ReadIfUnknown(broker.Name);
        }

        foreach (var broker in _elsewhere)
        {
            ReadIfUnknown(broker);
        }
    }

    private void Ensure(string broker)
    {
        // Without a placement, not even an empty one, the allocation can only fail; before this node has joined, the region knows nobody to ask and says so each time.
        if (!_isLeaving && HasJoined() && _table.TryGet(broker, out _))
        {
            _region.Tell(_ensureBroker(broker), ActorRefs.NoSender);
        }
    }

    // Asked of the cluster too, since the word of it was said once and this actor may have been restarted since.
    private bool HasJoined() => _hasJoined || (_hasJoined = _nodes.Present.Contains(_settings.Node));

    private void EnsureIfHeld(string broker)
    {
        if (_settings.Brokers.Any(held => held.Name == broker))
        {
            Ensure(broker);
        }
    }

    private void ReadIfUnknown(string broker)
    {
        // What others announce is not in this voter's own register, which a round brings up to date.
        if (_self.MayVote && !_known.Contains(broker) && !_self.RegisterOf(broker).IsBusy)
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

    private sealed record HurryDue : INoSerializationVerificationNeeded;

    private sealed record EnsureDue : INoSerializationVerificationNeeded;

    private sealed record IntroductionDue : INoSerializationVerificationNeeded;
}
