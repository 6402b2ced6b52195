using Akka.Actor;
using Akka.Event;
using Rocket.Actors.Cluster;
using Rocket.Actors.Queues;
using Rocket.Actors.Storage;
using Rocket.Protocol.Messages;

namespace Rocket.Actors.Schedules;

/// <summary>
/// Brings messages that waited into the queues that they were sent to: a bounded number at a time, again and again where a queue does not take them. Part of the actor that owns it, which is told how each
/// ends by the delivery itself.
/// </summary>
internal sealed class Deliverer
{
    /// <summary>Bytes that are on their way at once, but for one message that is larger.</summary>
    private const int MostBytesUnderWay = 16 << 20;

    /// <summary>Deliveries that are kept for their buffers.</summary>
    private const int MostIdle = 4096;

    private readonly IActorRef _owner;
    private readonly BrokerContext _broker;
    private readonly ILoggingAdapter _logger;
    private readonly LineSpacing _lines;
    private readonly Stack<Delivery> _idle = new();
    private readonly List<Delivery> _refused = [];
    private readonly List<Delivery> _unseen = [];
    private byte[] _payload = new byte[4096];
    private long _bytesUnderWay;

    /// <param name="owner">Told each <see cref="Delivery"/> when it is answered.</param>
    /// <param name="broker">The broker.</param>
    /// <param name="logger">Where lines go.</param>
    /// <param name="time">Spaces them.</param>
    public Deliverer(IActorRef owner, BrokerContext broker, ILoggingAdapter logger, TimeProvider time)
    {
        (_owner, _broker, _logger) = (owner, broker, logger);
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

    /// <summary>The queue of a topic of the broker's own; null: it is not served now.</summary>
    public QueueHandle? Find(string topic, int queueId) =>
        _broker.Directory.TryGetTopic(topic, out var handle) ? handle.Queues.ElementAtOrDefault(queueId) : null;

    /// <summary>Begins to deliver a message. It may have ended, for good, when this returns. One that is damaged is set aside, so that it keeps nothing but itself from being delivered.</summary>
    /// <exception cref="IOException">The log cannot be read now; nothing has begun.</exception>
    public Delivery Deliver(QueueHandle source, long offset, in IndexEntry entry, DelayedQueue? level = null)
    {
        ReadOnlySpan<byte> payload = default;
        var isDamaged = false;
        try
        {
            payload = Read(source.Reader, entry);
        }
        catch (DamagedRecordException damage)
        {
            isDamaged = true;
            Tell(damage, $"the message at offset {offset} of {source.Id} is damaged and is not delivered");
        }

        var delivery = _idle.TryPop(out var idle) ? idle : new Delivery(_owner);
        delivery.Start(source.Id, offset, entry, level);
        if (isDamaged)
        {
            _refused.Add(delivery);
        }
        else
        {
            Offer(delivery, payload);
        }

        return delivery;
    }

    /// <summary>
    /// A queue has answered. False: it did not take the message, which is offered again later; or it did and consumers do not see it yet: whoever leads next may lack it, and has to find it where it
    /// waited.
    /// </summary>
    public bool Answered(Delivery delivery)
    {
        _bytesUnderWay -= delivery.AdmittedBytes;
        if (delivery.Outcome is AppendOutcome.Unavailable or AppendOutcome.NoRoom)
        {
            _refused.Add(delivery);
            return false;
        }

        if (!IsSeen(delivery))
        {
            _unseen.Add(delivery);
            return false;
        }

        delivery.IsDone = true;
        return true;
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
                delivery.IsDone = true;
                ended.Add(delivery);
            }
        }
    }

    /// <summary>Nobody needs the delivery any more.</summary>
    public void Return(Delivery delivery)
    {
        if (_idle.Count < MostIdle)
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

    /// <summary>Offers what was not taken once more, to another queue of its topic if there is one.</summary>
    /// <param name="ended">Takes those that have ended for good by that.</param>
    public void OfferRefused(List<Delivery> ended)
    {
        if (_refused.Count == 0)
        {
            return;
        }

        Delivery[] again = [.. _refused];
        _refused.Clear();
        foreach (var delivery in again)
        {
            delivery.Attempts++;
            if (Find(delivery.Source.Topic, delivery.Source.Number) is { } source && TryRead(source, delivery, out var payload))
            {
                Offer(delivery, payload);
                if (delivery.IsDone)
                {
                    ended.Add(delivery);
                }
            }
            else
            {
                _refused.Add(delivery);
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

    private bool TryRead(QueueHandle source, Delivery delivery, out ReadOnlySpan<byte> payload)
    {
        payload = default;
        try
        {
            payload = Read(source.Reader, delivery.Entry);
            return true;
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
        QueueHandle? target = null;
        if (!MessageView.TryRead(payload, out var waiting) || !DeliveryTargets.TryFind(_broker.Directory, waiting, delivery.Attempts, out target))
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
