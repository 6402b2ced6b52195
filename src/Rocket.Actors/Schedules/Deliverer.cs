using Akka.Actor;
using Akka.Event;
using Rocket.Actors.Cluster;
using Rocket.Actors.Metadata;
using Rocket.Actors.Queues;
using Rocket.Actors.Storage;
using Rocket.Protocol.Messages;

namespace Rocket.Actors.Schedules;

/// <summary>
/// Brings messages that waited into the queues that they were sent to: a bounded number at a time, again and again where a queue does not take them. Part of the actor that owns it, which is told how each
/// ends by the delivery itself. One that is damaged, or that no queue of its topic takes for long, is set aside, so that it holds up nothing else.
/// </summary>
internal sealed class Deliverer
{
    /// <summary>Bytes that are on their way at once, but for one message that is larger.</summary>
    private const int MostBytesUnderWay = 16 << 20;

    /// <summary>Deliveries that are kept for their buffers.</summary>
    private const int MostIdle = 4096;

    /// <summary>Milliseconds between two offers of what a queue did not take.</summary>
    private const long OfferInterval = 1000;

    /// <summary>Offers after which a message is set aside: meanwhile a crash brings again what came after it.</summary>
    private const int AttemptsBefore = 5;

    /// <summary>Turns of offers from one in which those that are set aside take part to the next.</summary>
    private const int TurnsBetween = 5;

    private const string LeftToTheNext = "was not taken before this node stops to lead";

    private readonly IActorRef _owner;
    private readonly BrokerContext _broker;
    private readonly ILoggingAdapter _logger;
    private readonly LineSpacing _lines;
    private readonly Func<QueueId, IndexEntry, bool> _isDue;
    private readonly Stack<Delivery> _idle = new();
    private readonly List<Delivery> _refused = [];
    private readonly List<Delivery> _unseen = [];
    private readonly SetAsideOffsets _aside = new();
    private byte[] _payload = new byte[4096];
    private long _bytesUnderWay;
    private bool _isStopping;
    private long _offerAt;
    private int _turn;

    /// <param name="owner">Told each <see cref="Delivery"/> when it is answered.</param>
    /// <param name="broker">The broker.</param>
    /// <param name="logger">Where lines go.</param>
    /// <param name="time">Spaces them.</param>
    /// <param name="isDue">Whether a message of a queue is due.</param>
    public Deliverer(IActorRef owner, BrokerContext broker, ILoggingAdapter logger, TimeProvider time, Func<QueueId, IndexEntry, bool> isDue)
    {
        (_owner, _broker, _logger, _isDue) = (owner, broker, logger, isDue);
        _lines = new LineSpacing(time);
    }

    /// <summary>Whether more may be delivered now.</summary>
    public bool HasRoom => _bytesUnderWay < MostBytesUnderWay;

    /// <summary>Whether enough of what was on its way has arrived to go on.</summary>
    public bool HasMuchRoom => _bytesUnderWay < MostBytesUnderWay / 2;

    /// <summary>Nothing is offered to a queue that has not answered.</summary>
    public bool IsIdle => _bytesUnderWay == 0;

    /// <summary>Whether messages are stored that consumers do not see yet, since a copy that counts lacks them.</summary>
    public bool HasUnseen => _unseen.Count > 0;

    /// <summary>Whether what is set aside is not journalled as it is now.</summary>
    public bool HasChangedAside => _aside.HasChanged;

    /// <summary>What is set aside, where that has changed. It has to be journalled before what is said to be delivered.</summary>
    public IReadOnlyList<MetadataEvents.MessagesSetAside> TakeChangedAside() => _aside.TakeChanges();

    /// <summary>Tries again what the last leader had set aside.</summary>
    public void Restore(IReadOnlyList<MetadataEvents.MessagesSetAside> queues)
    {
        foreach (var queue in queues)
        {
            _aside.Restore(queue);
            foreach (var offset in queue.Offsets)
            {
                var delivery = new Delivery(_owner);
                delivery.Start(new QueueId(queue.Topic, queue.QueueId), offset, default, level: null);
                delivery.IsSetAside = true;
                _refused.Add(delivery);
            }
        }
    }

    /// <summary>Whether a message is set aside: then it is not delivered in its turn.</summary>
    public bool IsSetAside(QueueHandle source, long offset) => _aside.Contains(source.Id, offset);

    /// <summary>The queue of a topic of the broker's own; null: it is not served now.</summary>
    public QueueHandle? Find(string topic, int queueId) =>
        _broker.Directory.TryGetTopic(topic, out var handle) ? handle.Queues.ElementAtOrDefault(queueId) : null;

