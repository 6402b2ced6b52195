using Akka.Actor;
using Akka.Cluster;
using Akka.Event;
using Rocket.Actors.Placement;

namespace Rocket.Actors.Membership;

/// <summary><c>/user/node/membership</c>: passes what happens to the cluster's members on to those who watch, and takes those out that a later start of their node has replaced.</summary>
/// <param name="time">Says when it happened.</param>
public sealed class MembershipActor(TimeProvider time) : UntypedActor
{
    private readonly Akka.Cluster.Cluster _cluster = Akka.Cluster.Cluster.Get(Context.System);
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly HashSet<IMembershipListener> _listeners = [];

    /// <inheritdoc/>
    protected override void PreStart() => _cluster.Subscribe(
        Self,
        ClusterEvent.SubscriptionInitialStateMode.InitialStateAsEvents,
        typeof(ClusterEvent.IMemberEvent),
        typeof(ClusterEvent.IReachabilityEvent),
        typeof(ClusterEvent.LeaderChanged));

    /// <inheritdoc/>
    protected override void PostStop() => _cluster.Unsubscribe(Self);

    /// <inheritdoc/>
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case MembershipProtocol.Watch watch:
                Watch(watch.Listener);
                break;
            case MembershipProtocol.Unwatch unwatch:
                _listeners.Remove(unwatch.Listener);
                break;
            case ClusterEvent.MemberJoined joined:
                Tell(MembershipEventKinds.Joined, joined.Member);
                DownFormerStartsOf(joined.Member);
                break;
            case ClusterEvent.MemberWeaklyUp weaklyUp:
                Tell(MembershipEventKinds.WeaklyUp, weaklyUp.Member);
                break;
            case ClusterEvent.MemberUp up:
                Tell(MembershipEventKinds.Up, up.Member);
                break;
            case ClusterEvent.MemberLeft left:
                Tell(MembershipEventKinds.Leaving, left.Member);
                break;
            case ClusterEvent.MemberExited exited:
                Tell(MembershipEventKinds.Exiting, exited.Member);
                break;
            case ClusterEvent.MemberDowned downed:
                Tell(MembershipEventKinds.Downed, downed.Member);
                break;
            case ClusterEvent.MemberRemoved removed:
                Tell(MembershipEventKinds.Removed, removed.Member);
                break;
            case ClusterEvent.UnreachableMember unreachable:
                Tell(MembershipEventKinds.Unreachable, unreachable.Member);
                DownIfReplaced(unreachable.Member);
                break;
            case ClusterEvent.ReachableMember reachable:
                Tell(MembershipEventKinds.Reachable, reachable.Member);
                break;
            case ClusterEvent.LeaderChanged changed:
                TellLeader(changed.Leader);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    /// <summary>
    /// A node that was started anew at another address has left a member behind that nobody will ever reach. Akka takes it out only where the address is the same, and without it under manual failover
    /// the node would wait for ever. Links keep two living nodes of one name apart.
    /// </summary>
    private void DownFormerStartsOf(Member joined)
    {
        // The view lags behind the events, which bring the rest.
        foreach (var former in _cluster.State.Unreachable.Where(other => IsOtherStart(other, joined)))
        {
            Down(former);
        }
    }

    private void DownIfReplaced(Member unreachable)
    {
        if (_cluster.State.Members.Any(other => IsOtherStart(other, unreachable) && IsYounger(other, unreachable)))
        {
            Down(unreachable);
        }
    }

    private void Down(Member former)
    {
        _log.Info("{0} was started anew at another address, so its member at {1} is taken out of the cluster", ClusterNodes.NameOf(former), former.Address);
        _cluster.Down(former.Address);
    }

    /// <summary>A member that has not come up yet is younger than all that have.</summary>
    private static bool IsYounger(Member one, Member other) => one.Status is MemberStatus.Joining or MemberStatus.WeaklyUp || one.IsOlderThan(other) is false;

    private static bool IsOtherStart(Member one, Member other) =>
        ClusterNodes.NameOf(one) is { } name && name == ClusterNodes.NameOf(other) && !one.UniqueAddress.Equals(other.UniqueAddress);

    private void Watch(IMembershipListener listener)
    {
        _listeners.Add(listener);
        foreach (var member in MembershipView.Of(_cluster).Members)
        {
            listener.Happened(Event(KindOf(member.Status), member.Node, member.Address));
            if (!member.IsReachable)
            {
                listener.Happened(Event(MembershipEventKinds.Unreachable, member.Node, member.Address));
            }

            if (member.IsLeader)
            {
                listener.Happened(Event(MembershipEventKinds.Leader, member.Node, member.Address));
            }
        }
    }

    private void Tell(string kind, Member member) => Tell(Event(kind, ClusterNodes.NameOf(member), member.Address.ToString()));

    private void TellLeader(Address? leader)
    {
        var member = _cluster.State.Members.FirstOrDefault(member => member.Address.Equals(leader));
        Tell(Event(MembershipEventKinds.Leader, member is null ? null : ClusterNodes.NameOf(member), leader?.ToString()));
    }

    private void Tell(MembershipEvent happened)
    {
        foreach (var listener in _listeners)
        {
            listener.Happened(happened);
        }
    }

    private MembershipEvent Event(string kind, string? node, string? address) => new(time.GetUtcNow(), kind, node, address);

    private static string KindOf(string status) => status switch
    {
        nameof(MemberStatus.Joining) => MembershipEventKinds.Joined,
        nameof(MemberStatus.WeaklyUp) => MembershipEventKinds.WeaklyUp,
        nameof(MemberStatus.Up) => MembershipEventKinds.Up,
        nameof(MemberStatus.Leaving) => MembershipEventKinds.Leaving,
        nameof(MemberStatus.Exiting) => MembershipEventKinds.Exiting,
        nameof(MemberStatus.Down) => MembershipEventKinds.Downed,
        _ => MembershipEventKinds.Removed,
    };
}
