using Akka.Actor;
using Akka.Event;
using Rocket.Actors.Cluster;
using Rocket.Actors.Metadata;
using Rocket.Actors.Queues;
using Rocket.Actors.Storage;
using Rocket.Protocol.Topics;

namespace Rocket.Actors.Schedules;

/// <summary>
/// Delivers the messages of one broker that this node leads which are to come at a time of their own. They wait in one queue, in the order that they were sent in; its index says when each is due. What
/// was delivered is journalled, at most every <see cref="DeliveryJournal.Interval"/>: what was delivered after the last time before a crash is delivered again.
/// </summary>
public sealed class TimerActor : UntypedActor, IWithTimers
{
    public const string Name = "timers";

    /// <summary>Messages that are on their way at once.</summary>
    private const int MostUnderWay = 4096;

    /// <summary>Milliseconds that a window reaches ahead; a new one begins when a tenth of it is left.</summary>
    private const long WindowLength = 60_000;

    /// <summary>Runs of the index that are read before other messages have their turn.</summary>
    private const int RunsAtATime = 16;

    /// <summary>Milliseconds after which it is looked for new messages.</summary>
    private const long LongestWait = 100;

    private readonly IActorRef _metadata;
    private readonly TimeProvider _time;
    private readonly Deliverer _deliverer;
    private readonly DeliveryJournal _journal;
    private readonly IndexEntry[] _entries = new IndexEntry[1024];
    private PendingTimers? _pending;
    private PendingTimers.Stretch? _stretch;
    private long _stretchNext;
    private TimerProgress _committed = TimerProgress.None;
    private bool _hasDelivered;
    private int _underWay;

