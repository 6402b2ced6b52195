using Akka.Actor;
using Akka.Event;
using Rocket.Actors.Cluster;
using Rocket.Actors.Placement;
using Rocket.Actors.Storage;

namespace Rocket.Actors.Queues;

/// <summary>How a queue opens its log, goes on after a failure, and stops.</summary>
public sealed partial class MessageQueueActor
{
    private static readonly TimeSpan FirstReopen = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestReopen = TimeSpan.FromSeconds(30);

    /// <summary>As long as the kernel itself leaves pages unwritten: thousands of queues do not flush all at once, in front of sends that wait.</summary>
    private static readonly TimeSpan LongestTailFlush = TimeSpan.FromSeconds(30);

    private TimeSpan _reopenDelay = FirstReopen;
    private bool _hasGivenUp;
    private bool _isClosing;

    private void Start(QueueProtocol.StartQueue start)
    {
        _start = start;
        _settings = node.Broker(start.Broker).Settings;
        try
        {
            Open(start);
        }
        catch (Exception damage) when (IsDamage(damage))
        {
            _logger.Error("Queue {0} of {1} is not served: {2}", start.Id, start.Broker, damage.Message);
            Sender.Tell(new QueueProtocol.QueueDamaged(start.Id, damage.Message));
            Context.Stop(Self);
            return;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            _logger.Error("Queue {0} of {1} cannot be opened: {2}", start.Id, start.Broker, failure.Message);
            Sender.Tell(new QueueProtocol.QueueNotOpened(start.Id, failure.Message));
            Context.Stop(Self);
            return;
        }

        WatchRoom();
        foreach (var ordinal in start.Ordinals.All)
        {
            node.Broker(start.Broker).Directory.Publish(ordinal, _handle);
        }

        Lead();
        Sender.Tell(new QueueProtocol.QueueReady(_handle));
    }

    /// <summary>What recovery read behind the last checkpoint may never have been flushed: it is soon, also when nothing is sent for days.</summary>
    private void Lead()
    {
        Become(Leading);
        if (_state.WantsFlush)
        {
            Timers.StartSingleTimer(nameof(LongestTailFlush), QueueProtocol.BackgroundFlushDue.Instance, LongestTailFlush * Random.Shared.NextDouble());
        }
    }

    private void Open(QueueProtocol.StartQueue start)
    {
        var log = OpenLog();
        try
        {
            QueueLogCheck.ThrowIfForeign(log, start.Ordinals, start.Epoch);
            _handle = new QueueHandle(start.Id, Self, log, start.Ordinals, node.Settings.Limits.QueueOutstandingBytes);
            _state = new QueueState(_handle, log, start.Epoch, _settings, node.Settings.Limits.WaitingPullsPerQueue, node.Time);
        }
        catch
        {
            log.Dispose();
            throw;
        }
    }

    /// <summary>
    /// The topic asks again because it did not hear the answer, or it is the broker's next incarnation that asks: this actor writes in an epoch that is over
    /// and talks to metadata that are gone. It makes room; the topic asks until it gets a new one.
    /// </summary>
    private void StartedAgain(QueueProtocol.StartQueue start)
    {
        if (start.Epoch == _start.Epoch && start.Metadata.Equals(_start.Metadata))
        {
            Sender.Tell(new QueueProtocol.QueueReady(_handle));
        }
        else
        {
            Close();
        }
    }

    private void Unwritable(object message)
    {
        switch (message)
        {
            case QueueProtocol.FlushDue or QueueProtocol.BackgroundFlushDue:
                break;
            case QueueProtocol.Flushed flushed when ReferenceEquals(flushed.Log, _state.Log):
                _state.JobEnded();
                StartDrop();
                break;
            case QueueProtocol.FlushFailed failed when ReferenceEquals(failed.Log, _state.Log):
                _state.JobEnded();
                GiveUpIfFlushFailed(failed.Reason);
                StartDrop();
                break;
            case Append append:
                append.Answer(AppendOutcome.Unavailable);
                break;
            case QueueProtocol.ReopenDue:
                ReopenIfQuiet();
                break;
            default:
                Leading(message);
                break;
        }
    }

