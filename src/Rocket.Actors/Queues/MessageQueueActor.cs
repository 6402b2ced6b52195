using Akka.Actor;
using Akka.Event;
using Rocket.Actors.Cluster;
using Rocket.Actors.Storage;

namespace Rocket.Actors.Queues;

/// <summary>
/// Owns one append-only log, its index and its held pulls. Translates messages into calls of <see cref="QueueState"/>, and what that wants into
/// messages, timers and flushes.
/// </summary>
/// <remarks>
/// <code>
///  Unstarted ──StartQueue──▶ Leading ──write error──▶ Unwritable ──recovered──▶ Leading
///                               │  └─────flush error──▶ Unwritable, until the node starts anew
///                               └──StopEntity──▶ stopped
/// </code>
/// Unwritable: sends are answered 14, pulls go on. An fsync that failed may have dropped the pages it was meant to write, so after that no recovery
/// within this process can be trusted.
/// </remarks>
public sealed partial class MessageQueueActor(NodeContext node) : EntityActor, IWithTimers
{
    private static readonly TimeSpan DeadlineGrain = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan FirstReopen = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestReopen = TimeSpan.FromSeconds(30);

    private readonly ILoggingAdapter _logger = Context.GetLogger();
    private QueueProtocol.StartQueue? _start;
    private BrokerSettings _settings = null!;
    private QueueHandle _handle = null!;
    private QueueState _state = null!;
    private bool _ordinalAsked;
    private TimeSpan _reopenDelay = FirstReopen;

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void OnReceive(object message) => Unstarted(message);

