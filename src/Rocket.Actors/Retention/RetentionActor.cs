using Akka.Actor;
using Akka.Event;
using Rocket.Actors.Cluster;
using Rocket.Actors.Metadata;
using Rocket.Actors.Queues;
using Rocket.Actors.Storage;

namespace Rocket.Actors.Retention;

/// <summary>
/// Keeps one broker's disk from filling up: has queues drop their old segments, one after the other, and has the gateway refuse sends while the disk
/// is too full. Child of the BrokerActor. It reads index files, and asks the disk, on its own thread: give it a dispatcher that may block.
/// </summary>
/// <remarks>
/// <code>
///  CheckDue ──▶ a pass: ask a queue to drop a segment ──▶ SegmentDropped or SegmentKept ──▶ measure ──▶ the next one … until nothing has to go
///  MeasureDue ──▶ sends are refused, or taken again; a level that was reached starts a pass at once
/// </code>
/// </remarks>
public sealed class RetentionActor : UntypedActor, IWithTimers
{
    public const string Name = "retention";

    /// <summary>A queue that has crashed, and a disk that hangs, do not answer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ILoggingAdapter _logger = Context.GetLogger();
    private readonly BrokerContext _broker;
    private readonly IActorRef _metadata;
    private readonly TimeProvider _time;
    private readonly RetentionSettings _settings;
    private readonly DiskWatchState _disk;
    private readonly string _refusal;
    private readonly Dictionary<QueueId, string> _unreadable = [];
    private readonly HashSet<QueueId> _kept = [];
    private RetentionPass? _pass;
    private QueueProtocol.DropSegment? _asked;
    private string? _unmeasured;
    private readonly LineSpacing _refusals;
    private bool _refuses;
    private bool _isRefusalTold;
    private bool _stuck;

    public RetentionActor(BrokerContext broker, IActorRef metadata, TimeProvider time)
    {
        (_broker, _metadata, _time) = (broker, metadata, time);
        _settings = broker.Settings.Retention;
        _disk = new DiskWatchState(_settings);
        _refusal = DiskRefusal.Remark(_settings);
        _refusals = new LineSpacing(time);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>How to start it.</summary>
    /// <param name="broker">The broker, led here.</param>
    /// <param name="metadata">Its metadata, which know how far groups have consumed.</param>
    /// <param name="time">Tells the hour, and how old a message is.</param>
    public static Props Props(BrokerContext broker, IActorRef metadata, TimeProvider time) =>
        Akka.Actor.Props.Create(() => new RetentionActor(broker, metadata, time));

    protected override void PreStart()
    {
        Measure();
        Timers.StartPeriodicTimer(nameof(RetentionProtocol.CheckDue), RetentionProtocol.CheckDue.Instance, TimeSpan.Zero, _settings.CheckInterval);
    }

    protected override void PostStop()
    {
        _broker.Directory.RefuseSends(null);
        _broker.Room.Forget();
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case RetentionProtocol.MeasureDue:
                Measure();
                break;
            case RetentionProtocol.CheckDue:
                Check();
                break;
            case MetadataProtocol.LeastOffsets least when _pass is not null && _asked is null:
                _pass.Consumed(least.Offsets);
                Continue();
                break;
            case QueueProtocol.SegmentDropped dropped when ReferenceEquals(dropped.Request, _asked):
                _kept.Remove(dropped.Request.Deletion.Queue);
                _pass!.Dropped();
                Continue();
                break;
            case QueueProtocol.SegmentKept kept when ReferenceEquals(kept.Request, _asked):
                Kept(kept.Reason);
                break;
            case RetentionProtocol.PatienceOver when _asked is not null:
                Kept($"no answer within {Patience.TotalSeconds} s");
                break;
            case RetentionProtocol.PatienceOver:
                _logger.Warning("Broker {0}: its metadata did not say what was consumed; nothing is deleted until the next check.", _broker.Settings.Name);
                End();
                break;
            case MetadataProtocol.LeastOffsets or QueueProtocol.SegmentDropped or QueueProtocol.SegmentKept:
                break; // of a pass that did not wait for it
            default:
                Unhandled(message);
                break;
        }
    }

    private void Measure()
    {
        var before = _disk.Level;
        try
        {
            _disk.Measured(_broker.MeasureDisk());
            _unmeasured = null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Unmeasured(failure.Message);
        }

        Publish();
        Timers.StartSingleTimer(nameof(RetentionProtocol.MeasureDue), RetentionProtocol.MeasureDue.Instance, _disk.UntilNextMeasurement);
        if (_disk.Level > before && _pass is null)
        {
            Self.Tell(RetentionProtocol.CheckDue.Instance, ActorRefs.NoSender);
        }
    }

    private void Unmeasured(string reason)
    {
        if (reason != _unmeasured)
        {
            _logger.Warning("Broker {0}: the disk does not say how full it is: {1} Nothing is deleted for its sake meanwhile.", _broker.Settings.Name, reason);
            _unmeasured = reason;
        }
    }