    private void Failed(Exception failure)
    {
        _state.Fail();
        Become(Unwritable);
        if (!GiveUpIfFlushFailed(failure))
        {
            _logger.Error("Queue {0} cannot be written: {1} Sends are answered 14, pulls go on; trying again in {2} s.",
                _start.Id, failure.Message, _reopenDelay.TotalSeconds);
            ScheduleReopen();
        }

        StartDrop();
    }

    /// <summary>A write may fail first because the fsync before it did, and a flush may fail only after a write did: what counts is what the log says.</summary>
    private bool GiveUpIfFlushFailed(Exception failure)
    {
        if (!_state.Log.HasFailedFlush)
        {
            return false;
        }

        Timers.Cancel(nameof(QueueProtocol.ReopenDue));
        if (_hasGivenUp)
        {
            return true;
        }

        _hasGivenUp = true;
        _logger.Error(failure, "Queue {0} cannot be flushed. Sends are answered 14, pulls go on. What the disk holds is unknown: check it, then start this node anew.",
            _start.Id);
        return true;
    }

    private void ScheduleReopen()
    {
        Timers.StartSingleTimer(nameof(QueueProtocol.ReopenDue), QueueProtocol.ReopenDue.Instance, _reopenDelay);
        _reopenDelay = TimeSpan.FromTicks(Math.Min(_reopenDelay.Ticks * 2, LongestReopen.Ticks));
    }

    /// <summary>A job of the failed log may still be under way: it would write to files that recovery reads, and it may turn out to have failed.</summary>
    private void ReopenIfQuiet()
    {
        if (_state.IsBusy)
        {
            Timers.StartSingleTimer(nameof(QueueProtocol.ReopenDue), QueueProtocol.ReopenDue.Instance, FirstReopen);
        }
        else if (!_state.Log.HasFailedFlush)
        {
            Reopen();
        }
    }

    private void Reopen()
    {
        RecordLog? opened = null;
        var poisoned = _state.Log;
        try
        {
            opened = OpenLog();
            _state.Reopened(opened);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException || IsDamage(failure))
        {
            opened?.Dispose();
            _logger.Error("Queue {0} cannot be recovered: {1} Trying again in {2} s.", _start.Id, failure.Message, _reopenDelay.TotalSeconds);
            ScheduleReopen();
            return;
        }

        poisoned.Dispose();
        _logger.Info("Queue {0} is written again.", _start.Id);
        Lead();
    }

    /// <summary>
    /// Flushing, and sorting what is left of the keys, may take its time: a flush thread does it, so that no other queue waits for it. A job that is under
    /// way ends first; drops that wait for it are not begun.
    /// </summary>
    private void Close()
    {
        try
        {
            _state.Write();
        }
        catch (LogPoisonedException failure)
        {
            _logger.Error("Queue {0} stops without its last records: {1}", _start.Id, failure.Message);
            _state.Fail();
        }

        KeepAll("the queue stops");
        Become(Closing);
        CloseIfQuiet();
    }

    private void CloseIfQuiet()
    {
        if (_state.IsBusy)
        {
            return;
        }

        if (_state.Log.Poisoned is null)
        {
            Start(new FlushJob(_state.Log, Self, isLast: true));
            _isClosing = true;
        }
        else
        {
            Context.Stop(Self);
        }
    }

    private void Closing(object message)
    {
        switch (message)
        {
            case QueueProtocol.Flushed flushed:
                _state.Flushed(flushed.Point.Offset);
                if (!_isClosing)
                {
                    CloseIfQuiet();
                }

                break;
            case QueueProtocol.FlushFailed failed:
                _logger.Error("Queue {0} stops without a mark that it did so in order: {1}", _start.Id, failed.Reason.Message);
                Context.Stop(Self);
                break;
            case QueueProtocol.Closed:
                Context.Stop(Self);
                break;
            case QueueProtocol.DeadlinesDue:
                _state.ExpireDeadlines();
                WatchDeadlines();
                break;
            case Append append:
                append.Answer(AppendOutcome.Unavailable);
                break;
            case QueueProtocol.DropSegment drop:
                Keep(drop, Sender, "the queue stops");
                break;
            case PullWaiter waiter:
                waiter.Wake();
                break;
        }
    }

    private static bool IsDamage(Exception exception) => exception is DamagedLogException or DamagedRecordException or NewerFormatException;

    private RecordLog OpenLog() => node.Broker(_start.Broker).OpenQueueLog(_start.Id, line => _logger.Info("Queue {0}: {1}", _start.Id, line));
}
