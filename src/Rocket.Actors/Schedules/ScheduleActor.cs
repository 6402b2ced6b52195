using Akka.Actor;
using Akka.Event;
using Rocket.Actors.Cluster;
using Rocket.Actors.Groups;
using Rocket.Actors.Metadata;
using Rocket.Actors.Queues;
using Rocket.Actors.Storage;
using Rocket.Protocol.Topics;

namespace Rocket.Actors.Schedules;

/// <summary>
/// Delivers the delayed messages of one broker that this node leads. A level is a queue of SCHEDULE_TOPIC_XXXX whose messages all wait equally long, so that they are due in the order that
/// they were stored in: nothing is kept in memory but how far each level has come. That is journalled as offsets of a group of the broker's own, at most every
/// <see cref="DeliveryJournal.Interval"/>: what was delivered after the last time before a crash is delivered again.
/// </summary>
public sealed class ScheduleActor : UntypedActor, IWithTimers
{
    public const string Name = "schedule";

    /// <summary>Messages of one level that are on their way at once.</summary>
    private const int MostUnderWay = 4096;

    /// <summary>Messages whose times are read at once.</summary>
    private const int Run = 128;

    /// <summary>Milliseconds after which the clock is looked at anew, which may have been set.</summary>
    private const int LongestWait = 1000;

    private readonly BrokerContext _broker;
    private readonly IActorRef _metadata;
    private readonly TimeProvider _time;
    private readonly Deliverer _deliverer;
    private readonly DeliveryJournal _journal;
    private readonly IndexEntry[] _entries = new IndexEntry[Run];
    private DelayedQueue[] _levels = [];
    private bool _isHeldBack;

