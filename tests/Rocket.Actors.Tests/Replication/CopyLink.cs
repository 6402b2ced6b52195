using System.Buffers;
using Rocket.Actors.Links;
using Rocket.Actors.Replication;
using Rocket.Actors.Replication.Wire;
using Rocket.Actors.Storage;
using Xunit;

namespace Rocket.Actors.Tests.Replication;

/// <summary>The connection to a copy, and the copy's side of it as the test plays it.</summary>
internal sealed class CopyLink(string peer, ReplicationRouter router, long incarnation = 1, LinkDirection direction = LinkDirection.Dialed) : ILinkConnection
{
    private readonly Queue<object> _sent = new();
    private ILinkRoomListener? _waiting;
    private long _taken;

    public LinkPeer Peer { get; } = new(peer, 1, incarnation, "1.0", "127.0.0.1:1");

    public LinkDirection Direction => direction;

    public volatile string? AbortReason;

    public volatile bool IsFull;

    /// <summary>Frames are taken, and forgotten.</summary>
    public bool Swallows { get; set; }

    public bool IsOpen => AbortReason is null;

    /// <summary>How the first session was opened.</summary>
    public Follow? Follow { get; set; }

    /// <summary>The session that was opened last.</summary>
    public long Session { get; private set; }

    public bool Send(LinkFrame frame) => TrySend(frame) == LinkSend.Queued;

    public LinkSend TrySend(LinkFrame frame, ILinkRoomListener? room = null)
    {
        if (!IsOpen)
        {
            return LinkSend.Closed;
        }

        if (IsFull)
        {
            _waiting = room ?? _waiting;
            return LinkSend.Full;
        }

        if (Swallows)
        {
            frame.Release();
            return LinkSend.Queued;
        }

        var payload = frame.Bytes[LinkFrameLayout.HeadBytes..].ToArray();
        lock (_sent)
        {
            _sent.Enqueue(frame.Kind == LinkKind.RecordBatch ? ReadRecords(payload) : ReplicationMessageCodec.Read(payload));
            Monitor.PulseAll(_sent);
        }

        frame.Release();
        return LinkSend.Queued;
    }

    public void Abort(string reason) => AbortReason ??= reason;

    /// <summary>Half of what waited was sent.</summary>
    public void Drain()
    {
        IsFull = false;
        Interlocked.Exchange(ref _waiting, null)?.OnRoom(this);
    }

    /// <summary>The next thing of this kind that was sent; what came before it is skipped.</summary>
    public T Next<T>()
    {
        while (Take() is { } sent)
        {
            if (sent is T wanted)
            {
                Session = sent is Follow follow ? follow.Session : Session;
                _taken = sent is Follow ? 0 : _taken;
                return wanted;
            }
        }

        Assert.Fail($"no {typeof(T).Name} was sent");
        throw new InvalidOperationException();
    }

    /// <summary>How many of this kind were sent and not looked at.</summary>
    public int Count<T>()
    {
        lock (_sent)
        {
            return _sent.Count(sent => sent is T);
        }
    }

    /// <summary>The copy says something.</summary>
    public void Say(ReplicationMessage message) => Receive(LinkKind.ReplicationControl, ReplicationMessageCodec.Frame(message));

    /// <summary>The copy tells how its logs end.</summary>
    public void Ends(params NamedEnd[] logs) => Say(new Ends(Session, IsLast: true, logs));

    /// <summary>The copy acknowledges records that it was sent, and what it took of them.</summary>
    public void Acknowledge(SentRecords records) => Acknowledge(records.Log, records.End, records.End, records.Bytes);

    public void Acknowledge(int log, LogPoint appended, LogPoint flushed, long bytes = 0)
    {
        _taken += bytes;
        Receive(LinkKind.ReplicationAck, AckFrame.Rent(Session, _taken, [new LogAck(log, appended, flushed)]));
    }

    private object? Take()
    {
        lock (_sent)
        {
            object? sent;
            while (!_sent.TryDequeue(out sent) && Monitor.Wait(_sent, TimeSpan.FromSeconds(20)))
            {
                // woken by the next one
            }

            return sent;
        }
    }

    private void Receive(LinkKind kind, LinkFrame frame)
    {
        var payload = frame.Bytes[LinkFrameLayout.HeadBytes..].ToArray();
        frame.Release();
        router.ReceiveAsync(this, kind, new ReadOnlySequence<byte>(payload)).AsTask().GetAwaiter().GetResult();
    }

    private static SentRecords ReadRecords(byte[] payload)
    {
        var view = RecordFrame.Read(payload);
        return new SentRecords(view.Session, view.Log, view.Run.First, view.Run.End, payload.Length);
    }
}

/// <summary>A frame of records that was sent.</summary>
internal sealed record SentRecords(long Session, int Log, LogPoint First, LogPoint End, int Bytes);
