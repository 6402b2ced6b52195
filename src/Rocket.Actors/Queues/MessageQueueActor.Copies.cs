using System.Collections.Immutable;
using Akka.Actor;
using Akka.Event;
using Rocket.Actors.Replication;
using Rocket.Actors.Storage;

namespace Rocket.Actors.Queues;

/// <summary>
/// The queue's log and its copies on other nodes. A log that was opened is added to the broker's copies first, which say whose copies count; the queue leads once those hold all
/// that it found in the log, since a former master may have shown any of it to consumers.
/// </summary>
public sealed partial class MessageQueueActor
{
    /// <summary>Copies serve reads only while there is no master, so that they may lag behind by this much.</summary>
    private static readonly TimeSpan MarksDelay = TimeSpan.FromMilliseconds(100);

    private CopiedQueue _copied = null!;

    /// <summary>Answers, sooner or later, with <see cref="CopiesProtocol.LogAdded"/>; at once where there is nobody to copy to.</summary>
    private void AddToCopies(RecordLog log)
    {
        _copied = new CopiedQueue(Self, log);
        if (_start.Copies.IsNobody())
        {
            Self.Tell(new CopiesProtocol.LogAdded(_start.Id.Folder, []), ActorRefs.NoSender);
        }
        else
        {
            _start.Copies.Tell(new CopiesProtocol.AddLog(_start.Id.Folder, _copied));
        }
    }

    private LogCopies CopiesOf(RecordLog log, ImmutableArray<string> counting) =>
        new(log, _settings.FlushDiskType == Cluster.FlushDiskType.SyncFlush, counting, CopyWindow);

    private void Happened(CopyEvent happened)
    {
        if (!ReferenceEquals(happened.Of, _copied))
        {
            return; // of a log that was replaced meanwhile
        }

        happened.ApplyTo(_state.Copies);
        _state.CopiesMoved();
        CatchUp();
        WatchMarks();
    }

    private void CatchUp()
    {
        while (_state.Copies.TryBeginRead(out var read))
        {
            node.FlushThreads.StartCatchUp(new CatchUpJob(read, _state.Log, MessageRecordIndexer.Instance, _copied, node.FlushThreads.Pace));
        }
    }

    private void WatchMarks()
    {
        if (_state.Copies.WantsMarks && !Timers.IsTimerActive(nameof(QueueProtocol.MarksDue)))
        {
            Timers.StartSingleTimer(nameof(QueueProtocol.MarksDue), QueueProtocol.MarksDue.Instance, MarksDelay);
        }
    }
}
