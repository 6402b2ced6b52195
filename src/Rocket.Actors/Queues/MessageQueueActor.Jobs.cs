using Rocket.Actors.Storage;

namespace Rocket.Actors.Queues;

/// <summary>
/// What is done to the log on flush threads, one job at a time: flushes, and drops of old segments, since both write the log's checkpoint.
/// </summary>
/// <remarks>
/// Segments go also while the queue cannot be written, since that may be for want of space: a log whose <em>write</em> has failed can still drop what
/// lies before its last checkpoint.
/// </remarks>
public sealed partial class MessageQueueActor
{
    private readonly Queue<DropJob> _drops = new();
    private bool _jobRuns;

    private void Start(LogJob job)
    {
        _jobRuns = true;
        node.FlushThreads.Start(job);
    }

    private void Drop(QueueProtocol.DropSegment request)
    {
        _drops.Enqueue(new DropJob(_state.Log, Self, request, Sender, _logger));
        StartDrop();
    }

    /// <summary>Before the next flush, which may always be wanted: there is one drop at a time, and it is short.</summary>
    private void StartDrop()
    {
        if (!_jobRuns && _drops.TryDequeue(out var drop))
        {
            Start(drop);
        }
    }

    /// <summary>A write may be what a flush fails with, when it writes a checkpoint, and the other way round when a segment begins.</summary>
    private void Failed(Exception exception)
    {
        if (_state.Log.Poisoned is FsyncFailedException)
        {
            FlushFailed(exception);
        }
        else
        {
            WriteFailed(exception);
        }
    }
}
