using System.Buffers;
using System.Collections.Concurrent;
using Akka.Actor;
using Rocket.Actors.Links;
using Rocket.Actors.Placement;
using Rocket.Actors.Replication.Wire;

namespace Rocket.Actors.Replication;

/// <summary>
/// Takes a node's replication frames to where they belong: what masters say to the ReplicaActor of the broker, what copies say to the session of the master. Frames of a
/// session that is not, or no longer, known are dropped: they were under way when it ended. Any thread.
/// </summary>
public sealed class ReplicationRouter : ILinkReceiver, ILinkObserver
{
    private readonly ConcurrentDictionary<string, IActorRef> _replicas = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(ILinkConnection From, long Session), IActorRef> _followed = new();
    private readonly ConcurrentDictionary<long, (ILinkConnection Over, IMasterSession Session)> _masters = new();

    /// <summary>Receives what comes over these links.</summary>
    public void Open(LinkHub hub)
    {
        ArgumentNullException.ThrowIfNull(hub);
        hub.Register(LinkKind.ReplicationControl, this);
        hub.Register(LinkKind.RecordBatch, this);
        hub.Register(LinkKind.ReplicationAck, this);
        hub.Observe(this);
    }

    /// <summary>Receives nothing more.</summary>
    public void Close(LinkHub hub)
    {
        ArgumentNullException.ThrowIfNull(hub);
        hub.StopObserving(this);
        hub.Unregister(LinkKind.ReplicationControl, this);
        hub.Unregister(LinkKind.RecordBatch, this);
        hub.Unregister(LinkKind.ReplicationAck, this);
    }

    /// <summary>From now on a master hears what the copy says in a session. Before <see cref="Follow"/> is sent.</summary>
    /// <param name="session">The session's number.</param>
    /// <param name="over">Its connection; what comes with this number over another one is dropped.</param>
    /// <param name="master">The master's end.</param>
    public void Register(long session, ILinkConnection over, IMasterSession master) => _masters[session] = (over, master);

    /// <summary>The master has given a session up.</summary>
    public void Unregister(long session) => _masters.TryRemove(session, out _);

    /// <summary>Who follows the masters of a broker here.</summary>
    internal void Register(string broker, IActorRef replica) => _replicas[broker] = replica;

    internal void Unregister(string broker) => _replicas.TryRemove(broker, out _);

    /// <summary>The copy has given a session up, or a later one has taken its place.</summary>
    internal void Forget(ILinkConnection from, long session) => _followed.TryRemove((from, session), out _);

    /// <inheritdoc/>
    public ValueTask ReceiveAsync(ILinkConnection from, LinkKind kind, ReadOnlySequence<byte> payload)
    {
        ArgumentNullException.ThrowIfNull(from);
        switch (kind)
        {
            case LinkKind.RecordBatch:
                ReceiveRecords(from, payload);
                break;
            case LinkKind.ReplicationAck:
                ReceiveAck(from, payload.IsSingleSegment ? payload.FirstSpan : payload.ToArray());
                break;
            case LinkKind.ReplicationControl:
                Receive(from, ReplicationMessageCodec.Read(payload.IsSingleSegment ? payload.FirstSpan : payload.ToArray()));
                break;
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public void OnUp(ILinkConnection connection)
    {
        // A master begins a session when it wants to, not when there is a connection.
    }

    /// <inheritdoc/>
    public void OnDown(ILinkConnection connection)
    {
        foreach (var (key, replica) in _followed)
        {
            if (ReferenceEquals(key.From, connection) && _followed.TryRemove(key, out _))
            {
                replica.Tell(new ReplicaMessages.ConnectionLost(connection), ActorRefs.NoSender);
            }
        }
    }

    // The one copy between socket and file: the receive buffer is the connection's again when this returns.
    private void ReceiveRecords(ILinkConnection from, in ReadOnlySequence<byte> payload)
    {
        var memory = LinkFrame.Rent(LinkKind.RecordBatch, checked((int)payload.Length));
        try
        {
            payload.CopyTo(memory.Payload);
            var session = RecordFrame.Read(memory.Payload).Session;
            if (_followed.TryGetValue((from, session), out var replica))
            {
                replica.Tell(new ReplicaMessages.Records(from, session, memory), ActorRefs.NoSender);
                memory = null;
            }
        }
        finally
        {
            memory?.Release();
        }
    }

    private void ReceiveAck(ILinkConnection from, ReadOnlySpan<byte> payload)
    {
        if (_masters.TryGetValue(AckFrame.Read(payload).Session, out var master) && ReferenceEquals(master.Over, from))
        {
            master.Session.Acknowledged(payload);
        }
    }

    private void Receive(ILinkConnection from, ReplicationMessage message)
    {
        switch (message)
        {
            case Follow follow:
                Receive(from, follow);
                break;
            case Align or Marks or HoldsAll:
                if (_followed.TryGetValue((from, message.Session), out var replica))
                {
                    replica.Tell(new ReplicaMessages.Heard(from, message), ActorRefs.NoSender);
                }

                break;
            default:
                if (_masters.TryGetValue(message.Session, out var master) && ReferenceEquals(master.Over, from))
                {
                    master.Session.Receive(from, message);
                }

                break;
        }
    }

    private void Receive(ILinkConnection from, Follow follow)
    {
        if (_replicas.TryGetValue(follow.Broker, out var replica))
        {
            _followed[(from, follow.Session)] = replica;
            replica.Tell(new ReplicaMessages.Heard(from, follow), ActorRefs.NoSender);
        }
        else
        {
            var refused = new FollowRefused(follow.Session, Epoch.None, $"this node holds no copy of {HelloRules.Shown(follow.Broker)}, or has not started it yet");
            from.Send(ReplicationMessageCodec.Frame(refused));
        }
    }
}