    /// <summary>Begins to deliver a message. It may have ended, for good, or been set aside when this returns.</summary>
    /// <exception cref="IOException">The log cannot be read now; nothing has begun.</exception>
    public Delivery Deliver(QueueHandle source, long offset, in IndexEntry entry, DelayedQueue? level = null)
    {
        ReadOnlySpan<byte> payload = default;
        DamagedRecordException? damage = null;
        try
        {
            payload = Read(source.Reader, entry);
        }
        catch (DamagedRecordException found)
        {
            damage = found;
        }

        var delivery = _idle.TryPop(out var idle) ? idle : new Delivery(_owner);
        delivery.Start(source.Id, offset, entry, level);
        if (damage is null)
        {
            Offer(delivery, payload);
        }
        else
        {
            _refused.Add(delivery);
            TrySetAside(delivery, damage, "is damaged");
        }

        return delivery;
    }

    /// <summary>Reads the index as a log does; where an entry is damaged, one by one up to it.</summary>
    /// <exception cref="DamagedRecordException">The first one is damaged.</exception>
    public static int ReadIndex(QueueHandle source, long offset, Span<IndexEntry> entries)
    {
        try
        {
            return source.Reader.ReadIndex(offset, entries);
        }
        catch (DamagedRecordException) when (entries.Length > 1)
        {
            return source.Reader.ReadIndex(offset, entries[..1]);
        }
    }

    /// <summary>Sets a message aside whose entry in the index is damaged. False: too many are.</summary>
    public bool TrySetAside(QueueHandle source, long offset, DamagedRecordException damage)
    {
        var delivery = new Delivery(_owner);
        delivery.Start(source.Id, offset, default, level: null);
        if (!TrySetAside(delivery, damage, "has a damaged entry in the index"))
        {
            return false;
        }

        _refused.Add(delivery);
        return true;
    }

    /// <summary>
    /// A queue has answered. False: it did not take the message, which is offered again later; or it did and consumers do not see it yet: whoever leads next may lack it, and has to find it where it
    /// waited; or nothing waits for it, since it was set aside before.
    /// </summary>
    public bool Answered(Delivery delivery)
    {
        _bytesUnderWay -= delivery.AdmittedBytes;
        if (delivery.Outcome is AppendOutcome.Unavailable or AppendOutcome.NoRoom)
        {
            _refused.Add(delivery);
            return _isStopping && !delivery.IsSetAside && TrySetAside(delivery, null, LeftToTheNext);
        }

        if (!IsSeen(delivery))
        {
            _unseen.Add(delivery);
            return false;
        }

        return End(delivery);
    }

    /// <summary>Looks whether consumers see by now what they did not.</summary>
    /// <param name="ended">Takes those that they do.</param>
    public void TakeSeen(List<Delivery> ended)
    {
        for (var i = _unseen.Count - 1; i >= 0; i--)
        {
            if (_unseen[i] is var delivery && IsSeen(delivery))
            {
                _unseen[i] = _unseen[^1];
                _unseen.RemoveAt(_unseen.Count - 1);
                if (End(delivery))
                {
                    ended.Add(delivery);
                }
            }
        }
    }

    /// <summary>Nobody waits for the delivery any more. One that is set aside is still tried.</summary>
    public void Return(Delivery delivery)
    {
        if (!delivery.IsSetAside && _idle.Count < MostIdle)
        {
            _idle.Push(delivery);
        }
    }

    /// <summary>A queue that has crashed since is another one now, with the same log.</summary>
    private bool IsSeen(Delivery delivery)
    {
        var queue = delivery.Queue!;
        return queue.VisibleOffset > delivery.QueueOffset || Find(queue.Id.Topic, queue.Id.Number)?.VisibleOffset > delivery.QueueOffset;
    }

    /// <summary>Nothing more is offered: what was not taken, and what will not be, is set aside, so that the next leader delivers that alone.</summary>
    /// <param name="ended">Takes what is set aside now.</param>
    public void Stop(List<Delivery> ended)
    {
        _isStopping = true;
        foreach (var delivery in _refused)
        {
            if (!delivery.IsSetAside && TrySetAside(delivery, null, LeftToTheNext))
            {
                ended.Add(delivery);
            }
        }
    }

    /// <summary>Whether it is time to offer what was not taken; the clock may have been set back.</summary>
    public bool IsTimeToOffer(long now)
    {
        var isTime = now >= _offerAt || _offerAt > now + OfferInterval;
        _offerAt = isTime ? now + OfferInterval : _offerAt;
        return isTime;
    }

