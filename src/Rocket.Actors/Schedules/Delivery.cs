using System.Text;
using Akka.Actor;
using Rocket.Actors.Queues;
using Rocket.Actors.Storage;
using Rocket.Protocol.Messages;

namespace Rocket.Actors.Schedules;

/// <summary>One delayed message on its way into the queue that it was sent to. Used again and again by its actor, which it tells how it ended.</summary>
internal sealed class Delivery(IActorRef owner) : StoredCopy, INoSerializationVerificationNeeded
{
    /// <summary>Where it waited.</summary>
    public QueueId Source { get; private set; }

    /// <summary>Its offset there.</summary>
    public long SourceOffset { get; private set; }

    /// <summary>Where its bytes are there.</summary>
    public IndexEntry Entry { get; private set; }

    /// <summary>The level that it waited in, if that is what it waited for.</summary>
    public DelayedQueue? Level { get; private set; }

    /// <summary>Whether it is where it belongs, or nowhere for good.</summary>
    public bool IsDone { get; set; }

    /// <summary>Whether it holds up nothing else any more, and is tried again now and then.</summary>
    public bool IsSetAside { get; set; }

    /// <summary>How often it was offered, or could not be.</summary>
    public int Attempts { get; set; }

    public void Start(QueueId source, long offset, in IndexEntry entry, DelayedQueue? level) =>
        (Source, SourceOffset, Entry, Level, IsDone, IsSetAside, Attempts) = (source, offset, entry, level, false, false, 0);

    /// <summary>The index was read again.</summary>
    public void Found(in IndexEntry entry) => Entry = entry;

    /// <summary>Encodes the message as it is delivered: as it waited, but for topic and queue.</summary>
    public void Encode(in MessageView waiting, QueueId target) => Encode(new MessageFields
    {
        QueueId = target.Number,
        Flag = waiting.Flag,
        SysFlag = waiting.SysFlag,
        BornTimestamp = waiting.BornTimestamp,
        BornHost = waiting.BornHost,
        BornPort = waiting.BornPort,
        StoreHost = waiting.StoreHost,
        StorePort = waiting.StorePort,
        ReconsumeTimes = waiting.ReconsumeTimes,
        PreparedTransactionOffset = waiting.PreparedTransactionOffset,
        StoredBody = waiting.Body,
        Topic = Encoding.UTF8.GetBytes(target.Topic),
        Properties = waiting.Properties,
    });

    /// <summary>Gives up what was encoded: its queue takes nothing now.</summary>
    public void Withdraw() => Reset();

    protected override void OnAnswered() => owner.Tell(this, ActorRefs.NoSender);
}
