using Rocket.Actors.Links;

namespace Rocket.Host.Gateway.Forwarding;

/// <summary>Sends bulk frames over a link, waiting where its queue is full.</summary>
internal static class LinkRoom
{
    /// <summary>Takes the caller's reference in any case. False: the link has ended, or <paramref name="end"/> came first.</summary>
    public static async ValueTask<bool> SendAsync(ILinkConnection link, LinkFrame frame, CancellationToken end)
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

        if (sent == LinkSend.Queued)
        {
            return true;
        }

        frame.Release();
        return false;
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
