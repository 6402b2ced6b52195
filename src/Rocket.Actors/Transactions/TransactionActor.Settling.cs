using Akka.Actor;
using Rocket.Actors.Queues;
using Rocket.Protocol.Topics;

namespace Rocket.Actors.Transactions;

/// <summary>How a half message is settled: its message is written if it is committed, then that it is settled.</summary>
public sealed partial class TransactionActor
{
    private const string UnreadableHalf = "the half message cannot be read";

    private void Settle(TransactionProtocol.Settle settle)
    {
        try
        {
            ReadHalves();
        }
        catch (Exception unreadable) when (IsUnreadable(unreadable))
        {
            TellUnreadable(unreadable, settle.HalfOffset);
            Sender.Tell(new TransactionProtocol.Settled(UnreadableHalf));
            return;
        }

        var half = _state.Find(settle.HalfOffset);
        if (half is null || (half.IsBusy && (!half.IsAsked || half.Word is not null)))
        {
            // Somebody was there before: that word counts.
            Sender.Tell(TransactionProtocol.Settled.Well);
            return;
        }

        half.Asker = Sender;
        if (half.IsBusy)
        {
            half.Word = settle;
        }
        else
        {
            Settle(half, settle);
        }
    }

    private void Settle(HalfMessage half, TransactionProtocol.Settle settle)
    {
        try
        {
            if (settle.IsCommit && !half.IsStored)
            {
                Release(half, ReadHalf(half), toConsumers: true);
            }
            else
            {
                Note(half, isSettled: true);
            }
        }
        catch (Exception unreadable) when (IsUnreadable(unreadable))
        {
            TellUnreadable(unreadable, half.Offset);
            Fail(half, UnreadableHalf);
        }
    }

    /// <summary>A producer was asked, and that is noted or cannot be: what it has said meanwhile counts now.</summary>
    private void Asked(HalfMessage half)
    {
        half.IsAsked = false;
        if (half.Word is { } word)
        {
            half.Word = null;
            Settle(half, word);
        }
    }

    private void TellUnreadable(Exception unreadable, long halfOffset) =>
        Tell(unreadable, $"the half message at offset {halfOffset} cannot be read and is not settled");

    /// <summary>Writes the message of a half, unless an earlier leader has.</summary>
    private void Release(HalfMessage half, StoredHalf? stored, bool toConsumers)
    {
        if (stored is null)
        {
            Fail(half, "the half message is gone");
            return;
        }

        var topic = toConsumers ? stored.Topic : SystemTopics.TransactionCheckMaxTime;
        if (Find(topic, toConsumers ? stored.QueueId : 0) is not { } target)
        {
            Fail(half, $"queue {topic}@{stored.QueueId} is not served now");
            return;
        }

        if (half.Offset < _certainFrom && stored.IsCommittedIn(target))
        {
            half.IsStored = true;
            Note(half, isSettled: true);
            return;
        }

        var message = new ReleasedMessage(Self, half);
        message.Encode(stored, target.Id);
        Offer(message, target);
    }

    /// <summary>Writes what is known of a half message into the log of operations.</summary>
    private void Note(HalfMessage half, bool isSettled)
    {
        if (Operations is not { } operations || ReadHalf(half) is not { } stored)
        {
            Fail(half, $"queue {SystemTopics.TransactionOperation}@0 is not served now");
            return;
        }

        var operation = new Operation(Self, half, isSettled);
        operation.Encode(stored.Message);
        Offer(operation, operations);
    }

    private void Offer(TransactionWrite write, QueueHandle queue)
    {
        if (write.TryOffer(queue))
        {
            write.Half.IsBusy = true;
            _busy++;
        }
        else
        {
            write.Withdraw();
            Fail(write.Half, $"queue {queue.Id} takes no more now (rocket.limits.queue-outstanding-size)");
        }
    }

    private void Written(TransactionWrite write)
    {
        var half = write.Half;
        _busy--;
        half.IsBusy = false;
        if (half.IsAsked)
        {
            if (write.IsStored)
            {
                _state.OperationStored(write.QueueOffset);
            }

            Asked(half);
        }
        else if (!write.IsStored)
        {
            Fail(half, $"queue {write.Queue!.Id} cannot be written now");
        }
        else if (write is ReleasedMessage)
        {
            half.IsStored = true;
            Note(half, isSettled: true);
        }
        else
        {
            OperationWritten((Operation)write);
        }

        StopIfDone();
    }

    private void OperationWritten(Operation operation)
    {
        _state.OperationStored(operation.QueueOffset);
        _state.Settled(operation.Half);
        Answer(operation.Half, TransactionProtocol.Settled.Well);
        CommitSoon();
    }

    /// <summary>The half stays open: its producer says it again when it is asked.</summary>
    private static void Fail(HalfMessage half, string reason) => Answer(half, new TransactionProtocol.Settled(reason));

    private static void Answer(HalfMessage half, TransactionProtocol.Settled answer)
    {
        half.Asker.Tell(answer);
        half.Asker = ActorRefs.Nobody;
    }
}
