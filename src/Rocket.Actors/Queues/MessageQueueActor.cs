using Akka.Actor;
using Akka.Event;
using Rocket.Actors.Cluster;
using Rocket.Actors.Metadata;
using Rocket.Actors.Storage;

namespace Rocket.Actors.Queues;

/// <summary>
/// Owns one append-only log, its index and its held pulls. Translates messages into calls of <see cref="QueueState"/>, and what that wants into
/// messages, timers and flushes.
/// </summary>
/// <remarks>
/// <code>
///  Unstarted ──StartQueue──▶ Adding ──known whose copies count──▶ Opening ──they hold it all──▶ Leading ──write error──▶ Unwritable
///                               ▲                                                                │  └─────fsync error─▶ Unwritable, until the node starts anew
///                               └───────────────────────────recovered──────────────────────────────────── Unwritable
///                                                                                                └──StopEntity──▶ Closing ──flushed, checkpoint──▶ stopped
/// </code>
/// Unwritable: sends are answered 14, pulls go on. An fsync that failed may have dropped the pages it was meant to write, so after that no recovery
/// within this process can be trusted.
/// </remarks>
public sealed partial class MessageQueueActor(NodeContext node) : EntityActor, IWithTimers
{
    /// <summary>Bytes of one queue that a copy may be sent without having acknowledged them: a batch at its greatest, and what a round trip takes at full speed.</summary>
    private const long CopyWindow = 8 << 20;

    private static readonly TimeSpan DeadlineGrain = TimeSpan.FromMilliseconds(500);

    private readonly ILoggingAdapter _logger = Context.GetLogger();
    private QueueProtocol.StartQueue _start = null!;
    private BrokerSettings _settings = null!;
    private QueueHandle _handle = null!;
    private QueueState _state = null!;
    private bool _ordinalAsked;
    private RecordLog? _opened;
    private IActorRef _starter = ActorRefs.Nobody;

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
                _state.Flushed(flushed.Point.Offset);
                WatchMarks();
                FlushIfWanted();
                break;
            case CopyEvent happened:
                Happened(happened);
                break;
            case QueueProtocol.MarksDue:
                _state.Copies.TellMarks();
                break;
            case PullWaiter waiter:
                _state.Hold(waiter);
                WatchDeadlines();
                break;
            case QueueProtocol.BackgroundFlushDue:
                if (_state.WantsFlush)
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
            case QueueProtocol.OrdinalRefused:
                _ordinalAsked = false;
                _state.RefuseWithoutOrdinal();
                break;
            case QueueProtocol.DropSegment drop:
                Drop(drop);
                break;
            case QueueProtocol.FlushFailed failed when ReferenceEquals(failed.Log, _state.Log):
                _state.JobEnded();
                Failed(failed.Reason);
                break;
            case QueueProtocol.Flushed or QueueProtocol.FlushFailed:
                break; // of a log that was replaced meanwhile
            case QueueProtocol.StartQueue start:
                StartedAgain(start);
                break;
            case ShardProtocol.StopEntity:
                Close();
                break;
            default:
                Unhandled(message);
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
        catch (LogPoisonedException failure)
        {
            Failed(failure);
            return;
        }

        if (_state.NeedsOrdinal)
        {
            AskOrdinal();
        }
    }

    private void Write()
    {
        try
        {
            _state.Write();
            SpendRoom();
        }
        catch (LogPoisonedException failure)
        {
            Failed(failure);
            return;
        }

        _reopenDelay = FirstReopen;
        CatchUp();
        WatchMarks();
        WatchDeadlines();
        FlushIfWanted();
    }

    private void FlushIfWanted()
    {
        // Also for sends that came while a flush is under way: it may be the one that never ends.
        WatchDeadlines();
        StartDrop();
        if (_state.WantsFlushNow)
        {
            StartFlush();
        }
        else if (_state.WantsFlush && !Timers.IsTimerActive(nameof(QueueProtocol.BackgroundFlushDue)))
        {
            Timers.StartSingleTimer(nameof(QueueProtocol.BackgroundFlushDue), QueueProtocol.BackgroundFlushDue.Instance, _settings.FlushInterval);
        }
    }

    private void StartFlush() => Start(new FlushJob(_state.Log, Self));

    private void AskOrdinal()
    {
        if (!_ordinalAsked)
        {
            _ordinalAsked = true;
            _start.Metadata.Tell(new MetadataProtocol.AssignOrdinal(_start.Id));
        }
    }

    private void Granted(int ordinal)
    {
        _ordinalAsked = false;
        node.Broker(_start.Broker).Directory.Publish(ordinal, _handle);
        try
        {
            if (_state.Granted(ordinal))
            {
                Self.Tell(QueueProtocol.FlushDue.Instance, ActorRefs.NoSender);
            }
        }
        catch (LogPoisonedException failure)
        {
            Failed(failure);
            return;
        }

        if (_state.NeedsOrdinal)
        {
            AskOrdinal();
        }
    }

    private void WatchDeadlines()
    {
        if (_state.HasDeadlines && !Timers.IsTimerActive(nameof(QueueProtocol.DeadlinesDue)))
        {
            Timers.StartSingleTimer(nameof(QueueProtocol.DeadlinesDue), QueueProtocol.DeadlinesDue.Instance, DeadlineGrain);
        }
    }

    protected override void PostStop()
    {
        _state?.Dispose();
        _opened?.Dispose();
    }
}
