namespace Rocket.Host.Gateway.Memory;

/// <summary>
/// Bytes of one connection's requests that are not answered yet. Above the limit the connection is not read, so that a client which sends faster
/// than it is served, or does not read its answers, holds up nobody but itself. The same holds above its fair share while all connections together have too
/// much; what it has beyond <see cref="GatewayMemory.FreeBytes"/> counts there, in steps that keep the common counter out of the hot path.
/// </summary>
internal sealed class OutstandingBudget(long limit, GatewayMemory memory)
{
    private const long Step = GatewayMemory.FreeBytes;

    private volatile TaskCompletionSource _room = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _bytes;
    private long _covered = GatewayMemory.FreeBytes;
    private int _waiting;

    /// <summary>Whether every request is answered.</summary>
    public bool IsEmpty => Volatile.Read(ref _bytes) == 0;

    public bool IsFull => Volatile.Read(ref _bytes) is var bytes && (bytes > limit || (bytes > Step && memory.Outstanding.IsFull && bytes > memory.FairShare));

    public void Take(int bytes)
    {
        var taken = Interlocked.Add(ref _bytes, bytes);
        var covered = Volatile.Read(ref _covered);
        while (taken > covered)
        {
            var wanted = (taken + Step - 1) / Step * Step;
            if (Cover(covered, wanted))
            {
                memory.Outstanding.Take(wanted - covered);
                return;
            }

            covered = Volatile.Read(ref _covered);
        }
    }

    public void Release(int bytes)
    {
        Interlocked.Add(ref _bytes, -bytes);
        Uncover();
        if (Volatile.Read(ref _waiting) == 1 && !IsFull && Interlocked.Exchange(ref _waiting, 0) == 1)
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

            var changed = Volatile.Read(ref _bytes) > limit ? room.Task : Task.WhenAny(room.Task, memory.Outstanding.WhenRoom());
            await changed.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Gives back what is not needed: all of it when nothing is left, as at the end of a connection; else two steps behind, so that a client at the edge of
    /// one does not come to the common counter with each request.
    /// </summary>
    private void Uncover()
    {
        while (true)
        {
            var covered = Volatile.Read(ref _covered);
            var bytes = Volatile.Read(ref _bytes);
            var needed = bytes == 0 ? GatewayMemory.FreeBytes : bytes + Step;
            if (covered <= needed + (bytes == 0 ? 0 : Step))
            {
                return;
            }

            if (Cover(covered, needed))
            {
                memory.Outstanding.Return(covered - needed);
            }
        }
    }

    private bool Cover(long before, long after) => Interlocked.CompareExchange(ref _covered, after, before) == before;
}
