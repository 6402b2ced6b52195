using System.Buffers;
using System.Collections.Immutable;
using Akka.Actor;
using Rocket.Actors.Forming;
using Rocket.Actors.Placement;
using static Rocket.Actors.Links.LinksProtocol;

namespace Rocket.Actors.Links;

/// <summary>
/// <c>/user/node/links</c>: tells the peers how this node stands, and keeps the node's <see cref="PeerTable"/> from what they tell. The connections
/// themselves are the Host's; they are in the <see cref="LinkHub"/>.
/// </summary>
public sealed class LinksActor : UntypedActor, IWithTimers
{
    /// <summary>Name under /user/node.</summary>
    public const string Name = "links";

    /// <summary>For what changes without a message to this actor: whether the voter votes, whether copies are doubtful, and whom Akka's failure detector misses.</summary>
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(200);

    private readonly LinkHub _hub;
    private readonly PeerTable _table;
    private readonly PlacementTable _placements;
    private readonly IActorRef _placementActor;
    private readonly IActorRef _formation;
    private readonly Func<string, bool> _isMissed;
    private readonly Observer _observer;
    private readonly Dictionary<string, List<ILinkConnection>> _connections = new(StringComparer.Ordinal);
    private readonly ArrayBufferWriter<byte> _bytes = new(512);
    private readonly Func<string, CopyDoubt?> _doubtOf;
    private NodeStatus _own;

