using System.Collections.Immutable;
using Akka.Actor;
using Akka.Cluster;
using Akka.Event;
using Rocket.Actors.Links;
using Rocket.Actors.Placement;
using Rocket.Actors.Storage;
using static Rocket.Actors.Forming.FormationProtocol;

namespace Rocket.Actors.Forming;

/// <summary>
/// <c>/user/node/formation</c>: joins the cluster that other voters are in, or forms it. It writes and flushes a small file on its own thread: give it a
/// dispatcher that may block.
/// </summary>
public sealed class FormationActor : UntypedActor, IWithTimers
{
    /// <summary>Name under /user/node.</summary>
    public const string Name = "formation";

    private static readonly TimeSpan TickInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan ReportInterval = TimeSpan.FromSeconds(10);

    /// <summary>A node that takes itself out of its cluster waits so long for those whom it hears to know.</summary>
    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(5);

    /// <summary>Starts that were taken out of the cluster which are told to others; one that was taken out before those has begun anew since.</summary>
    private const int MostRemoved = 64;

    private readonly FormationStore _store;
    private readonly LinkHub _hub;
    private readonly TimeProvider _time;
    private readonly IActorRef _placements;
    private readonly FormationState _state;
    private readonly bool _isAlone;
    private readonly Akka.Cluster.Cluster _cluster = Akka.Cluster.Cluster.Get(Context.System);
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly HashSet<IActorRef> _watchers = [];
    private readonly LineSpacing _refusals;
    private FormationRecord _stored;
    private ClusterStand? _stand;
    private readonly Dictionary<UniqueAddress, string> _members = [];
    private ImmutableArray<int> _removed = [];
    private bool _isAbandoned;

