namespace Rocket.Host.Tests.Disk;

/// <summary>An operation of one queue that stands still.</summary>
internal sealed class DiskHold(string folder, DiskOperation operation)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<Exception?> _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The queue's folder.</summary>
    public string Folder => folder;

    /// <summary>Waits until the node stands at it.</summary>
    public Task ReachedAsync() => _reached.Task.WaitAsync(Patience);

    /// <summary>Lets it go on, and later ones pass.</summary>
    public void Release()
    {
        operation.Forget(this);
        _released.TrySetResult(null);
    }

    /// <summary>Lets it fail; later ones pass.</summary>
    public void Fail(IOException failure)
    {
        operation.Forget(this);
        _released.TrySetResult(failure);
    }

    /// <summary>Blocks the thread, as a disk does.</summary>
    public void Pass()
    {
        _reached.TrySetResult();
        if (_released.Task.GetAwaiter().GetResult() is { } failure)
        {
            throw failure;
        }
    }
}
