using Akka.Actor;
using Akka.Cluster;
using Rocket.Actors.Placement;

namespace Rocket.Actors.Membership;

/// <summary><c>/user/node/membership</c>: passes what happens to the cluster's members on to those who watch.</summary>
/// <param name="time">Says when it happened.</param>
public sealed class MembershipActor(TimeProvider time) : UntypedActor
{
    private readonly Akka.Cluster.Cluster _cluster = Akka.Cluster.Cluster.Get(Context.System);
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