    /// <summary>Offers what was not taken once more, to another queue of its topic if there is one.</summary>
    /// <param name="ended">Takes those that have ended for good by that, and those that are set aside now.</param>
    public void OfferRefused(List<Delivery> ended)
    {
        var withThoseAside = _turn++ % TurnsBetween == 0;
        if (_refused.Count == 0)
        {
            return;
        }

        Delivery[] again = [.. _refused];
        _refused.Clear();
        foreach (var delivery in again)
        {
            if (!delivery.IsSetAside && delivery.Attempts > AttemptsBefore && TrySetAside(delivery, null, "is not taken by any queue of its topic"))
            {
                ended.Add(delivery);
            }

            if (!HasRoom || (delivery.IsSetAside && !withThoseAside))
            {
                _refused.Add(delivery);
                continue;
            }

            OfferAgain(delivery);
            if (delivery.IsDone && End(delivery))
            {
                ended.Add(delivery);
            }
        }
    }

    /// <summary>One line in a while about what keeps messages from being delivered.</summary>
    public void Tell(Exception? cause, string line)
    {
        if (_lines.IsDue())
        {
            _logger.Warning(cause, "Broker {0}: {1}.", _broker.Settings.Name, line);
        }
    }

    /// <summary>It needs no further try. False: nothing waits for it, since it was set aside.</summary>
    private bool End(Delivery delivery)
    {
        delivery.IsDone = true;
        if (delivery.IsSetAside)
        {
            _aside.Remove(delivery.Source, delivery.SourceOffset);
        }

        return !delivery.IsSetAside;
    }

    private bool TrySetAside(Delivery delivery, Exception? cause, string reason)
    {
        delivery.IsSetAside = _aside.TryAdd(delivery.Source, delivery.SourceOffset);
        var what = $"the message at offset {delivery.SourceOffset} of {delivery.Source} {reason}";
        Tell(cause, delivery.IsSetAside
            ? $"{what}: it is set aside and tried again now and then"
            : $"{what} and holds up those behind it: {SetAsideOffsets.Most} others are set aside already");
        return delivery.IsSetAside;
    }

    private void OfferAgain(Delivery delivery)
    {
        if (Find(delivery.Source.Topic, delivery.Source.Number) is { } source && TryRead(source, delivery, out var payload))
        {
            Offer(delivery, payload);
        }
        else if (!delivery.IsDone)
        {
            delivery.Attempts += delivery.IsSetAside ? 0 : 1;
            _refused.Add(delivery);
        }
    }

    private bool TryRead(QueueHandle source, Delivery delivery, out ReadOnlySpan<byte> payload)
    {
        payload = default;
        try
        {
            Span<IndexEntry> entry = stackalloc IndexEntry[1];
            if (source.Reader.ReadIndex(delivery.SourceOffset, entry) == 0)
            {
                return false;
            }

            // Before the entry could be read nobody knew when it is due.
            if (delivery.IsSetAside && !_isDue(delivery.Source, entry[0]))
            {
                return false;
            }

            delivery.Found(entry[0]);
            payload = Read(source.Reader, entry[0]);
            return true;
        }
        catch (OffsetBelowMinimumException)
        {
            // Deleted by hand: nothing is there to be delivered.
            delivery.IsDone = true;
            return false;
        }
        catch (Exception unreadable) when (IsUnreadable(unreadable))
        {
            Tell(unreadable, $"the message at offset {delivery.SourceOffset} of {delivery.Source} cannot be read and is not delivered");
            return false;
        }
    }

    /// <summary>What a log answers that cannot be read, now or ever.</summary>
    public static bool IsUnreadable(Exception exception) =>
        exception is DamagedRecordException or IOException or OffsetBelowMinimumException or ObjectDisposedException;

    private ReadOnlySpan<byte> Read(LogReader reader, IndexEntry entry)
    {
        if (_payload.Length < entry.Size)
        {
            _payload = new byte[entry.Size];
        }

        var payload = _payload.AsSpan(0, entry.Size);
        reader.ReadPayload(entry, payload);
        return payload;
    }

    private void Offer(Delivery delivery, ReadOnlySpan<byte> payload)
    {
        var attempt = delivery.Attempts++;
        QueueHandle? target = null;
        if (!MessageView.TryRead(payload, out var waiting) || !DeliveryTargets.TryFind(_broker.Directory, waiting, attempt, out target))
        {
            if (Find(delivery.Source.Topic, delivery.Source.Number) is null)
            {
                // No topic is there any more: the broker is about to be led elsewhere.
                _refused.Add(delivery);
                return;
            }

            Tell(null, $"the message at offset {delivery.SourceOffset} of {delivery.Source} is not delivered: its topic is gone");
            delivery.IsDone = true;
            return;
        }

        if (target is null)
        {
            _refused.Add(delivery);
            return;
        }

        delivery.Encode(waiting, target.Id);
        if (delivery.TryOffer(target))
        {
            _bytesUnderWay += delivery.AdmittedBytes;
        }
        else
        {
            delivery.Withdraw();
            _refused.Add(delivery);
        }
    }
}