    public ScheduleActor(BrokerContext broker, IActorRef metadata, TimeProvider time)
    {
        (_broker, _metadata, _time) = (broker, metadata, time);
        _deliverer = new Deliverer(Self, broker, Context.GetLogger(), time, (queue, entry) => entry.StoreTimestamp + DelayOf(queue.Number) <= Now);
        _journal = new DeliveryJournal(metadata, _deliverer);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>How to start it.</summary>
    /// <param name="broker">The broker, led here.</param>
    /// <param name="metadata">Its metadata.</param>
    /// <param name="time">Says what is due.</param>
    public static Props Props(BrokerContext broker, IActorRef metadata, TimeProvider time) =>
        Akka.Actor.Props.Create(() => new ScheduleActor(broker, metadata, time));

    private long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();

    protected override void PreStart()
    {
        Context.Watch(_metadata);
        _metadata.Tell(new MetadataProtocol.QuerySetAside(SystemTopics.Schedule));
        _metadata.Tell(new MetadataProtocol.QueryOffsets(SystemGroups.Schedule));
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Delivery delivery:
                Answered(delivery);
                break;
            case ScheduleProtocol.LookDue:
                EndThoseSeen();
                OfferRefused();
                Look();
                break;
            case ScheduleProtocol.CommitDue:
                Commit();
                break;
            case MetadataProtocol.Persisted:
                CommitDurable();
                CommitSoon();
                StopIfDone();
                break;
            case MetadataProtocol.SetAsideFound found:
                _deliverer.Restore(found.Queues);
                break;
            case MetadataProtocol.OffsetsFound found:
                Begin(found.Offsets);
                break;
            case ShardProtocol.StopEntity:
                _journal.Stop(Now, Timers);
                List<Delivery> left = [];
                _deliverer.Stop(left);
                End(left);
                Commit();
                StopIfDone();
                break;
            case Terminated:
                // The metadata are gone: nothing more can be noted of what is delivered.
                Context.Stop(Self);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Begin(IReadOnlyList<CommittedOffset> offsets)
    {
        var starts = offsets.Where(offset => offset.Topic == SystemTopics.Schedule).ToDictionary(offset => offset.QueueId, offset => offset.Offset);
        // Levels that there were once may still have messages: they wait as long as the last one.
        var count = Math.Max(_broker.Settings.DelayLevels.Count, _broker.Directory.TryGetTopic(SystemTopics.Schedule, out var topic) ? topic.Queues.Count : 0);
        _levels = [.. Enumerable.Range(0, count).Select(number => new DelayedQueue(number, starts.GetValueOrDefault(number)))];
        _broker.Directory.Delayed = new DelayedOffsets(_levels);
        Look();
    }

    private void Look()
    {
        if (_journal.IsStopping)
        {
            return;
        }

        foreach (var level in _levels)
        {
            if (level.LookAt <= Now || IsTooFar(level))
            {
                Look(level);
            }
        }

        CommitSoon();
        var wait = Math.Clamp(_levels.Min(static level => level.LookAt) - Now, 1, _deliverer.HasUnseen ? DeliveryJournal.UntilShown : LongestWait);
        Timers.StartSingleTimer(nameof(ScheduleProtocol.LookDue), ScheduleProtocol.LookDue.Instance, TimeSpan.FromMilliseconds(wait));
    }

    /// <summary>Delivers what is due of a level, and notes when to look again.</summary>
    private void Look(DelayedQueue level)
    {
        var delay = DelayOf(level.Number);
        if (_deliverer.Find(SystemTopics.Schedule, level.Number) is not { } queue)
        {
            level.LookAt = Now + LongestWait;
            return;
        }

        try
        {
            level.SkipTo(queue.MinimumOffset);
            while (ReadRun(level, queue) is var count and > 0)
            {
                if (level.UnderWay >= MostUnderWay || !_deliverer.HasRoom)
                {
                    (level.LookAt, _isHeldBack) = (long.MaxValue, true);
                    return;
                }

                var due = CountDue(level, count, delay, queue.VisibleOffset, out var next);
                for (var i = 0; i < due; i++)
                {
                    if (_deliverer.IsSetAside(queue, level.Next))
                    {
                        level.PassOver();
                    }
                    else
                    {
                        level.Started(_deliverer.Deliver(queue, level.Next, _entries[i], level));
                    }
                }

                TakeDone(level);
                if (due < count)
                {
                    level.LookAt = next;
                    return;
                }
            }

            // Whatever is stored from now on is due later than that.
            level.LookAt = Now + (level.Next < queue.AppendedOffset ? DeliveryJournal.UntilShown : delay);
        }
        catch (DamagedRecordException damage) when (_deliverer.IsSetAside(queue, level.Next) || _deliverer.TrySetAside(queue, level.Next, damage))
        {
            level.PassOver();
            level.LookAt = Now;
        }
        catch (Exception unreadable) when (Deliverer.IsUnreadable(unreadable))
        {
            level.LookAt = Now + LongestWait;
            _deliverer.Tell(unreadable, $"delayed messages from offset {level.Next} of {queue.Id} on cannot be read and are not delivered");
        }
    }

    private int ReadRun(DelayedQueue level, QueueHandle queue)
    {
        var shown = queue.VisibleOffset - level.Next;
        return shown <= 0 ? 0 : Deliverer.ReadIndex(queue, level.Next, _entries.AsSpan(0, (int)Math.Min(Run, shown)));
    }

    private long DelayOf(int queue)
    {
        var levels = _broker.Settings.DelayLevels;
        return (long)levels.DelayOf(levels.Limit(queue + 1)).TotalMilliseconds;
    }

    /// <summary>The clock was set back since it was said when to look.</summary>
    private bool IsTooFar(DelayedQueue level) => level.LookAt != long.MaxValue && level.LookAt > Now + DelayOf(level.Number) + DelayedQueue.MostAhead;

    /// <summary>How many of the entries that were read are due, and when the next one is.</summary>
    private int CountDue(DelayedQueue level, int count, long delay, long shown, out long next)
    {
        next = 0;
        var now = Now;
        for (var i = 0; i < count; i++)
        {
            next = level.DueAt(level.Next + i, _entries[i].StoreTimestamp, now, delay, shown);
            if (next > now)
            {
                return i;
            }
        }

        return count;
    }

    private void Answered(Delivery delivery)
    {
        if (_deliverer.Answered(delivery))
        {
            TakeDone(delivery.Level!);
        }

        if (delivery.IsDone)
        {
            CommitSoon();
        }

        StopIfDone();
        GoOnIfHeldBack();
    }

    private void GoOnIfHeldBack()
    {
        if (_isHeldBack && !_journal.IsStopping && _deliverer.HasMuchRoom && Array.Exists(_levels, static level => level.LookAt == long.MaxValue && level.UnderWay < MostUnderWay / 2))
        {
            GoOn();
        }
    }

    private void GoOn()
    {
        _isHeldBack = false;
        foreach (var level in _levels)
        {
            level.LookAt = level.LookAt == long.MaxValue ? 0 : level.LookAt;
        }

        Look();
    }

    private void OfferRefused()
    {
        if (_journal.IsStopping || !_deliverer.IsTimeToOffer(Now))
        {
            return;
        }

        List<Delivery> ended = [];
        _deliverer.OfferRefused(ended);
        End(ended);
    }

    private void EndThoseSeen()
    {
        if (_deliverer.HasUnseen)
        {
            List<Delivery> ended = [];
            _deliverer.TakeSeen(ended);
            End(ended);
        }

        StopIfDone();
    }

    private void End(List<Delivery> ended)
    {
        foreach (var delivery in ended)
        {
            TakeDone(delivery.Level!);
        }

        if (ended.Count > 0 || _deliverer.HasChangedAside)
        {
            CommitSoon();
            GoOnIfHeldBack();
        }
    }

    private void TakeDone(DelayedQueue level)
    {
        while (level.TryTakeDone(out var delivery))
        {
            _deliverer.Return(delivery);
        }
    }

    private void CommitSoon()
    {
        if (_journal.IsStopping)
        {
            Commit();
        }
        else if (_journal.MayWait(Timers) && (_deliverer.HasChangedAside || Array.Exists(_levels, static level => level.Done > level.Committed)))
        {
            _journal.Wait(Timers);
        }
    }

    private void Commit()
    {
        if (!_journal.IsIdle)
        {
            return;
        }

        _journal.WriteAside();

        List<CommittedOffset> changed = [];
        foreach (var level in _levels)
        {
            if (level.Done > level.Committed)
            {
                level.Committed = level.Done;
                changed.Add(new CommittedOffset(SystemGroups.Schedule, SystemTopics.Schedule, level.Number, level.Done));
            }
        }

        if (changed.Count > 0)
        {
            _journal.Write(new MetadataEvents.OffsetsCommitted(changed));
        }
    }

    private void CommitDurable()
    {
        if (!_journal.Written())
        {
            return;
        }

        foreach (var level in _levels)
        {
            level.Durable = level.Committed;
        }
    }

    private void StopIfDone() => _journal.EndIfDone(Context, Now, Timers);
}
