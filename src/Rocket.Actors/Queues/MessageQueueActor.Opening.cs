using Akka.Actor;
using Akka.Event;
using Rocket.Actors.Cluster;
using Rocket.Actors.Replication;
using Rocket.Actors.Storage;

namespace Rocket.Actors.Queues;

/// <summary>How a queue opens its log, goes on after a failure, and stops.</summary>
public sealed partial class MessageQueueActor
{
    /// <summary>As long as the kernel itself leaves pages unwritten: thousands of queues do not flush all at once, in front of sends that wait.</summary>
    private static readonly TimeSpan LongestTailFlush = TimeSpan.FromSeconds(30);

    /// <summary>A copy that is slower than this is not given the lead.</summary>
    private static readonly TimeSpan DrainPatience = TimeSpan.FromSeconds(10);

    private bool _isClosing;
    private bool _isOpening;

    private void Start(QueueProtocol.StartQueue start)
    {
        _start = start;
        _starter = Sender;
        _settings = node.Broker(start.Broker).Settings;
        try
        {
            _opened = OpenLog();
            QueueLogCheck.ThrowIfForeign(_opened, start.Ordinals, start.Epoch);
        }
        catch (Exception damage) when (IsDamage(damage))
        {
            _logger.Error("Queue {0} of {1} is not served: {2}", start.Id, start.Broker, damage.Message);
            start.Copies.Tell(new CopiesProtocol.LogMissing(start.Id.Folder));
            TellUnusable(damage);
            Sender.Tell(new QueueProtocol.QueueDamaged(start.Id, damage.Message));
            Context.Stop(Self);
            return;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            _logger.Error("Queue {0} of {1} cannot be opened: {2}", start.Id, start.Broker, failure.Message);
            start.Copies.Tell(new CopiesProtocol.LogMissing(start.Id.Folder));
            Sender.Tell(new QueueProtocol.QueueNotOpened(start.Id, failure.Message));
            Context.Stop(Self);
            return;
        }

        Become(Adding);
        AddToCopies(_opened);
    }

    /// <summary>The log is open, and it is not known yet whose copies count.</summary>
    private void Adding(object message)
    {
        switch (message)
        {
            case CopiesProtocol.LogAdded added:
                Added(added);
                break;
            case QueueProtocol.StartQueue start when IsOfThisReign(start):
                _starter = Sender;
                break;
            case QueueProtocol.StartQueue or ShardProtocol.StopEntity:
                Context.Stop(Self);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Added(CopiesProtocol.LogAdded added)
    {
        var log = _opened!;
        _opened = null;
        _handle = new QueueHandle(_start.Id, Self, log, _start.Ordinals, node.Settings.Limits.QueueOutstandingBytes);
        var directory = node.Broker(_start.Broker).Directory;
        _state = new QueueState(
            _handle, log, CopiesOf(log, added.Counting), _start.Epoch, _settings, node.Settings.Limits.WaitingPullsPerQueue, node.Time)
        {
            IsDegraded = () => directory.LeftOut.Count > 0,
        };
        WatchRoom();
        _isOpening = true;
        Become(Opening);
        OpenOrFlush();
    }

    /// <summary>It is not known yet what consumers may see: copies that count, or the disk, may lack some of it.</summary>
    private void Opening(object message)
    {
        switch (message)
        {
            case QueueProtocol.StartQueue start when IsOfThisReign(start):
                _starter = Sender;
                break;
            case Append append:
                append.Answer(AppendOutcome.Unavailable);
                break;
            default:
                Leading(message);
                break;
        }

        // Unless it has failed, or begun to close.
        if (_isOpening)
        {
            OpenOrFlush();
        }
    }

    private void OpenOrFlush()
    {
        if (_state.IsOpen)
        {
            Lead();
        }
        else if (_state.WantsFlushNow)
        {
            StartFlush();
        }
    }

    /// <summary>What recovery read behind the last checkpoint may never have been flushed: it is soon, also when nothing is sent for days.</summary>
    private void Lead()
    {
        _isOpening = false;
        _copied.Open(_handle);
        Become(Leading);
        if (_state.WantsFlush)
        {
            Timers.StartSingleTimer(nameof(LongestTailFlush), QueueProtocol.BackgroundFlushDue.Instance, LongestTailFlush * Random.Shared.NextDouble());
        }

        WatchMarks();
        if (_starter.IsNobody())
        {
            return; // the log was opened anew: the queue has led before
        }

        foreach (var ordinal in _start.Ordinals.All)
        {
            node.Broker(_start.Broker).Directory.Publish(ordinal, _handle);
        }

        _starter.Tell(new QueueProtocol.QueueReady(_handle));
        _starter = ActorRefs.Nobody;
    }

    private bool IsOfThisReign(QueueProtocol.StartQueue start) => start.Epoch == _start.Epoch && start.Metadata.Equals(_start.Metadata);

    /// <summary>
    /// The topic asks again because it did not hear the answer, or it is the broker's next incarnation that asks: this actor writes in an epoch that is over
    /// and talks to metadata that are gone. It makes room; the topic asks until it gets a new one.
    /// </summary>
    private void StartedAgain(QueueProtocol.StartQueue start)
    {
        if (IsOfThisReign(start))
        {
            Sender.Tell(new QueueProtocol.QueueReady(_handle));
        }
        else
        {
            Close();
        }
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
        _isOpening = false;
        Become(Closing);
        WatchDeadlines();
        DrainIfHandedOver();
        CatchUp();
        CloseIfQuiet();
    }

    private void DrainIfHandedOver()
    {
        if (node.Broker(_start.Broker).Directory.IsHandedOver)
        {
            _state.IsHandedOver = true;
            Timers.StartSingleTimer(nameof(QueueProtocol.DrainLate), QueueProtocol.DrainLate.Instance, DrainPatience);
        }
    }

    /// <summary>What these copies lack was answered to its producers, perhaps: none of them may lead.</summary>
    private void DrainLate()
    {
        if (!_state.AwaitsCopies)
        {
            return;
        }

        string[] behind = [.. _state.Copies.Marks.Behind];
        _logger.Warning("Queue {0} of {1} is not handed over to {2}, which still lacks messages after {3}", _start.Id, _start.Broker, string.Join(", ", behind), DrainPatience);
        node.Broker(_start.Broker).Directory.LeaveBehind(behind);
        _state.IsHandedOver = false;
    }

    /// <summary>Everything that was taken is confirmed first, by the disk and by copies, as the broker wants it.</summary>
    private void CloseIfQuiet()
    {
        if (_state.IsBusy || _isClosing)
        {
            return;
        }

        if (_state.Log.Poisoned is not null)
        {
            Context.Stop(Self);
        }
        else if (_state.WantsFlushNow)
        {
            StartFlush();
        }
        else if (!_state.AwaitsCopies)
        {
            _isClosing = true;
            Start(new FlushJob(_state.Log, Self, isLast: true));
        }
    }

    private void Closing(object message)
    {
        switch (message)
        {
            case CopyEvent happened:
                Happened(happened);
                CloseIfQuiet();
                break;
            case QueueProtocol.MarksDue:
                _state.Copies.TellMarks();
                break;
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
                CloseIfQuiet();
                break;
            case QueueProtocol.DrainLate:
                DrainLate();
                CloseIfQuiet();
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
