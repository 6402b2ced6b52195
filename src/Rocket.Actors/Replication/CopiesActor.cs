using Akka.Actor;
using Akka.Event;
using Rocket.Actors.Cluster;
using Rocket.Actors.Links;
using Rocket.Actors.Placement;
using Rocket.Actors.Replication.Wire;
using static Rocket.Actors.Replication.CopiesProtocol;

namespace Rocket.Actors.Replication;

/// <summary>
/// Looks after the copies of a broker for one reign of its master: keeps a session with each, has their logs aligned, and has the in-sync set changed. Child of the BrokerActor, stopped
/// with it. It compares logs, which reads files: give it a dispatcher that may block.
/// </summary>
/// <remarks>
/// <code>
///  no connection ──up──▶ Follow ──Ends──▶ align log by log ──all aligned──▶ attached ──all caught up──▶ counts ──all hold──▶ addition proposed
///       ▲                  │refused          │ LogEnded: again                                                                 │
///       └── after a pause ─┴── down, failed, removed, a log added again ◀──────────────────────────────────────────────────────┘
/// </code>
/// </remarks>
public sealed partial class CopiesActor : UntypedActor, IWithTimers
{
    /// <summary>Name below the BrokerActor.</summary>
    public const string Name = "copies";

    /// <summary>How often it is looked who is silent.</summary>
    private static readonly TimeSpan TickInterval = TimeSpan.FromMilliseconds(100);

    private readonly ILoggingAdapter _logger = Context.GetLogger();
    private readonly NodeContext _node;
    private readonly BrokerContext _context;
    private readonly BrokerSettings _settings;
    private readonly bool _flushes;
    private readonly InSyncState _inSync;
    private readonly IActorRef _broker = Context.Parent;
    private readonly Observer _observer;
    private readonly Dictionary<string, ICopiedLog> _logs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Copy> _copies;
    private long _lastTick;
    private readonly IReadOnlyCollection<string> _holders;
    private readonly HashSet<string> _missing = new(StringComparer.Ordinal);
    private readonly HashSet<string> _heldUp = new(StringComparer.Ordinal);
    private bool _areAllLogsAdded;
    private bool _isOver;