    public TimerActor(BrokerContext broker, IActorRef metadata, TimeProvider time)
    {
        (_metadata, _time) = (metadata, time);
        _deliverer = new Deliverer(Self, broker, Context.GetLogger(), time, (_, entry) => TimerDue.Of(entry) <= Now);
        _journal = new DeliveryJournal(metadata, _deliverer);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>How to start it.</summary>
    /// <param name="broker">The broker, led here.</param>
    /// <param name="metadata">Its metadata.</param>
    /// <param name="time">Says what is due.</param>
    public static Props Props(BrokerContext broker, IActorRef metadata, TimeProvider time) =>
        Akka.Actor.Props.Create(() => new TimerActor(broker, metadata, time));

    private long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();

    protected override void PreStart()
    {
        Context.Watch(_metadata);
        _metadata.Tell(new MetadataProtocol.QuerySetAside(SystemTopics.Timer));
        _metadata.Tell(MetadataProtocol.QueryTimers.Instance);
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Delivery delivery:
                Answered(delivery);
                break;
            case ScheduleProtocol.LookDue:
                Look();
                break;
            case ScheduleProtocol.ReadDue:
                Read();
                break;
            case ScheduleProtocol.CommitDue:
                Commit();
                break;
            case MetadataProtocol.Persisted:
                _journal.Written();
                CommitSoon();
                StopIfDone();
                break;
            case MetadataProtocol.SetAsideFound found:
                _deliverer.Restore(found.Queues);
                break;
            case MetadataProtocol.TimersFound found:
                _committed = found.Progress;
                _pending = new PendingTimers(found.Progress, Now + WindowLength);
                Look();
                break;
            case ShardProtocol.StopEntity:
                _journal.Stop(Now, Timers);
                List<Delivery> left = [];
                _deliverer.Stop(left);
                left.ForEach(End);
                Commit();
                StopIfDone();
                break;
            case Terminated:
                Context.Stop(Self);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Look()
    {
        var now = Now;
        EndThoseSeen();
        if (_journal.IsStopping)
        {
            StopIfDone();
            return;
        }

        if (_deliverer.IsTimeToOffer(now))
        {
            OfferRefused();
        }

        if (now > _pending!.Window.Due - (WindowLength / 10))
        {
            _pending.Open(now + WindowLength);
        }

        Read();
        var wait = Math.Clamp((_pending.NextDue ?? long.MaxValue) - Now, 1, _deliverer.HasUnseen ? DeliveryJournal.UntilShown : LongestWait);
        Timers.StartSingleTimer(nameof(ScheduleProtocol.LookDue), ScheduleProtocol.LookDue.Instance, TimeSpan.FromMilliseconds(wait));
    }

    /// <summary>Takes in what is new, then what a new window needs, and delivers what is due.</summary>
    private void Read()
    {
        if (_journal.IsStopping || _deliverer.Find(SystemTopics.Timer, 0) is not { } queue)
        {
            return;
        }

        try
        {
            _pending!.SkipTo(queue.MinimumOffset);
            var runs = RunsAtATime;
            while (runs > 0 && (ReadNew(queue) || ReadForWindow(queue)))
            {
                runs--;
            }

            Deliver(queue);
            CommitSoon();
            if (runs == 0)
            {
                Self.Tell(ScheduleProtocol.ReadDue.Instance, ActorRefs.NoSender);
            }
        }
        catch (Exception unreadable) when (Deliverer.IsUnreadable(unreadable))
        {
            _deliverer.Tell(unreadable, $"messages of {queue.Id} cannot be read and are not delivered");
        }
    }

    private bool ReadNew(QueueHandle queue)
    {
        var shown = queue.VisibleOffset - _pending!.Next;
        if (shown <= 0)
        {
            return false;
        }

        try
        {
            var count = Deliverer.ReadIndex(queue, _pending.Next, _entries.AsSpan(0, (int)Math.Min(_entries.Length, shown)));
            foreach (ref readonly var entry in _entries.AsSpan(0, count))
            {
                _pending.Read(TimerDue.Of(entry));
            }
        }
        catch (DamagedRecordException damage) when (_deliverer.IsSetAside(queue, _pending.Next) || _deliverer.TrySetAside(queue, _pending.Next, damage))
        {
            _pending.PassOver();
        }

        return true;
    }

    private bool ReadForWindow(QueueHandle queue)
    {
        if (_stretch is null)
        {
            _stretch = _pending!.NextToRead();
            _stretchNext = Math.Max(_stretch?.First ?? 0, queue.MinimumOffset);
        }

        if (_stretch is not { } stretch)
        {
            return false;
        }

        var left = stretch.First + stretch.Count - _stretchNext;
        try
        {
            var count = left <= 0 ? 0 : Deliverer.ReadIndex(queue, _stretchNext, _entries.AsSpan(0, (int)Math.Min(_entries.Length, left)));
            foreach (ref readonly var entry in _entries.AsSpan(0, count))
            {
                _pending!.ReadAgain(_stretchNext++, TimerDue.Of(entry));
            }

            _stretch = count == 0 ? null : _stretch;
        }
        catch (DamagedRecordException damage) when (_deliverer.IsSetAside(queue, _stretchNext) || _deliverer.TrySetAside(queue, _stretchNext, damage))
        {
            _stretchNext++;
        }

        if (_stretchNext >= stretch.First + stretch.Count)
        {
            _stretch = null;
        }

        return true;
    }

    private void Deliver(QueueHandle queue)
    {
        var now = Now;
        while (_underWay < MostUnderWay && _deliverer.HasRoom && _pending!.TryTakeDue(now, out var offset, out var due))
        {
            if (_deliverer.IsSetAside(queue, offset))
            {
                _pending.Delivered(offset, due);
                continue;
            }

            try
            {
                queue.Reader.ReadIndex(offset, _entries.AsSpan(0, 1));
                var delivery = _deliverer.Deliver(queue, offset, _entries[0]);
                _underWay++;
                if (delivery.IsDone || delivery.IsSetAside)
                {
                    End(delivery);
                }
            }
            catch (OffsetBelowMinimumException)
            {
                // Deleted by hand: nothing is there to be delivered.
                _pending.Delivered(offset, due);
            }
            catch (DamagedRecordException damage) when (_deliverer.TrySetAside(queue, offset, damage))
            {
                _pending.Delivered(offset, due);
                _hasDelivered = true;
            }
            catch (Exception unreadable) when (Deliverer.IsUnreadable(unreadable))
            {
                _pending.PutBack(offset, due);
                throw;
            }
        }
    }

    private void Answered(Delivery delivery)
    {
        if (_deliverer.Answered(delivery))
        {
            End(delivery);
        }
        else if (delivery.IsDone)
        {
            CommitSoon();
        }

        StopIfDone();
        if (!_journal.IsStopping && _underWay == MostUnderWay / 2)
        {
            Read();
        }
    }

    private void End(Delivery delivery)
    {
        _underWay--;
        _hasDelivered = true;
        _pending!.Delivered(delivery.SourceOffset, TimerDue.Of(delivery.Entry));
        _deliverer.Return(delivery);
        CommitSoon();
    }

    private void OfferRefused()
    {
        List<Delivery> ended = [];
        _deliverer.OfferRefused(ended);
        ended.ForEach(End);
        CommitSoon();
    }

    private void EndThoseSeen()
    {
        if (_deliverer.HasUnseen)
        {
            List<Delivery> ended = [];
            _deliverer.TakeSeen(ended);
            ended.ForEach(End);
            CommitSoon();
        }
    }

    private void CommitSoon()
    {
        if (_journal.IsStopping)
        {
            Commit();
        }
        else if ((_hasDelivered || _deliverer.HasChangedAside) && _journal.MayWait(Timers))
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

        if (_hasDelivered && _pending?.Progress(Now, _committed) is { } progress && progress != _committed)
        {
            _hasDelivered = false;
            _committed = progress;
            _journal.Write(new MetadataEvents.TimersDelivered(progress));
        }
    }

    private void StopIfDone() => _journal.EndIfDone(Context, Now, Timers);
}
