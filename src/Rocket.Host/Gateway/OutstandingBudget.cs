namespace Rocket.Host.Gateway;

/// <summary>
/// Bytes of one connection's requests that are not answered yet. Above the limit the connection is not read, so that a client which sends faster
/// than it is served, or does not read its answers, holds up nobody but itself.
/// </summary>
internal sealed class OutstandingBudget(long limit)
{
    private volatile TaskCompletionSource _room = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _bytes;
    private int _waiting;

    /// <summary>Whether every request is answered.</summary>
    public bool IsEmpty => Volatile.Read(ref _bytes) == 0;

    public bool IsFull => Volatile.Read(ref _bytes) > limit;

    public void Take(int bytes) => Interlocked.Add(ref _bytes, bytes);

    public void Release(int bytes)
    {
        if (Interlocked.Add(ref _bytes, -bytes) <= limit && Interlocked.Exchange(ref _waiting, 0) == 1)
        {
            _room.TrySetResult();
        }
    }

    /// <summary>Waits until the budget has room; one waiter at a time (the connection's reader).</summary>
    public async ValueTask WaitForRoomAsync(CancellationToken cancellation)
    {
        while (IsFull)
        {
            var room = _room = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Interlocked.Exchange(ref _waiting, 1);
            if (!IsFull && Interlocked.Exchange(ref _waiting, 0) == 1)
            {
                return; // it became free before anybody could see us wait
            }

            await room.Task.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }
}
