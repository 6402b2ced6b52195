using Akka.Actor;

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
    private readonly Queue<(QueueProtocol.DropSegment Request, IActorRef Asker)> _drops = new();

    private void Start(LogJob job)
    {
        _state.JobStarted();
        node.FlushThreads.Start(job);
    }

    private void Drop(QueueProtocol.DropSegment request)
    {
        _drops.Enqueue((request, Sender));
        StartDrop();
    }

    /// <summary>Before the next flush, which may always be wanted: there is one drop at a time, and it is short.</summary>
    private void StartDrop()
    {
        if (!_state.IsBusy && _drops.TryDequeue(out var drop))
        {
            Start(new DropJob(_state.Log, Self, drop.Request, drop.Asker, _logger));
        }
    }

    private void KeepAll(string reason)
    {
        while (_drops.TryDequeue(out var drop))
        {
            Keep(drop.Request, drop.Asker, reason);
        }
    }

    private void Keep(QueueProtocol.DropSegment request, IActorRef asker, string reason) =>
        asker.Tell(new QueueProtocol.SegmentKept(request, reason), Self);
}
