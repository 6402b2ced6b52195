using Akka.Actor;
using Rocket.Actors.Clients;
using Rocket.Protocol.Codes;
using Rocket.Protocol.Messages;
using Rocket.Protocol.Requests;

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

        var immuneUntil = half.StoredAt + (long)Math.Min(stored.Immunity.TotalMilliseconds, _broker.Settings.Retention.FileReservedTime.TotalMilliseconds);
        if (half.IsStored)
        {
            Note(half, isSettled: true);
        }
        else if (half.IsCommitted)
        {
            Release(half, stored, toConsumers: true);
        }
        else if (half.Checks == 0 && immuneUntil > now)
        {
            half.CheckAt = immuneUntil;
        }
        else if (half.Checks >= settings.CheckMax || now - half.StoredAt > _broker.Settings.Retention.FileReservedTime.TotalMilliseconds)
        {
            Tell(null, $"the half message at offset {half.Offset} of group {stored.ProducerGroup} was asked for {half.Checks} times and goes to {Protocol.Topics.SystemTopics.TransactionCheckMaxTime}");
            Release(half, stored, toConsumers: false);
        }
        else
        {
            Ask(half, stored);
        }
    }

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
