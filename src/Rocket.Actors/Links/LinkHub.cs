using System.Collections.Immutable;

namespace Rocket.Actors.Links;

/// <summary>
/// The connections to all peers: what the actors send over, and where receivers and observers register. The Host, which owns the sockets, adds
/// and removes connections. Every method may be called from any thread.
/// </summary>
public sealed class LinkHub
{
    private readonly Lock _gate = new();
    private readonly ILinkReceiver?[] _receivers = new ILinkReceiver?[byte.MaxValue + 1];
    private readonly List<ILinkObserver> _observers = [];
    private volatile ImmutableDictionary<string, PeerLinks> _peers = ImmutableDictionary.Create<string, PeerLinks>(StringComparer.Ordinal);

    /// <summary>The connection to a peer that this node's own frames go over: the dialed one, or else the peer's; null: there is none now.</summary>
    public ILinkConnection? Find(string peer) => _peers.GetValueOrDefault(peer)?.Best;

    /// <summary>Sends as <see cref="ILinkConnection.Send"/> does; takes the caller's reference in any case. False: dropped.</summary>
    public bool Send(string peer, LinkFrame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        if (Find(peer) is { } connection)
        {
            return connection.Send(frame);
        }

        frame.Release();
        return false;
    }

    /// <summary>Sends as <see cref="ILinkConnection.TrySend"/> does.</summary>
    public LinkSend TrySend(string peer, LinkFrame frame, ILinkRoomListener? room = null) =>
        Find(peer)?.TrySend(frame, room) ?? LinkSend.Closed;

    /// <summary>Makes a receiver the one of a kind; a kind has one at most, and frames of a kind without one are dropped.</summary>
    public void Register(LinkKind kind, ILinkReceiver receiver)
    {
        if (kind <= LinkKind.Ping)
        {
            throw new ArgumentOutOfRangeException(nameof(kind), kind, "The connection itself takes these.");
        }

        Volatile.Write(ref _receivers[(byte)kind], receiver);
    }

    /// <summary>Ends a registration; nothing happens when another receiver has taken its place.</summary>
    public void Unregister(LinkKind kind, ILinkReceiver receiver) =>
        Interlocked.CompareExchange(ref _receivers[(byte)kind], null, receiver);

    /// <summary>Tells an observer of every connection from now on, those that are up already first.</summary>
    public void Observe(ILinkObserver observer)
    {
        lock (_gate)
        {
            _observers.Add(observer);
            foreach (var connection in _peers.Values.SelectMany(peer => peer.All))
            {
                observer.OnUp(connection);
            }
        }
    }

    /// <summary>Tells an observer no more.</summary>
    public void StopObserving(ILinkObserver observer)
    {
        lock (_gate)
        {
            _observers.Remove(observer);
        }
    }

    /// <summary>For the Host: who takes a kind.</summary>
    public ILinkReceiver? ReceiverOf(LinkKind kind) => (int)kind is > 0 and <= byte.MaxValue ? Volatile.Read(ref _receivers[(int)kind]) : null;

    /// <summary>
    /// For the Host: takes a connection in after its handshake and tells the observers, before any of its frames is dispatched. A connection of
    /// another start of the same peer has to end first, with all its frames dispatched: so no frame of an earlier start comes after one of a
    /// later. An older connection of the same start and direction is ended, the peer has given it up.
    /// </summary>
    /// <returns>Null: taken. Otherwise why not, for both sides.</returns>
    public string? TryAdd(ILinkConnection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        var peer = connection.Peer;
        lock (_gate)
        {
            var known = _peers.GetValueOrDefault(peer.Name) ?? PeerLinks.None;
            foreach (var other in known.All)
            {
                if (!other.Peer.IsSameStartAs(peer))
                {
                    return $"a node {peer.Name} is linked already, from {other.Peer.EndPoint} (its start {other.Peer.StartCounter}); "
                        + $"another one at {peer.EndPoint} (its start {peer.StartCounter}) waits until that link has ended, or needs a name of its own";
                }
            }

            known.Of(connection.Direction)?.Abort("a newer connection takes its place");
            _peers = _peers.SetItem(peer.Name, known.With(connection));
            foreach (var observer in _observers)
            {
                observer.OnUp(connection);
            }

            return null;
        }
    }

    /// <summary>For the Host: a connection that was taken in has ended, and all its frames have been dispatched.</summary>
    public void Remove(ILinkConnection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        lock (_gate)
        {
            if (_peers.GetValueOrDefault(connection.Peer.Name) is not { } known)
            {
                return;
            }

            var left = known.Without(connection);
            _peers = left.All.Any() ? _peers.SetItem(connection.Peer.Name, left) : _peers.Remove(connection.Peer.Name);
            foreach (var observer in _observers)
            {
                observer.OnDown(connection);
            }
        }
    }

    /// <summary>For the Host: a peer's machine answers that nobody listens there. Observers are told, unless the peer is linked all the same.</summary>
    public void Refused(string peer)
    {
        lock (_gate)
        {
            if (!_peers.ContainsKey(peer))
            {
                foreach (var observer in _observers)
                {
                    observer.OnGone(peer);
                }
            }
        }
    }

    /// <summary>The connections of one peer; those that were replaced stay until they have ended.</summary>
    private sealed record PeerLinks(ILinkConnection? Dialed, ILinkConnection? Accepted, ImmutableList<ILinkConnection> Ending)
    {
        public static readonly PeerLinks None = new(null, null, []);

        public ILinkConnection? Best => Dialed ?? Accepted;

        public IEnumerable<ILinkConnection> All => new[] { Dialed, Accepted }.OfType<ILinkConnection>().Concat(Ending);

        public ILinkConnection? Of(LinkDirection direction) => direction == LinkDirection.Dialed ? Dialed : Accepted;

        public PeerLinks With(ILinkConnection connection)
        {
            var ending = Of(connection.Direction) is { } replaced ? Ending.Add(replaced) : Ending;
            return connection.Direction == LinkDirection.Dialed
                ? this with { Dialed = connection, Ending = ending }
                : this with { Accepted = connection, Ending = ending };
        }

        public PeerLinks Without(ILinkConnection connection) => new(
            ReferenceEquals(Dialed, connection) ? null : Dialed,
            ReferenceEquals(Accepted, connection) ? null : Accepted,
            Ending.RemoveAll(other => ReferenceEquals(other, connection)));
    }
}
