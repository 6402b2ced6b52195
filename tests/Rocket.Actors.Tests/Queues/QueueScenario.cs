using Akka.Actor;
using Rocket.Actors.Cluster;
using Rocket.Actors.Queues;
using Rocket.Actors.Replication;
using Rocket.Actors.Storage;
using Rocket.Actors.Tests.Cluster;
using Rocket.Actors.Tests.Storage;

namespace Rocket.Actors.Tests.Queues;

/// <summary>A queue's state over a log in memory, without an actor.</summary>
internal sealed class QueueScenario : IDisposable
{
    public const long Epoch = 7;

    private readonly MemoryDirectory _disk = new();
    private readonly LogOptions _options;
    private readonly FlushDiskType _flush;

    public QueueScenario(FlushDiskType flush = FlushDiskType.AsyncFlush, int[]? ordinals = null, LogPoint? start = null, long segmentSize = 8 << 20)
    {
        _flush = flush;
        _options = new LogOptions(segmentSize);
        var log = OpenLog();
        if (start is { } first)
        {
            log.StartAt(first);
        }

        Handle = new QueueHandle(new QueueId(TestMessage.Topic, 0), ActorRefs.Nobody, log, new QueueOrdinals(ordinals ?? [0]), outstandingBytes: 64 << 20);
        State = new QueueState(Handle, log, Alone(log, flush), Epoch, TestSettings.ForBroker(flush), waitingPulls: 3, Time);
    }

    public ManualTime Time { get; } = new();

    public DiskFaults Faults => _disk.Faults;

    public QueueHandle Handle { get; }

    public QueueState State { get; private set; }

    public RecordLog Log => State.Log;

    /// <summary>Offers an append and has it taken, as the actor does.</summary>
    public bool Take(TestAppend append) => State.Take(append.OfferedTo(Handle));

    /// <summary>Flushes as the actor and a flush thread do.</summary>
    public void Flush()
    {
        State.JobStarted();
        State.Flushed(Log.Flush().Offset);
    }

    /// <summary>The log is recovered after a failure.</summary>
    public void Reopen()
    {
        var poisoned = Log;
        var opened = OpenLog();
        State.Reopened(opened, Alone(opened, _flush));
        if (!State.IsOpen)
        {
            Flush();
        }

        poisoned.Dispose();
    }

    /// <summary>The process ends, and the next one leads the queue.</summary>
    public void Restart()
    {
        State.Dispose();
        var log = OpenLog();
        State = new QueueState(
            new QueueHandle(Handle.Id, ActorRefs.Nobody, log, Handle.Ordinals, 64 << 20), log, Alone(log), Epoch + 1, TestSettings.ForBroker(), waitingPulls: 3, Time);
    }

    /// <summary>No other node holds a copy.</summary>
    public static LogCopies Alone(RecordLog log, FlushDiskType flush = FlushDiskType.AsyncFlush) => new(log, flush == FlushDiskType.SyncFlush, [], window: 1 << 20);

    public IReadOnlyList<StoredMessage> Stored() => TestMessage.In(Log);

    public void Dispose() => State.Dispose();

    private RecordLog OpenLog() =>
        RecordLog.Open(_disk.Directory("queue"), Handle?.Id.ToString() ?? $"{TestMessage.Topic}@0", _options, MessageRecordIndexer.Instance, Time, report: null);
}