    private void Unstarted(object message)
    {
        switch (message)
        {
            case QueueProtocol.StartQueue start:
                Start(start);
                break;
            case ShardProtocol.StopEntity:
                Context.Stop(Self);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Start(QueueProtocol.StartQueue start)
    {
        _settings = node.Broker(start.Broker).Settings;
        try
        {
            var log = OpenLog(start.Broker, start.Id);
            _handle = new QueueHandle(start.Id, Self, log, start.Ordinals, node.Settings.Limits.QueueOutstandingBytes);
            _state = new QueueState(_handle, log, start.Epoch, _settings, node.Settings.Limits.WaitingPullsPerQueue, node.Time);
        }
        catch (Exception damage) when (damage is DamagedLogException or NewerFormatException)
        {
            _logger.Error("Queue {0} of {1} is not served: {2}", start.Id, start.Broker, damage.Message);
            Sender.Tell(new QueueProtocol.QueueDamaged(start.Id, damage.Message));
            Context.Stop(Self);
            return;
        }

        _start = start;
        WatchRoom();
        foreach (var ordinal in start.Ordinals.All)
        {
            node.Broker(start.Broker).Directory.Publish(ordinal, _handle);
        }

        Become(Leading);
        Sender.Tell(new QueueProtocol.QueueReady(_handle));
    }

    private void Leading(object message)
    {
        switch (message)
        {
            case Append append:
                Take(append);
                break;
            case QueueProtocol.FlushDue:
                Write();
                break;
            case QueueProtocol.Flushed flushed when ReferenceEquals(flushed.Log, _state.Log):
                _jobRuns = false;
                _state.Flushed(flushed.Point.Offset);
                FlushIfWanted();
                break;
            case PullWaiter waiter:
                _state.Hold(waiter);
                WatchDeadlines();
                break;
            case QueueProtocol.BackgroundFlushDue:
                if (_state.WantsFlush && !_jobRuns)
                {
                    StartFlush();
                }

                break;
            case QueueProtocol.DeadlinesDue:
                _state.ExpireDeadlines();
                WatchDeadlines();
                break;
            case QueueProtocol.OrdinalGranted granted:
                Granted(granted.Ordinal);
                break;
            case QueueProtocol.DropSegment drop:
                Drop(drop);
                break;
            case QueueProtocol.FlushFailed failed when ReferenceEquals(failed.Log, _state.Log):
                _jobRuns = false;
                Failed(failed.Reason);
                break;
            case QueueProtocol.Flushed or QueueProtocol.FlushFailed:
                _jobRuns = false; // on a log that was replaced meanwhile
                break;
            case ShardProtocol.StopEntity:
                Stop();
                break;
            case QueueProtocol.StartQueue:
                Sender.Tell(new QueueProtocol.QueueReady(_handle));
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Unwritable(object message)
    {
        switch (message)
        {
            case QueueProtocol.FlushDue:
            case QueueProtocol.BackgroundFlushDue:
                break;
            case QueueProtocol.Flushed:
            case QueueProtocol.FlushFailed:
                _jobRuns = false;
                StartDrop();
                break;
            case Append append:
                append.Answer(AppendOutcome.Unavailable);
                break;
            case QueueProtocol.OrdinalGranted granted:
                Extend(granted.Ordinal);
                break;
            case QueueProtocol.ReopenDue:
                Reopen();
                break;
            default:
                Leading(message);
                break;
        }
    }

    private void Take(Append append)
    {
        if (_room.IsUsedUp)
        {
            append.Answer(AppendOutcome.NoRoom);
            return;
        }

        try
        {
            if (_state.Take(append))
            {
                Self.Tell(QueueProtocol.FlushDue.Instance, ActorRefs.NoSender);
            }

            SpendRoom();
        }
        catch (Exception exception) when (exception is IOException or LogPoisonedException)
        {
            Failed(exception);
            return;
        }

        if (_state.NeedsOrdinal && !_ordinalAsked)
        {
            _ordinalAsked = true;
            _start!.Metadata.Tell(new Metadata.MetadataProtocol.AssignOrdinal(_start.Id));
        }
    }

    private void Write()
    {
        try
        {
            _state.Write();
            SpendRoom();
        }
        catch (Exception exception) when (exception is IOException or LogPoisonedException)
        {
            Failed(exception);
            return;
        }

        FlushIfWanted();
    }

    private void FlushIfWanted()
    {
        StartDrop();
        if (_state.WantsFlushNow && !_jobRuns)
        {
            StartFlush();
        }
        else if (_state.WantsFlush && !Timers.IsTimerActive(nameof(QueueProtocol.BackgroundFlushDue)))
        {
            Timers.StartSingleTimer(nameof(QueueProtocol.BackgroundFlushDue), QueueProtocol.BackgroundFlushDue.Instance, _settings.FlushInterval);
        }

        WatchDeadlines();
    }

    private void StartFlush()
    {
        _state.FlushStarted();
        Start(new FlushJob(_state.Log, Self));
    }

    private void Granted(int ordinal)
    {
        if (Extend(ordinal))
        {
            Self.Tell(QueueProtocol.FlushDue.Instance, ActorRefs.NoSender);
        }
    }

    private bool Extend(int ordinal)
    {
        _ordinalAsked = false;
        node.Broker(_start!.Broker).Directory.Publish(ordinal, _handle);
        return _state.Granted(ordinal);
    }

    private void WatchDeadlines()
    {
        if (_state.HasDeadlines && !Timers.IsTimerActive(nameof(QueueProtocol.DeadlinesDue)))
        {
            Timers.StartSingleTimer(nameof(QueueProtocol.DeadlinesDue), QueueProtocol.DeadlinesDue.Instance, DeadlineGrain);
        }
    }

    private void WriteFailed(Exception exception)
    {
        _logger.Error("Queue {0} cannot be written: {1} Sends are answered 14, pulls go on; trying again in {2} s.",
            _start!.Id, exception.Message, _reopenDelay.TotalSeconds);
        _state.Fail();
        Become(Unwritable);
        ScheduleReopen();
    }

    private void FlushFailed(Exception exception)
    {
        _logger.Error(exception, "Queue {0} cannot be flushed. Sends are answered 14, pulls go on. What the disk holds is unknown: check it, then start this node anew.",
            _start!.Id);
        _state.Fail();
        Become(Unwritable);
    }

    private void ScheduleReopen()
    {
        Timers.StartSingleTimer(nameof(QueueProtocol.ReopenDue), QueueProtocol.ReopenDue.Instance, _reopenDelay);
        _reopenDelay = TimeSpan.FromTicks(Math.Min(_reopenDelay.Ticks * 2, LongestReopen.Ticks));
    }

    private void Reopen()
    {
        if (_jobRuns)
        {
            // Two logs must not work on the same files.
            Timers.StartSingleTimer(nameof(QueueProtocol.ReopenDue), QueueProtocol.ReopenDue.Instance, FirstReopen);
            return;
        }

        try
        {
            var poisoned = _state.Log;
            _state.Reopened(OpenLog(_start!.Broker, _start.Id));
            poisoned.Dispose();
        }
        catch (Exception exception) when (exception is IOException or DamagedLogException)
        {
            _logger.Error("Queue {0} cannot be recovered: {1}", _start!.Id, exception.Message);
            ScheduleReopen();
            return;
        }

        _logger.Info("Queue {0} is written again.", _start.Id);
        _reopenDelay = FirstReopen;
        Become(Leading);
    }

    private void Stop()
    {
        Write();
        try
        {
            if (_state.Log.Poisoned is null)
            {
                _state.Flushed(_state.Log.Flush().Offset);
                _state.Log.Checkpoint(cleanStop: true);
            }
        }
        catch (LogPoisonedException failure)
        {
            _logger.Error("Queue {0} stops without having noted so: {1}", _start!.Id, failure.Message);
        }

        Context.Stop(Self);
    }

    private RecordLog OpenLog(string broker, QueueId id) => node.Broker(broker).OpenQueueLog(id, line => _logger.Info("Queue {0}: {1}", id, line));

    protected override void PostStop() => _state?.Dispose();
}
