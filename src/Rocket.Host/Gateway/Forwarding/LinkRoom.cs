using Rocket.Actors.Links;
using Rocket.Host.Gateway.Memory;

namespace Rocket.Host.Gateway.Forwarding;

/// <summary>Sends bulk frames over a link, waiting where its queue is full.</summary>
internal static class LinkRoom
{
    /// <summary>Takes the caller's reference in any case. False: the link has ended, or <paramref name="end"/> came first.</summary>
    public static async ValueTask<bool> SendAsync(ILinkConnection link, LinkFrame frame, CancellationToken end)
    {
        var sent = await SendWhenRoomAsync(link, frame, end).ConfigureAwait(false);
        return ReleaseUnlessQueued(frame, sent) == LinkSend.Queued;
    }

    /// <summary>The same where no more than so much may wait. <see cref="LinkSend.Full"/>: it would be too much, or <paramref name="end"/> came first.</summary>
    /// <param name="link">The link.</param>
    /// <param name="frame">The frame.</param>
    /// <param name="waiting">Room for the frames that wait; frames that the link takes at once need none.</param>
    /// <param name="end">The end of the wait.</param>
    public static async ValueTask<LinkSend> SendAsync(ILinkConnection link, LinkFrame frame, ByteRoom waiting, CancellationToken end)
    {
        var bytes = frame.Size;
        var sent = link.TrySend(frame);
        if (sent == LinkSend.Full && waiting.TryTake(bytes))
        {
            sent = await SendWhenRoomAsync(link, frame, end).ConfigureAwait(false);
            waiting.Return(bytes);
        }

        return ReleaseUnlessQueued(frame, sent);
    }

    private static LinkSend ReleaseUnlessQueued(LinkFrame frame, LinkSend sent)
    {
        if (sent != LinkSend.Queued)
        {
            frame.Release();
        }

        return sent;
    }

    /// <summary>The caller keeps its reference unless the frame is queued.</summary>
    private static async ValueTask<LinkSend> SendWhenRoomAsync(ILinkConnection link, LinkFrame frame, CancellationToken end)
    {
        var sent = link.TrySend(frame);
        while (sent == LinkSend.Full && !end.IsCancellationRequested)
        {
            var signal = new RoomSignal();
            sent = link.TrySend(frame, signal);
            if (sent == LinkSend.Full)
            {
                await signal.WaitAsync(end).ConfigureAwait(false);
                sent = link.TrySend(frame);
            }
        }

        return sent;
    }

    private sealed class RoomSignal : ILinkRoomListener
    {
        private readonly TaskCompletionSource _room = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void OnRoom(ILinkConnection connection) => _room.TrySetResult();

        public async ValueTask WaitAsync(CancellationToken end)
        {
            using var registration = end.UnsafeRegister(static room => ((TaskCompletionSource)room!).TrySetResult(), _room);
            await _room.Task.ConfigureAwait(false);
        }
    }
}
