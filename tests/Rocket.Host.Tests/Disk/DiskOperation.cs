namespace Rocket.Host.Tests.Disk;

/// <summary>One kind of operation on the records of queues: a test can hold it, fail it and count it.</summary>
internal sealed class DiskOperation
{
    private readonly Lock _gate = new();
    private readonly List<DiskHold> _holds = [];
    private readonly List<string> _done = [];

    /// <summary>From now on the operation stands still in this queue, until the hold is released.</summary>
    public DiskHold Hold(string topic, int queueId)
    {
        var hold = new DiskHold(FolderOf(topic, queueId), this);
        lock (_gate)
        {
            _holds.Add(hold);
        }

        return hold;
    }

    /// <summary>How often it has ended well in this queue.</summary>
    public int CountOf(string topic, int queueId)
    {
        var folder = FolderOf(topic, queueId);
        lock (_gate)
        {
            return _done.Count(path => path.Contains(folder, StringComparison.Ordinal));
        }
    }

    /// <summary>Lets everything go on, so that a node can stop whatever became of its test.</summary>
    public void ReleaseAll()
    {
        DiskHold[] holds;
        lock (_gate)
        {
            holds = [.. _holds];
        }

        foreach (var hold in holds)
        {
            hold.Release();
        }
    }

    /// <summary>The operation is about to begin on a file: returns when it may.</summary>
    public void Begins(string path)
    {
        DiskHold? hold;
        lock (_gate)
        {
            hold = _holds.Find(held => path.Contains(held.Folder, StringComparison.Ordinal));
        }

        hold?.Pass();
    }

    /// <summary>The operation has ended well on a file.</summary>
    public void Ended(string path)
    {
        lock (_gate)
        {
            _done.Add(path);
        }
    }

    internal void Forget(DiskHold hold)
    {
        lock (_gate)
        {
            _holds.Remove(hold);
        }
    }

    private static string FolderOf(string topic, int queueId) => $"{Path.DirectorySeparatorChar}{topic}@{queueId}{Path.DirectorySeparatorChar}";
}
