namespace Rocket.Host.Gateway.Memory;

/// <summary>Bytes that many hold together. Nobody is refused any: it says when there are too many, and when there are no longer.</summary>
internal sealed class SharedBudget(long limit)
{
    private readonly Lock _gate = new();
    private TaskCompletionSource? _room;
    private long _bytes;

    public long Bytes => Volatile.Read(ref _bytes);

    public bool IsFull => Bytes > limit;

    public void Take(long bytes) => Interlocked.Add(ref _bytes, bytes);

    public void Return(long bytes)
    {
        var left = Interlocked.Add(ref _bytes, -bytes);
        if (left > limit || left + bytes <= limit)
        {
            return;
        }

        lock (_gate)
        {
            _room?.TrySetResult();
            _room = null;
        }
    }

    /// <summary>Completed when it is not full.</summary>
    public Task WhenRoom()
    {
        lock (_gate)
        {
            return IsFull ? (_room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task : Task.CompletedTask;
        }
    }
}
