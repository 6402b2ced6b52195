using Akka.Actor;
using Akka.Cluster;
using Akka.Event;
using Rocket.Actors.Cluster;
using Rocket.Actors.Links;
using Rocket.Actors.Placement;

namespace Rocket.Actors.Forming;

/// <summary>
/// <c>/user/node/step-down</c>: takes this node out of its cluster when a cut link between two voters would otherwise cost both (<see cref="StepDownState"/>). The Host then begins the node
/// anew, and <see cref="FormationState"/> lets it join once it hears everybody. Only with automatic failover: without a resolver nobody would be taken out.
/// </summary>
public sealed class StepDownActor : UntypedActor, IWithTimers
{
    /// <summary>Name under /user/node.</summary>
    public const string Name = "step-down";

    /// <summary>
    /// Peers notice a death within some 400 ms of each other: a heartbeat of the links apart, and the sweep for silence. The resolver acts 1.5 s after Akka's failure detector misses
    /// somebody at the earliest, and by then the others have to know that this node is out.
    /// </summary>
    private static readonly TimeSpan SettleTime = TimeSpan.FromMilliseconds(700);

    private static readonly TimeSpan TickInterval = TimeSpan.FromMilliseconds(100);

    private readonly NodeContext _node;
    private readonly MemberHearing _hearing;
    private readonly StepDownState _state;
    private readonly Akka.Cluster.Cluster _cluster = Akka.Cluster.Cluster.Get(Context.System);
    private readonly ILoggingAdapter _log = Context.GetLogger();

    /// <inheritdoc cref="Props"/>
    public StepDownActor(NodeContext node, MemberHearing hearing)
    {
        ArgumentNullException.ThrowIfNull(node);
        (_node, _hearing) = (node, hearing);
        _state = new StepDownState(node.Settings.NodeName, node.Settings.Voters.Count, SettleTime);
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>How to start it.</summary>
    /// <param name="node">What the node's actors share.</param>
    /// <param name="hearing">What Akka's failure detector says.</param>
    public static Props Props(NodeContext node, MemberHearing hearing) => Akka.Actor.Props.Create(() => new StepDownActor(node, hearing));

    /// <inheritdoc/>
    protected override void PreStart() => Timers.StartPeriodicTimer(TickDue.Instance, TickDue.Instance, TickInterval);

    /// <inheritdoc/>
    protected override void OnReceive(object message)
    {
        if (message is not TickDue)
        {
            Unhandled(message);
            return;
        }

        var members = _cluster.State.Members.Where(member => member.Status is MemberStatus.Joining or MemberStatus.WeaklyUp or MemberStatus.Up).ToList();
        if (members.TrueForAll(member => !member.UniqueAddress.Equals(_cluster.SelfUniqueAddress)))
        {
            return;
        }

        var known = _node.Peers.Current;
        var others = members
            .Select(member => (member.Address, Peer: ClusterNodes.NameOf(member) is { } name ? known.Peers.GetValueOrDefault(name) : null))
            .Where(member => member.Peer is not null)
            .Select(member => HearingOf(member.Address, member.Peer!))
            .ToList();
        if (_state.Look(_node.Time.GetElapsedTime(0), known.Self?.IsAloneInSync == true, others) is { } reason)
        {
            StepDown(reason);
        }
    }

    private VoterHearing HearingOf(Address address, PeerView peer)
    {
        var isMissed = _hearing.IsMissed(address);
        return new VoterHearing(peer.Name, peer.IsHeard && !isMissed, isMissed, peer.Status?.Hears ?? [], peer.Status?.IsAloneInSync == true);
    }

    private void StepDown(string reason)
    {
        _log.Warning("This node steps down, so that the others can go on: {0}", reason);
        Timers.Cancel(TickDue.Instance);

        // Whoever takes over what is led here has to be in sync: nobody is taken out of a set by a master that goes.
        _node.IsSteppingDown = true;
        _cluster.Down(_cluster.SelfAddress);
    }

    private sealed class TickDue : INotInfluenceReceiveTimeout
    {
        public static readonly TickDue Instance = new();
    }
}