    /// <summary>Tells the gateway, the queues, and on a change people, whether messages are taken.</summary>
    private void Publish()
    {
        // A pass that makes room takes it below disk-clean-forcibly-ratio before sends fill it again.
        var refuses = _disk.Level == DiskLevel.SendsRefused || (_refuses && _pass is not null && _disk.Level == DiskLevel.ConsumedGoes);
        _broker.Room.Measured(_disk.Use, refuses ? 0 : _disk.BytesUntilRefusal);
        _broker.Directory.RefuseSends(refuses ? _refusal : null);
        TellRefusal(refuses);
        _refuses = refuses;
        _stuck &= _disk.Level >= DiskLevel.ConsumedGoes;
    }

    /// <summary>A disk at the limit, which others fill and empty, would be told of every second.</summary>
    private void TellRefusal(bool refuses)
    {
        if (refuses && !_isRefusalTold && _refusals.IsDue())
        {
            _isRefusalTold = true;
            _logger.Warning(
                "Broker {0} refuses sends (code 14): its disk is {1} % full, {2} bytes are free (disk-refuse-writes-ratio = {3}). Pulls go on.",
                _broker.Settings.Name, _disk.Use!.Value.Percent, _disk.Use.Value.FreeBytes, _settings.DiskRefuseWritesRatio);
        }
        else if (!refuses && _isRefusalTold)
        {
            _isRefusalTold = false;
            _logger.Info("Broker {0} takes sends again: its disk is {1} % full.", _broker.Settings.Name, _disk.Use?.Percent);
        }
    }

    private void Check()
    {
        var now = _time.GetLocalNow();
        if (_pass is null && RetentionPass.IsDue(_settings, now, _disk.Level))
        {
            _pass = new RetentionPass(_settings, now, _disk.Use, _broker.Directory.Topics.SelectMany(topic => topic.Queues).SelectMany(SegmentsOf));
            Continue();
        }
    }

    private IEnumerable<QueueSegments> SegmentsOf(QueueHandle? queue)
    {
        if (queue is null)
        {
            return [];
        }

        try
        {
            var segments = new QueueSegments(queue.Id, queue.SealedSegments);
            _unreadable.Remove(queue.Id);
            return [segments];
        }
        catch (Exception failure) when (failure is IOException or DamagedRecordException or ObjectDisposedException)
        {
            if (_unreadable.GetValueOrDefault(queue.Id) != failure.Message)
            {
                _logger.Warning("Queue {0}: nothing of it is deleted, the age of its segments cannot be read: {1}", queue.Id, failure.Message);
                _unreadable[queue.Id] = failure.Message;
            }

            return [];
        }
    }

    private void Continue()
    {
        _asked = null;
        Measure();
        switch (_pass!.Next(_disk.Use))
        {
            case RetentionStep.Delete delete:
                Ask(delete.Deletion);
                break;
            case RetentionStep.AskOffsets ask:
                _metadata.Tell(new MetadataProtocol.QueryLeastOffsets(ask.Topics));
                AwaitAnswer();
                break;
            case RetentionStep.Stuck stuck:
                TellStuck(stuck);
                End();
                break;
            default:
                End();
                break;
        }
    }

    private void Ask(SegmentDeletion deletion)
    {
        _asked = new QueueProtocol.DropSegment(deletion);
        AwaitAnswer();
        if (_broker.Directory.TryGetTopic(deletion.Queue.Topic, out var topic) && topic.Queues.ElementAtOrDefault(deletion.Queue.Number) is { } queue)
        {
            queue.Actor.Tell(_asked);
        }
        else
        {
            Kept("the queue is gone");
        }
    }

    private void Kept(string reason)
    {
        if (_kept.Add(_asked!.Deletion.Queue))
        {
            _logger.Warning("Queue {0}: segment {1} cannot be deleted now: {2}", _asked.Deletion.Queue, _asked.Deletion.Segment.FileName, reason);
        }

        _pass!.Kept();
        Continue();
    }

    private void TellStuck(RetentionStep.Stuck stuck)
    {
        if (!_stuck)
        {
            _logger.Warning(
                "Broker {0}: its disk is {1} % full (disk-clean-forcibly-ratio = {2}), and nothing else may be deleted: {3} complete segments with {4} bytes " +
                "hold messages that not every consumer group has consumed.",
                _broker.Settings.Name, _disk.Use?.Percent, _settings.DiskCleanForciblyRatio, stuck.Unread, stuck.UnreadBytes);
            _stuck = true;
        }
    }

    private void AwaitAnswer() =>
        Timers.StartSingleTimer(nameof(RetentionProtocol.PatienceOver), RetentionProtocol.PatienceOver.Instance, Patience);

    private void End()
    {
        (_pass, _asked) = (null, null);
        Timers.Cancel(nameof(RetentionProtocol.PatienceOver));
        Publish();
    }
}
