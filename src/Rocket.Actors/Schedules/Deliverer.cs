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

    private readonly IActorRef _owner;
    private readonly BrokerContext _broker;
    private readonly ILoggingAdapter _logger;
    private readonly LineSpacing _lines;
    private readonly Stack<Delivery> _idle = new();
    private readonly List<Delivery> _refused = [];
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

    /// <summary>The queue of a topic of the broker's own; null: it is not served now.</summary>
    public QueueHandle? Find(string topic, int queueId) =>
        _broker.Directory.TryGetTopic(topic, out var handle) ? handle.Queues.ElementAtOrDefault(queueId) : null;

    /// <summary>Begins to deliver a message. It may have ended, for good, when this returns.</summary>
    /// <exception cref="DamagedRecordException">It cannot be read; nothing has begun.</exception>
    public Delivery Deliver(QueueHandle source, long offset, in IndexEntry entry, DelayedQueue? level = null)
    {
        var payload = Read(source.Reader, entry);
        var delivery = _idle.TryPop(out var idle) ? idle : new Delivery(_owner);
        delivery.Start(source.Id, offset, entry, level);
        Offer(delivery, payload);
        return delivery;
    }

    /// <summary>A queue has answered. False: it did not take the message, which is offered again later.</summary>
    public bool Answered(Delivery delivery)
    {
        _bytesUnderWay -= delivery.AdmittedBytes;
        if (delivery.Outcome is AppendOutcome.Unavailable or AppendOutcome.NoRoom)
        {
            _refused.Add(delivery);
            return false;
        }

        delivery.IsDone = true;
        return true;
    }

    /// <summary>Nobody needs the delivery any more.</summary>
    public void Return(Delivery delivery) => _idle.Push(delivery);

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
        if (!MessageView.TryRead(payload, out var waiting) || !DeliveryTargets.TryFind(_broker.Directory, waiting, delivery.Attempts, out var target))
        {
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