    /// <inheritdoc cref="Props"/>
    public CopiesActor(NodeContext node, BrokerContext broker, BrokerPlacement agreed, IReadOnlyCollection<string> holders)
    {
        (_node, _context, _settings, _holders) = (node, broker, broker.Settings, holders);
        _flushes = _settings.FlushDiskType == FlushDiskType.SyncFlush;
        _lastTick = Now;
        _inSync = new InSyncState(
            node.Settings.NodeName, _settings.Replicas, agreed, Stamps(_settings.IsrLagMax), _lastTick,
            node.Settings.IsPair ? Stamps(_settings.DegradeAfter) : null, broker.Directory.LeftOut);
        _shown = [.. _inSync.LeftOut];
        _copies = _settings.Replicas.Union(agreed.InSync, StringComparer.Ordinal).Where(replica => replica != node.Settings.NodeName)
            .ToDictionary(replica => replica, replica => new Copy(replica), StringComparer.Ordinal);
        _observer = new Observer(Self);
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    private long Now => _node.Time.GetTimestamp();

    /// <summary>How to start it.</summary>
    /// <param name="node">Connections, clock, and the way to the register.</param>
    /// <param name="broker">The broker.</param>
    /// <param name="agreed">The placement that made this node its master.</param>
    /// <param name="holders">Nodes that were in sync when this reign began, there or not: they hold whatever nobody could write to since.</param>
    public static Props Props(NodeContext node, BrokerContext broker, BrokerPlacement agreed, IReadOnlyCollection<string> holders) =>
        Akka.Actor.Props.Create(() => new CopiesActor(node, broker, agreed, holders));

    /// <inheritdoc/>
    protected override void PreStart()
    {
        _broker.Tell(new InSyncChanged(_inSync.Agreed));
        if (_copies.Count > 0)
        {
            _node.Links.Observe(_observer);
            Timers.StartPeriodicTimer(nameof(Tick), Tick.Instance, TickInterval);
        }
    }

    /// <inheritdoc/>
    protected override void PostStop()
    {
        _node.Links.StopObserving(_observer);
        EndAll();
    }

    /// <inheritdoc/>
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case AddLog add:
                Add(add);
                break;
            case LogMissing missing:
                _missing.Add(missing.Name);
                break;
            case AllLogsAdded:
                _areAllLogsAdded = true;
                foreach (var copy in _copies.Values)
                {
                    TellIfWhole(copy);
                }

                LookAtAll();
                break;
            case LinksProtocol.LinkUp up:
                Up(up.Connection);
                break;
            case LinksProtocol.LinkDown down:
                Down(down.Connection);
                break;
            case LinksProtocol.PeerGone gone:
                Gone(gone.Peer);
                break;
            case CopyEvents.Said said when Find(said.Session) is { } copy:
                Hear(copy, said.Message);
                break;
            case CopyEvents.AlignDue due when Find(due.Session) is { } copy:
                AlignSome(copy);
                break;
            case CopyEvents.CaughtUp caughtUp when Find(caughtUp.Session) is { } copy:
                copy.Alignments.Tally.CaughtUp(caughtUp.Log);
                LookAt(copy);
                break;
            case CopyEvents.HoldsVisible holds when Find(holds.Session) is { } copy:
                copy.Alignments.Tally.Holds(holds.Log);
                LookAt(copy);
                break;
            case CopyEvents.Lost lost when Find(lost.Session) is { } copy:
                Lose(copy, lost.Log);
                break;
            case CopyEvents.CannotRead unreadable when Find(unreadable.Session) is { } copy:
                Unreadable(copy, $"{copy.Alignments.NameOf(unreadable.Log)} cannot be read here from {unreadable.From} on: {unreadable.Reason}");
                break;
            case CopyEvents.Said or CopyEvents.AlignDue or CopyEvents.CaughtUp or CopyEvents.HoldsVisible or CopyEvents.Lost or CopyEvents.CannotRead:
                break; // the session has ended
            case Answered answered:
                Take(answered);
                break;
            case Tick:
                LookAround();
                break;
            case QueryCopies:
                Sender.Tell(new CopiesFound([.. _copies.Values.OrderBy(copy => copy.Node, StringComparer.Ordinal).Select(StandOf)]));
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Add(AddLog add)
    {
        if (_logs.Remove(add.Name, out var former))
        {
            // Opened anew, it may have lost what its copies were sent. What it has is compared with theirs from the beginning.
            foreach (var copy in _copies.Values)
            {
                End(copy, TimeSpan.Zero, former);
            }
        }

        _missing.Remove(add.Name);
        Sender.Tell(new LogAdded(add.Name, [.. _inSync.Counting]));
        _logs.Add(add.Name, add.Log);
        foreach (var copy in _copies.Values)
        {
            if (copy.Session is { } session)
            {
                session.Add(copy.Alignments.Add(add.Name), add.Log);
                AlignSome(copy);
            }
            else if (former is not null)
            {
                FollowIfDue(copy, Now);
            }
        }
    }

    private void LookAround()
    {
        var now = Now;
        if (now - _lastTick > Stamps(_settings.IsrLagMax) / 2)
        {
            // This process stood still: that nobody was heard is not the copies' fault.
            foreach (var copy in _copies.Keys)
            {
                _inSync.Heard(copy, now);
            }
        }

        _lastTick = now;
        foreach (var copy in _copies.Values)
        {
            LookWhetherItLeaves(copy);
            if (copy.Session is null)
            {
                FollowIfDue(copy, now);
            }
            else if (!copy.Alignments.IsTableComplete && now - copy.HeardAt > Stamps(copy.Patience))
            {
                copy.Patience = copy.Patience < LongestPatience ? 2 * copy.Patience : copy.Patience;
                End(copy, TimeSpan.Zero);
            }
        }

        if (_node.Settings.IsPair)
        {
            LookWhoIsLeftOut();
        }

        LookAtAll();
    }

    private void LookAtAll()
    {
        foreach (var copy in _copies.Values)
        {
            LookAt(copy);
        }

        Propose();
    }

    private void LookAt(Copy copy)
    {
        if (copy.Session is not { } session || _isOver)
        {
            return;
        }

        var now = Now;
        var tally = copy.Alignments.Tally;
        _inSync.Heard(copy.Node, session.HeardAt);
        var isComparable = _areAllLogsAdded && copy.Alignments.IsAttached && MayJoin(copy.Node);
        var isClose = isComparable && tally.HasCaughtUp;
        var holdsVisible = isComparable && tally.HoldsVisible;
        if (_inSync.Progressed(copy.Node, isClose, holdsVisible && CouldTakeOver(copy.Node), session.LacksNothing, now))
        {
            Count(copy.Node, counts: true);
        }
        else if (_inSync.IsStuckJoining(copy.Node, now))
        {
            _logger.Warning("Broker {0}: {1} has acknowledged nothing for {2}, so nothing waits for it any more", _settings.Name, copy.Node, _settings.IsrLagMax);
            End(copy, RefusedPause);
        }
        else if (holdsVisible)
        {
            EndDoubt(copy, session);
            Propose();
        }
    }

    private bool IsDoubtful(string node) => _node.Peers.CopyAt(node, _settings.Name).Doubt is not null;

    /// <summary>What it had lost with its machine it has again, and it counts.</summary>
    private void EndDoubt(Copy copy, CopySession session)
    {
        if (!copy.IsTrusted && _missing.Count == 0 && _inSync.Counts(copy.Node) && IsDoubtful(copy.Node))
        {
            copy.IsTrusted = session.TrySend(new HoldsAll(session.Id)) == LinkSend.Queued;
        }
    }

    /// <summary>What cannot be read here cannot be compared; who was in sync before has it all, since nobody could write to it.</summary>
    private bool MayJoin(string node)
    {
        var mayJoin = _missing.Count == 0 || (_holders.Contains(node) && !IsDoubtful(node));
        if (!mayJoin && _heldUp.Add(node))
        {
            _logger.Error("Broker {0}: {1} cannot come in sync as long as {2} cannot be read here", _settings.Name, node, string.Join(", ", _missing.Order(StringComparer.Ordinal)));
        }

        return mayJoin;
    }

    private void TellIfWhole(Copy copy)
    {
        if (_areAllLogsAdded && copy.IsAttached)
        {
            _broker.Tell(new CopyWhole(copy.Node));
        }
    }

    /// <summary>
    /// Where the voters decide who is gone, only members of the cluster count: while one that comes back is none yet, the loss of its master would leave the others without a quorum. So it is
    /// in sync once it is a member too.
    /// </summary>
    private bool CouldTakeOver(string node) =>
        _node.Settings.Failover == FailoverMode.Manual || _node.Nodes is not { } nodes || nodes.Present.Contains(node);

    /// <summary>Tells every log, before anything else is decided.</summary>
    private void Count(string node, bool counts)
    {
        foreach (var log in _logs.Values)
        {
            log.Count(node, counts);
        }
    }

    private void Depose(string reason)
    {
        _isOver = true;
        Timers.CancelAll();
        EndAll();
        _logger.Warning("Broker {0} is not led here in epoch {1} any more: {2}", _settings.Name, _inSync.Agreed.Epoch, reason);
        _broker.Tell(new Deposed(reason));
    }

    private static CopyStand StandOf(Copy copy) => copy.Session switch
    {
        { } session when copy.Alignments.IsAttached => new CopyStand(copy.Node, CopyStage.Following, session.Lag()),
        { } => new CopyStand(copy.Node, copy.Alignments.IsTableComplete ? CopyStage.Comparing : CopyStage.Away, null),
        null => new CopyStand(copy.Node, CopyStage.Away, null),
    };

    private Copy? Find(CopySession session) =>
        _copies.TryGetValue(session.Node, out var copy) && ReferenceEquals(copy.Session, session) ? copy : null;

    private long Stamps(TimeSpan time) => (long)(time.TotalSeconds * _node.Time.TimestampFrequency);

    /// <summary>It is time to look who is silent.</summary>
    internal sealed class Tick : INotInfluenceReceiveTimeout
    {
        public static readonly Tick Instance = new();
    }

    /// <summary>Brings what happens on the connections' threads into the mailbox.</summary>
    private sealed class Observer(IActorRef copies) : ILinkObserver
    {
        public void OnUp(ILinkConnection connection) => copies.Tell(new LinksProtocol.LinkUp(connection), ActorRefs.NoSender);

        public void OnDown(ILinkConnection connection) => copies.Tell(new LinksProtocol.LinkDown(connection), ActorRefs.NoSender);

        public void OnGone(string peer) => copies.Tell(new LinksProtocol.PeerGone(peer), ActorRefs.NoSender);
    }
}
