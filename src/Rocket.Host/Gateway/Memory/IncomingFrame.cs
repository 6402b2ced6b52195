using System.Buffers;
using Rocket.Protocol.Framing;

namespace Rocket.Host.Gateway.Memory;

/// <summary>
/// The frame of one connection that has begun and is not complete: the room that it has taken, and since when it is on its way. A large one is read
/// no further before there is room for all of it, so that however many begin at once, those that have room can be completed.
/// </summary>
internal sealed class IncomingFrame(ByteRoom room, TimeProvider time)
{
    private int _taken;
    private long _since;

    /// <summary>How long the frame has been on its way, not counting the wait for room; zero when none is.</summary>
    public TimeSpan Age => Volatile.Read(ref _since) is var since and not 0 ? time.GetElapsedTime(since) : TimeSpan.Zero;

    /// <summary>The frame, if there was one, is handled and its bytes are gone from the receive buffer.</summary>
    public void Completed()
    {
        Volatile.Write(ref _since, 0);
        if (_taken > 0)
        {
            room.Return(_taken);
            _taken = 0;
        }
    }

    /// <summary>
    /// Bytes that have to be had by <see cref="TakeRoomAsync"/> before more of the frame is read whose beginning this is; 0: none.
    /// </summary>
    public int RoomWanted(in ReadOnlySequence<byte> begun)
    {
        if (begun.IsEmpty || _taken > 0)
        {
            return 0;
        }

        if (_since == 0)
        {
            Begin();
        }

        var announced = FrameReader.AnnouncedBytes(begun);
        return announced > GatewayMemory.FreeBytes ? announced : 0;
    }

    /// <summary>Waits until there is room for the frame.</summary>
    /// <exception cref="OperationCanceledException">The connection is gone.</exception>
    public async ValueTask TakeRoomAsync(int bytes, CancellationToken gone)
    {
        if (!room.TryTake(bytes))
        {
            Volatile.Write(ref _since, 0);
            await room.TakeAsync(bytes, gone).ConfigureAwait(false);
            Begin();
        }

        _taken = bytes;
    }

    private void Begin() => Volatile.Write(ref _since, time.GetTimestamp());
}
