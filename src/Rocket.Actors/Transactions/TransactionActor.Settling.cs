using Akka.Actor;
using Rocket.Actors.Queues;
using Rocket.Actors.Schedules;
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

        if (settle.HalfOffset >= _state.NextHalf)
        {
            NotSeen(settle);
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

    /// <summary>No copy has it yet, so its producer was told that its transaction has not begun: it is not wanted.</summary>
    private void NotSeen(TransactionProtocol.Settle settle)
    {
        if (!settle.IsCommit && _unwanted.Count < MostUnwanted)
        {
            _unwanted.Add(settle.HalfOffset);
        }

        Sender.Tell(settle.IsCommit ? new TransactionProtocol.Settled("the half message is not on every copy in sync yet") : TransactionProtocol.Settled.Well);
    }

    private void Settle(HalfMessage half, TransactionProtocol.Settle settle)
    {
        try
        {
            // The first word counts: a commit that could not be written so far, too.
            half.IsCommitted |= settle.IsCommit;
            if (half.IsCommitted && !half.IsStored)
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

    /// <summary>Writes the message of a half, unless an earlier leader or a queue that failed has.</summary>
    private void Release(HalfMessage half, StoredHalf? stored, bool toConsumers)
    {
        if (stored is null)
        {
            Fail(half, "the half message is gone");
            return;
        }

        if (FindTarget(stored, toConsumers) is not { } target)
        {
            Fail(half, $"topic {stored.Topic} is not served now");
            return;
        }

        if (IsInDoubt(half) && IsReleased(stored, toConsumers) is var isReleased and not false)
        {
            if (isReleased is null)
            {
                Fail(half, $"its message may be in a queue of topic {stored.Topic} that is not served now");
                return;
            }

            half.IsStored = true;
            Note(half, isSettled: true);
            return;
        }

        var message = new ReleasedMessage(Self, half);
        message.Encode(stored, target.Id);
        Offer(message, target);
    }

    /// <summary>The queue that the message was sent to, or another one of its topic where that is not served.</summary>
    private QueueHandle? FindTarget(StoredHalf stored, bool toConsumers)
    {
        if (!toConsumers)
        {
            return Find(SystemTopics.TransactionCheckMaxTime, 0);
        }

        DeliveryTargets.TryFind(_broker.Directory, stored.Message, attempt: 0, out var target);
        return target;
    }

    private bool IsInDoubt(HalfMessage half) => half.IsUncertain || half.Offset < _certainFrom;

    /// <summary>
    /// Whether the message of a half is in its topic already, or with those that were given up if it is to go there. Null: that cannot be told before all queues of the topic are served and show what they have.
    /// </summary>
    private bool? IsReleased(StoredHalf stored, bool toConsumers)
    {
        IReadOnlyList<QueueHandle?> queues = _broker.Directory.TryGetTopic(stored.Topic, out var topic) ? topic.Queues : [];
        var isUnknown = false;
        foreach (var queue in toConsumers ? queues : [.. queues, Find(SystemTopics.TransactionCheckMaxTime, 0)])
        {
            if (queue is null)
            {
                isUnknown = toConsumers;
            }
            else if (stored.FindReleased(queue) is { } offset)
            {
                return offset < queue.VisibleOffset ? true : null;
            }
        }

        return isUnknown ? null : false;
    }

    /// <summary>Writes what is known of a half message into the log of operations.</summary>
    private void Note(HalfMessage half, bool isSettled)
    {
        try
        {
            if (Operations is { } operations && ReadHalf(half) is { } stored)
            {
                var operation = new Operation(Self, half, isSettled);
                operation.Encode(stored.Message);
                Offer(operation, operations);
                return;
            }

            Fail(half, $"queue {SystemTopics.TransactionOperation}@0 is not served now");
        }
        catch (Exception unreadable) when (IsUnreadable(unreadable))
        {
            TellUnreadable(unreadable, half.Offset);
            Fail(half, UnreadableHalf);
        }
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
            half.IsUncertain = true;
            Fail(half, $"queue {write.Queue!.Id} cannot be written now");
        }
        else if (write is ReleasedMessage message)
        {
            half.IsStored = true;
            NoteOnceSeen(message);
        }
        else
        {
            OperationWritten((Operation)write);
        }

        StopIfDone();
    }

    /// <summary>Whoever leads next may lack a message that consumers do not see yet: until then its half stays open.</summary>
    private void NoteOnceSeen(ReleasedMessage message)
    {
        if (IsSeen(message))
        {
            Note(message.Half, isSettled: true);
            return;
        }

        message.Half.IsBusy = true;
        _busy++;
        _unseen.Add(message);
        LookSoon();
    }

    private void NoteThoseSeen()
    {
        foreach (var message in _unseen.Where(IsSeen).ToArray())
        {
            _unseen.Remove(message);
            _busy--;
            message.Half.IsBusy = false;
            Note(message.Half, isSettled: true);
        }

        if (_isStopping && Now >= _stopBy)
        {
            // The next leader looks for those before it writes them again.
            _busy -= _unseen.Count;
            _unseen.Clear();
        }

        if (_unseen.Count > 0)
        {
            LookSoon();
        }

        StopIfDone();
    }

    /// <summary>Whether every copy that counts has it. A queue that has crashed since is another one now, with the same log.</summary>
    private bool IsSeen(ReleasedMessage message)
    {
        var queue = message.Queue!;
        return queue.VisibleOffset > message.QueueOffset || Find(queue.Id.Topic, queue.Id.Number)?.VisibleOffset > message.QueueOffset;
    }

    private void LookSoon() => Timers.StartSingleTimer(nameof(TransactionProtocol.SeenDue), TransactionProtocol.SeenDue.Instance, SeenInterval);

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
