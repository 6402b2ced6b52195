using System.Buffers;
using Rocket.Actors.Links;

namespace Rocket.Benchmarks.Links;

/// <summary>Answers each frame with a small one, as a replica does.</summary>
internal sealed class Acknowledger : ILinkReceiver
{
    private const int AckBytes = 24;

    public ValueTask ReceiveAsync(ILinkConnection from, LinkKind kind, ReadOnlySequence<byte> payload)
    {
        Span<byte> ack = stackalloc byte[AckBytes];
        ack.Clear();
        from.Send(LinkFrame.Copy(LinkKind.ReplicationAck, ack));
        return ValueTask.CompletedTask;
    }
}

/// <summary>Counts what comes back.</summary>
internal sealed class AckCounter : ILinkReceiver
{
    private long _count;

    public long Count => Volatile.Read(ref _count);

    public ValueTask ReceiveAsync(ILinkConnection from, LinkKind kind, ReadOnlySequence<byte> payload)
    {
        Volatile.Write(ref _count, _count + 1);
        return ValueTask.CompletedTask;
    }
}

/// <summary>Waits until a connection has room.</summary>
internal sealed class Room : ILinkRoomListener, IDisposable
{
    private readonly SemaphoreSlim _room = new(0);

    public void OnRoom(ILinkConnection connection) => _room.Release();

    public Task WaitAsync() => _room.WaitAsync();

    public void Dispose() => _room.Dispose();
}
