using Akka.Actor;
using Rocket.Actors.Clients;
using Rocket.Protocol.Codes;
using Rocket.Protocol.Messages;
using Rocket.Protocol.Requests;
using Rocket.Protocol.Topics;

namespace Rocket.Actors.Transactions;

/// <summary>
/// Producers are asked about half messages that stay open for too long. Only questions that were sent to one are counted: a broker whose producers are all away keeps their transactions for them,
/// as long as it keeps any message.
/// </summary>
public sealed partial class TransactionActor
{
    /// <summary>How often it is looked for half messages that are old enough.</summary>
    private static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(1);

    /// <summary>Producers asked at a time, so that those who settle meanwhile do not wait.</summary>
    private const int ChecksAtATime = 1000;

    private void CheckThoseDue()
    {
        try
        {
            ReadHalves();
            var (now, left) = (Now, ChecksAtATime);
            foreach (var half in _state.Pending)
            {
                if (half.CheckAt <= now && !half.IsBusy)
                {
                    Check(half, now);
                    if (--left == 0)
                    {
                        return;
                    }
                }
            }
        }
        catch (Exception unreadable) when (IsUnreadable(unreadable))
        {
            Tell(unreadable, "half messages cannot be read, their producers are not asked");
        }
    }

    private void Check(HalfMessage half, long now)
    {
        var settings = _broker.Settings.Transactions;
        half.CheckAt = now + (long)settings.CheckInterval.TotalMilliseconds;
        if (ReadHalf(half) is not { } stored)
        {
            return;
        }

        var kept = (long)_broker.Settings.Retention.FileReservedTime.TotalMilliseconds;
        var immuneUntil = half.StoredAt + Math.Min((long)stored.Immunity.TotalMilliseconds, kept);
        var isOld = now - half.StoredAt > kept;
        if (half.IsStored)
        {
            Note(half, isSettled: true);
        }
        else if (half.IsCommitted && (!isOld || IsServed(half, stored)))
        {
            Release(half, stored, toConsumers: true);
        }
        else if (!isOld && half.Checks == 0 && immuneUntil > now)
        {
            half.CheckAt = immuneUntil;
        }
        else if (isOld || half.Checks >= settings.CheckMax)
        {
            var why = half.IsCommitted ? $"is committed, but topic {stored.Topic} is not served" : $"was asked for {half.Checks} times";
            Tell(null, $"the half message at offset {half.Offset} of group {stored.ProducerGroup} {why}: it goes to {SystemTopics.TransactionCheckMaxTime}");
            Release(half, stored, toConsumers: false);
        }
        else
        {
            Ask(half, stored);
        }
    }

    /// <summary>Whether a committed message can go to its consumers now, or is there.</summary>
    private bool IsServed(HalfMessage half, StoredHalf stored) =>
        FindTarget(stored, toConsumers: true) is not null && (!IsInDoubt(half) || IsReleased(stored, toConsumers: true) is not null);

    private void Ask(HalfMessage half, StoredHalf stored)
    {
        var message = stored.Message;
        var id = MessageId.Format(message.StoreHost, message.StorePort, message.PhysicalOffset);
        var uniqueKey = stored.UniqueKey is { Length: > 0 } own ? own : id;
        var question = new CheckTransactionStateRequest(message.QueueOffset, message.PhysicalOffset, uniqueKey, uniqueKey, id);
        var request = ClientRequest.Of(RequestCode.CheckTransactionState, question, stored.ForCheck(half.Checks + 1));
        (half.IsBusy, half.IsAsked) = (true, true);
        _busy++;
        _node.Calls.TellProducerAsync(stored.ProducerGroup, _broker.Settings.Name, request)
            .PipeTo(Self, success: wasSent => new TransactionProtocol.CheckSent(half, wasSent), failure: _ => new TransactionProtocol.CheckSent(half, WasSent: false));
    }

    private void CheckSent(HalfMessage half, bool wasSent)
    {
        _busy--;
        half.IsBusy = false;
        if (wasSent && half.Word is null)
        {
            half.Checks++;
            Note(half, isSettled: false);
        }

        if (!half.IsBusy)
        {
            Asked(half);
        }

        StopIfDone();
    }
}