    /// <inheritdoc cref="Props"/>
    public LinksActor(
        NodeStatus own,
        IReadOnlyDictionary<string, string> voters,
        LinkHub hub,
        PeerTable table,
        PlacementTable placements,
        IActorRef placementActor,
        IActorRef formation,
        Func<string, bool> isMissed,
        Func<string, CopyDoubt?>? doubtOf)
    {
        _doubtOf = doubtOf ?? (static _ => null);
        (_own, _hub, _table, _placements, _placementActor, _formation, _isMissed) = (own, hub, table, placements, placementActor, formation, isMissed);
        _observer = new Observer(Self);
        var peers = voters.Where(voter => voter.Key != own.Node).Select(voter => new PeerView(voter.Key, voter.Value, null, null, null));
        _table.Current = new PeerSnapshot(own, peers.ToImmutableSortedDictionary(peer => peer.Name, peer => peer, StringComparer.Ordinal));
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>How to start it.</summary>
    /// <param name="own">What this node says of itself at the start.</param>
    /// <param name="voters">All nodes with the addresses of their links.</param>
    /// <param name="hub">The connections.</param>
    /// <param name="table">Where it publishes; it is the only writer.</param>
    /// <param name="placements">Says whether this node's voter votes.</param>
    /// <param name="placementActor">Is told of links and of others' brokers.</param>
    /// <param name="formation">Is told how the peers stand.</param>
    /// <param name="isMissed">Whether Akka's failure detector misses the member at an address: then this node does not say that it hears it.</param>
    /// <param name="doubtOf">What the node's copy of a broker may have lost; null: none has lost anything.</param>
    public static Props Props(
        NodeStatus own,
        IReadOnlyDictionary<string, string> voters,
        LinkHub hub,
        PeerTable table,
        PlacementTable placements,
        IActorRef placementActor,
        IActorRef formation,
        Func<string, bool> isMissed,
        Func<string, CopyDoubt?>? doubtOf = null) =>
        Akka.Actor.Props.Create(() => new LinksActor(own, voters, hub, table, placements, placementActor, formation, isMissed, doubtOf));

    /// <inheritdoc/>
    protected override void PreStart()
    {
        _formation.Tell(FormationProtocol.Watch.Instance);
        _hub.Register(LinkKind.NodeStatus, _observer);
        _hub.Observe(_observer);
        Timers.StartPeriodicTimer(LookDue.Instance, LookDue.Instance, LookInterval);
    }

    /// <inheritdoc/>
    protected override void PostStop()
    {
        _hub.StopObserving(_observer);
        _hub.Unregister(LinkKind.NodeStatus, _observer);
    }

    /// <inheritdoc/>
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case LinkUp up:
                Add(up.Connection);
                break;
            case LinkDown down:
                Remove(down.Connection);
                break;
            case StatusReceived received:
                Receive(received.Status);
                break;
            case FormationProtocol.ClusterChanged changed:
                Say(_own with { ClusterNumber = changed.Stand?.Number ?? Ballot.None, Members = changed.Members, Removed = changed.Removed });
                break;
            case Leave:
                Say(_own with { IsLeaving = true });
                break;
            case LookDue:
                Say(_own);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Add(ILinkConnection connection)
    {
        var peer = connection.Peer.Name;
        if (!_connections.TryGetValue(peer, out var connections))
        {
            _connections.Add(peer, connections = []);
        }

        connections.Add(connection);
        UpdateLinks(peer);
        Say(_own);
        SendTo(peer);
        _placementActor.Tell(new PlacementProtocol.VoterLinked(peer));
    }

    private void Remove(ILinkConnection connection)
    {
        var peer = connection.Peer.Name;
        _connections[peer].Remove(connection);
        UpdateLinks(peer);
        if (_connections[peer].Count == 0)
        {
            _formation.Tell(new FormationProtocol.PeerLost(peer));
        }

        Say(_own);
    }

    private void Receive(NodeStatus status)
    {
        if (!_table.Current.Peers.TryGetValue(status.Node, out var known)
            || (known.Status is { } before && before.Incarnation == status.Incarnation && before.Version > status.Version))
        {
            return;
        }

        Update(known with { Status = status });
        Say(_own);
        _formation.Tell(new FormationProtocol.PeerHeard(status.Node, StandOf(status)));
        _placementActor.Tell(new PlacementProtocol.BrokersElsewhere([.. status.Brokers.Select(broker => broker.Name)]));
    }

    private PeerStand StandOf(NodeStatus status)
    {
        var cluster = status.IsInCluster ? new ClusterStand(status.ClusterNumber, status.AkkaAddress) : null;
        return new PeerStand(status.Incarnation, cluster, status.Hears, [.. status.Hears.Intersect(status.Members)], status.Removed.Contains(_own.AkkaUid));
    }

    private void UpdateLinks(string peer)
    {
        if (_table.Current.Peers.TryGetValue(peer, out var known))
        {
            Update(known with { Dialed = Latest(LinkDirection.Dialed), Accepted = Latest(LinkDirection.Accepted) });
        }

        LinkPeer? Latest(LinkDirection direction) => _connections[peer].LastOrDefault(connection => connection.Direction == direction)?.Peer;
    }

    private void Update(PeerView view) => _table.Current = _table.Current with { Peers = _table.Current.Peers.SetItem(view.Name, view) };

    // What has changed since the last status is told to all.
    private void Say(NodeStatus status)
    {
        var heard = _table.Current.Peers.Values.Where(peer => peer.IsHeard && !_isMissed(peer.Status!.AkkaAddress)).Select(peer => peer.Name);
        var isAlone = _placements.Placements.Values.Any(placement => placement?.InSync is { Count: 1 } inSync && inSync[0] == _own.Node);
        var brokers = status.Brokers.Select(broker => broker with { Doubt = _doubtOf(broker.Name) });
        var now = status with { Hears = [.. heard], Votes = _placements.MayVote, IsAloneInSync = isAlone, Brokers = [.. brokers] };
        if (now.SaysTheSameAs(_own) && _table.Current.Self is { Version: > 0 })
        {
            return;
        }

        _own = now with { Version = _own.Version + 1 };
        _table.Current = _table.Current with { Self = _own };
        var frame = Frame();
        foreach (var peer in _connections.Where(peer => peer.Value.Count > 0))
        {
            _hub.Send(peer.Key, frame.Share());
        }

        frame.Release();
    }

    private void SendTo(string peer) => _hub.Send(peer, Frame());

    private LinkFrame Frame()
    {
        _bytes.ResetWrittenCount();
        NodeStatusCodec.Write(_bytes, _own);
        return LinkFrame.Copy(LinkKind.NodeStatus, _bytes.WrittenSpan);
    }

    private sealed class LookDue : INotInfluenceReceiveTimeout
    {
        public static readonly LookDue Instance = new();
    }

    /// <summary>Brings what happens on the connections' threads into the mailbox.</summary>
    private sealed class Observer(IActorRef links) : ILinkObserver, ILinkReceiver
    {
        public void OnUp(ILinkConnection connection) => links.Tell(new LinkUp(connection), ActorRefs.NoSender);

        public void OnDown(ILinkConnection connection) => links.Tell(new LinkDown(connection), ActorRefs.NoSender);

        public ValueTask ReceiveAsync(ILinkConnection from, LinkKind kind, ReadOnlySequence<byte> payload)
        {
            var status = NodeStatusCodec.Read(payload.ToArray());
            if (status.Node != from.Peer.Name || status.Incarnation != from.Peer.Incarnation)
            {
                throw new LinkViolationException($"{from.Peer.Name} tells the status of another node or start, {HelloRules.Shown(status.Node)}");
            }

            links.Tell(new StatusReceived(status), ActorRefs.NoSender);
            return ValueTask.CompletedTask;
        }
    }
}