    /// <inheritdoc cref="Props"/>
    public FormationActor(
        string node, long incarnation, IReadOnlyList<string> voters, FormationStore store, LinkHub hub, IActorRef placements, TimeProvider time)
    {
        (_store, _hub, _placements, _time) = (store, hub, placements, time);
        _refusals = new LineSpacing(time);
        _stored = store.Read();
        _isAlone = voters.Count == 1;
        _state = new FormationState(node, incarnation, voters, _stored, new FormationTimes(), new Random(HashCode.Combine(incarnation)));
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    private ClusterChanged Changed => new(_stand, [.. _members.Values.Distinct().Order(StringComparer.Ordinal)], _removed);

    private TimeSpan Now => _time.GetElapsedTime(0);

    /// <summary>How to start it.</summary>
    /// <param name="node">Name of this node.</param>
    /// <param name="incarnation">This start of it, as its links say.</param>
    /// <param name="voters">Names of all voters, in the same order on all nodes.</param>
    /// <param name="store">What it keeps.</param>
    /// <param name="hub">The links.</param>
    /// <param name="placements">The placement actor, for a person's word.</param>
    /// <param name="time">The clock.</param>
    public static Props Props(
        string node, long incarnation, IReadOnlyList<string> voters, FormationStore store, LinkHub hub, IActorRef placements, TimeProvider time) =>
        Akka.Actor.Props.Create(() => new FormationActor(node, incarnation, voters, store, hub, placements, time));

    /// <inheritdoc/>
    protected override void PreStart()
    {
        _cluster.Subscribe(Self, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsEvents, typeof(ClusterEvent.IMemberEvent));
        Tick();
        if (!_isAlone)
        {
            Timers.StartPeriodicTimer(TickDue.Instance, TickDue.Instance, TickInterval);
            Timers.StartPeriodicTimer(ReportDue.Instance, ReportDue.Instance, ReportInterval);
        }
    }

    /// <inheritdoc/>
    protected override void PostStop() => _cluster.Unsubscribe(Self);

    /// <summary>Which cluster the node was in or was joining is forgotten, and nobody else knows: the node begins anew.</summary>
    protected override void PostRestart(Exception reason)
    {
        if (_isAlone)
        {
            base.PostRestart(reason);
        }
        else
        {
            BeginAnew($"its part that forms the cluster has failed ({reason.Message})");
        }
    }

    /// <inheritdoc/>
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case TickDue:
                Tick();
                break;
            case PeerHeard heard:
                _state.Hear(heard.Peer, heard.Stand);
                Tick();
                break;
            case PeerLost lost:
                _state.Lose(lost.Peer);
                Tick();
                break;
            case VoterSays says:
                Do(_state.On(says.Peer, says.Incarnation, says.Message, Now));
                break;
            case ClusterEvent.IMemberEvent member when member.Member.UniqueAddress.Equals(_cluster.SelfUniqueAddress):
                OnOwnStatus(member.Member.Status);
                break;
            case ClusterEvent.MemberRemoved { PreviousStatus: MemberStatus.Down } removed:
                Forget(removed.Member);
                Remember(removed.Member.UniqueAddress.Uid);
                break;
            case ClusterEvent.MemberRemoved removed:
                Forget(removed.Member);
                break;
            case ClusterEvent.IMemberEvent member:
                Know(member.Member);
                break;
            case ReportDue:
                if (!_state.IsMember)
                {
                    _log.Warning("This node is in no cluster yet, it waits for {0}", _state.WaitsFor);
                }

                break;
            case EndDue:
                EndSystem();
                break;
            case Watch:
                _watchers.Add(Sender);
                Sender.Tell(Changed);
                break;
            case FormNow:
                FormByAPersonsWord();
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Tick() => Do(_state.Tick(Now));

    private void Do(IReadOnlyList<FormationStep> steps)
    {
        if (_isAbandoned)
        {
            return;
        }

        if (!IsKept())
        {
            // What was to be done is not done later: by then it may not be right any more. The others ask again; this node's own step has no other end.
            if (steps.Any(step => step is FormationStep.Join or FormationStep.Found))
            {
                BeginAnew("its disk refuses what it has to keep before it joins or forms a cluster");
            }

            return;
        }

        foreach (var step in steps)
        {
            switch (step)
            {
                case FormationStep.Send send:
                    _hub.Send(send.To, LinkFrame.Copy(LinkKind.Formation, FormationCodec.ToBytes(send.Message)));
                    break;
                case FormationStep.Join join:
                    _log.Info("Joining the cluster (number {0}) of {1}", join.Number, join.Address);
                    _cluster.Join(Address.Parse(join.Address));
                    break;
                case FormationStep.Found found:
                    if (!_isAlone)
                    {
                        _log.Info("Forming the cluster (number {0})", found.Number);
                    }

                    _cluster.Join(_cluster.SelfAddress);
                    break;
                case FormationStep.Abandon abandon:
                    BeginAnew(abandon.Reason);
                    break;
            }
        }
    }

    private void BeginAnew(string reason)
    {
        _log.Warning("Leaving and beginning anew: {0}", reason);
        _isAbandoned = true;
        if (_stand is null)
        {
            EndSystem();
            return;
        }

        // Leaving in order would wait for members that are not heard, or want to hear nothing of this one any more. Once it is out, the Host ends the system.
        _cluster.Down(_cluster.SelfAddress);
        Timers.StartSingleTimer(EndDue.Instance, EndDue.Instance, EndPatience);
    }

    private static void EndSystem() => CoordinatedShutdown.Get(Context.System).Run(new BeginsAnew());

    // A lone voter gives its word to nobody.
    private bool IsKept()
    {
        if (_isAlone || _state.Record == _stored)
        {
            return true;
        }

        try
        {
            _store.Write(_state.Record);
            _stored = _state.Record;
            return true;
        }
        catch (IOException failure)
        {
            if (_refusals.IsDue())
            {
                _log.Error("This node can't take part in forming a cluster, its disk refuses: {0}", failure.Message);
            }

            return false;
        }
    }

    private void OnOwnStatus(MemberStatus status)
    {
        if (status is MemberStatus.Joining or MemberStatus.WeaklyUp or MemberStatus.Up)
        {
            Do(_state.Joined());
            if (_isAbandoned)
            {
                return;
            }

            Publish(new ClusterStand(_state.Number, _cluster.SelfAddress.ToString()));
        }
        else
        {
            Publish(null);
        }
    }

    private void Publish(ClusterStand? stand)
    {
        if (stand == _stand)
        {
            return;
        }

        _stand = stand;
        TellWatchers();
    }

    // Whoever is taken out while it is not heard is not told by Akka.NET, but by this node, once it is heard again.
    private void Remember(int removed)
    {
        _removed = [.. _removed.Append(removed).TakeLast(MostRemoved)];
        TellWatchers();
    }

    private void Know(Member member)
    {
        if (ClusterNodes.NameOf(member) is { } name && _members.TryAdd(member.UniqueAddress, name))
        {
            TellWatchers();
        }
    }

    private void Forget(Member member)
    {
        if (_members.Remove(member.UniqueAddress))
        {
            TellWatchers();
        }
    }

    private void TellWatchers()
    {
        foreach (var watcher in _watchers)
        {
            watcher.Tell(Changed);
        }
    }

    private void FormByAPersonsWord()
    {
        _placements.Tell(PlacementProtocol.VoteNow.Instance);
        var steps = _state.FormNow();
        if (steps.Count == 0)
        {
            Sender.Tell(new FormAnswer(false, _state.IsMember ? "is in a cluster already; its voter votes" : "joins a cluster already; its voter votes"));
            return;
        }

        _log.Warning("A cluster is formed by a person's word");
        Do(steps);
        Sender.Tell(_isAbandoned
            ? new FormAnswer(false, "has formed no cluster: its disk refuses; it begins anew")
            : new FormAnswer(true, "has formed a cluster; its voter votes"));
    }

    /// <summary>Why the actor system ends without being asked to: the Host starts it again.</summary>
    private sealed class BeginsAnew : CoordinatedShutdown.Reason
    {
        public override int ExitCode => 0;
    }

    private sealed class TickDue : INotInfluenceReceiveTimeout
    {
        public static readonly TickDue Instance = new();
    }

    private sealed class EndDue : INotInfluenceReceiveTimeout
    {
        public static readonly EndDue Instance = new();
    }

    private sealed class ReportDue : INotInfluenceReceiveTimeout
    {
        public static readonly ReportDue Instance = new();
    }
}

/// <summary>Takes what voters say about forming a cluster to the actor.</summary>
public sealed class FormationReceiver(IActorRef formation) : ILinkReceiver
{
    /// <inheritdoc/>
    public ValueTask ReceiveAsync(ILinkConnection from, LinkKind kind, System.Buffers.ReadOnlySequence<byte> payload)
    {
        ArgumentNullException.ThrowIfNull(from);
        var message = FormationCodec.Read(System.Buffers.BuffersExtensions.ToArray(payload));
        formation.Tell(new VoterSays(from.Peer.Name, from.Peer.Incarnation, message), ActorRefs.NoSender);
        return ValueTask.CompletedTask;
    }
}
