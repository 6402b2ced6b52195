using Rocket.Actors.Topics;
using Rocket.Protocol.Codes;
using Rocket.Protocol.Messages;
using Rocket.Protocol.Requests;
using Rocket.Protocol.Topics;

namespace Rocket.Host.Gateway.Handlers;

/// <summary>Decides whether a message is stored where consumers see it, or where it waits for its time.</summary>
internal static class WaitingRoom
{
    /// <summary>Finds the place; null when that went well.</summary>
    public static SendRefusal? Find(
        in GatewayRequest request, in SendMessageRequest message, in StoredProperties properties, TopicHandle topic, int queueId, out StoragePlace place)
    {
        place = new StoragePlace(topic, queueId, message.SysFlag);
        if (properties.DelayLevel is not { } level)
        {
            return new SendRefusal(ResponseCode.MessageIllegal, "the message is illegal: its delay level (property DELAY) is no number");
        }

        // A transaction's message that failed at its consumer comes back as a delayed one; its half is long settled.
        var isRetry = message.ReconsumeTimes > 0 && level > 0;
        if (properties.IsHalf && !isRetry)
        {
            return FindHalf(request, message, topic, queueId, ref place);
        }

        // For dead letters nobody waits.
        return TopicName.IsDeadLetter(topic.Config.Topic) ? null
            : level > 0 ? FindLevel(request, message, topic, queueId, level, ref place)
            : properties.Wish.IsSet ? FindTime(request, message, properties.Wish, topic, queueId, ref place)
            : null;
    }

    private static SendRefusal? FindLevel(in GatewayRequest request, in SendMessageRequest message, TopicHandle topic, int queueId, int level, ref StoragePlace place)
    {
        var broker = request.Connection.Listener.Broker!;
        if (!broker.Directory.TryGetTopic(SystemTopics.Schedule, out var schedule))
        {
            return new SendRefusal(ResponseCode.ServiceNotAvailable, BrokerRemarks.NotLed(broker));
        }

        place = new StoragePlace(schedule, broker.Settings.DelayLevels.Limit(level) - 1, message.SysFlag, topic, queueId);
        return null;
    }

    private static SendRefusal? FindTime(
        in GatewayRequest request, in SendMessageRequest message, DeliveryWish wish, TopicHandle topic, int queueId, ref StoragePlace place)
    {
        var broker = request.Connection.Listener.Broker!;
        var now = request.Connection.Environment.Time.GetUtcNow().ToUnixTimeMilliseconds();
        var due = wish.DueAt(now);
        if (wish.IsInvalid)
        {
            return new SendRefusal(ResponseCode.MessageIllegal, "the message is illegal: its time of delivery is no number, or less than 0");
        }

        if (due - now > broker.Settings.TimerMaxDelay.TotalMilliseconds)
        {
            return new SendRefusal(
                ResponseCode.MessageIllegal, $"the message is illegal: its time of delivery is more than {broker.Settings.TimerMaxDelay.TotalSeconds:F0} s away (timer-max-delay)");
        }

        if (due <= now)
        {
            return null;
        }

        if (!broker.Directory.TryGetTopic(SystemTopics.Timer, out var timers))
        {
            return new SendRefusal(ResponseCode.ServiceNotAvailable, BrokerRemarks.NotLed(broker));
        }

        place = new StoragePlace(timers, 0, message.SysFlag, topic, queueId) { DueAt = due };
        return null;
    }

    private static SendRefusal? FindHalf(in GatewayRequest request, in SendMessageRequest message, TopicHandle topic, int queueId, ref StoragePlace place)
    {
        var broker = request.Connection.Listener.Broker!;
        var most = request.Connection.Environment.Limits.MaxOpenTransactions;
        if (!broker.Directory.TryGetTopic(SystemTopics.TransactionHalf, out var halves))
        {
            return new SendRefusal(ResponseCode.ServiceNotAvailable, BrokerRemarks.NotLed(broker));
        }

        if (broker.Directory.LeftOut.Count > 0)
        {
            return new SendRefusal(
                ResponseCode.ServiceNotAvailable,
                $"service not available now: broker {broker.Settings.Name} goes on without {string.Join(", ", broker.Directory.LeftOut)}, so that no half message is safe on every copy");
        }

        if (broker.Directory.OpenTransactions >= most)
        {
            return new SendRefusal(
                ResponseCode.SystemBusy,
                $"[OVERLOAD]system busy, start flow control for a while: {broker.Directory.OpenTransactions} transactions are open (rocket.limits.max-open-transactions = {most})");
        }

        place = new StoragePlace(halves, 0, SystemFlags.WithTransactionState(message.SysFlag, SystemFlags.TransactionNone), topic, queueId);
        return null;
    }
}
