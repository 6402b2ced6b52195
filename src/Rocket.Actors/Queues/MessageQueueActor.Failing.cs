using Akka.Actor;
using Akka.Event;
using Rocket.Actors.Cluster;
using Rocket.Actors.Replication;
using Rocket.Actors.Storage;

namespace Rocket.Actors.Queues;

/// <summary>A log that cannot be written any more: what is answered meanwhile, and how it is opened anew.</summary>
public sealed partial class MessageQueueActor
{
    private static readonly TimeSpan FirstReopen = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestReopen = TimeSpan.FromSeconds(30);

    private TimeSpan _reopenDelay = FirstReopen;
    private bool _hasGivenUp;

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
            case CopiesProtocol.LogAdded added when _opened is not null:
                Reopened(added);
                break;
            case QueueProtocol.MarksDue:
                break;
            default:
                Leading(message);
                break;
        }
    }

    private void Failed(Exception failure)
    {
        _state.Fail();
        _isOpening = false;
        Become(Unwritable);
        TellUnusable(failure);
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
        node.Broker(_start.Broker).Distrusted.Note(_start.Id.Folder, ReplicaActor.FailedFlush);
        _logger.Error(failure, "Queue {0} cannot be flushed. Sends are answered 14, pulls go on. What the disk holds is unknown: check it, then start this node anew.",
            _start.Id);
        return true;
    }

    /// <summary>Another node whose copy is whole is to lead, if there is one. Not for a full disk: that would stop a voter that cannot write what it promises, and ends by itself.</summary>
    private void TellUnusable(Exception failure)
    {
        NoteDamage(failure);
        if (OutOfSpace.IsCauseOf(failure) && !_state.Log.HasFailedFlush)
        {
            return;
        }

        node.Broker(_start.Broker).Actor.Tell(new BrokerProtocol.LogUnusable(_start.Id.Folder, _start.Epoch, failure.Message));
    }

    /// <summary>Once this node follows, the log is fetched anew, whether a copy would find it damaged or not.</summary>
    private void NoteDamage(Exception failure)
    {
        if (failure is DamagedLogException or DamagedRecordException)
        {
            node.Broker(_start.Broker).Distrusted.Note(_start.Id.Folder, failure.Message);
        }
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
        try
        {
            _opened = OpenLog();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException || IsDamage(failure))
        {
            _logger.Error("Queue {0} cannot be recovered: {1} Trying again in {2} s.", _start.Id, failure.Message, _reopenDelay.TotalSeconds);
            NoteDamage(failure);
            ScheduleReopen();
            return;
        }

        AddToCopies(_opened);
    }

    private void Reopened(CopiesProtocol.LogAdded added)
    {
        var poisoned = _state.Log;
        _state.Reopened(_opened!, CopiesOf(_opened!, added.Counting));
        _opened = null;
        poisoned.Dispose();
        _logger.Info("Queue {0} is written again.", _start.Id);
        node.Broker(_start.Broker).Actor.Tell(new BrokerProtocol.LogUsable(_start.Id.Folder, _start.Epoch));
        _isOpening = true;
        Become(Opening);
        OpenOrFlush();
    }
}
