using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Akka.Actor;
using Rocket.Actors.Queues;
using Rocket.Actors.Storage;
using Rocket.Protocol.Messages;
using Rocket.Protocol.Topics;

namespace Rocket.Actors.Transactions;

/// <summary>Something that a broker writes because of a half message; tells its owner how that ended.</summary>
internal abstract class TransactionWrite(IActorRef owner, HalfMessage half) : StoredCopy, INoSerializationVerificationNeeded
{
    public HalfMessage Half => half;

    /// <summary>Whether it is in its queue, however many copies of that are.</summary>
    public bool IsStored => Outcome is not (AppendOutcome.Unavailable or AppendOutcome.NoRoom);

    /// <summary>Gives up what was encoded: its queue takes nothing now.</summary>
    public void Withdraw() => Reset();

    protected override void OnAnswered() => owner.Tell(this, ActorRefs.NoSender);
}

/// <summary>The message itself, where consumers see it or with those whose producers were asked too often.</summary>
internal sealed class ReleasedMessage(IActorRef owner, HalfMessage half) : TransactionWrite(owner, half)
{
    /// <summary>Encodes it: as it was sent, with the offset of its half, which tells it from any other.</summary>
    public void Encode(StoredHalf stored, QueueId target)
    {
        var message = stored.Message;
        Encode(new MessageFields
        {
            QueueId = target.Number,
            Flag = message.Flag,
            SysFlag = SystemFlags.WithTransactionState(
                message.SysFlag, target.Topic == SystemTopics.TransactionCheckMaxTime ? SystemFlags.TransactionNone : SystemFlags.TransactionCommit),
            BornTimestamp = message.BornTimestamp,
            BornHost = message.BornHost,
            BornPort = message.BornPort,
            StoreHost = message.StoreHost,
            StorePort = message.StorePort,
            ReconsumeTimes = message.ReconsumeTimes,
            PreparedTransactionOffset = message.PhysicalOffset,
            StoredBody = message.Body,
            Topic = Encoding.UTF8.GetBytes(target.Topic),
            Properties = message.Properties,
        });
    }
}

/// <summary>
/// What the log of operations says of a half message. Tag <c>d</c>: it is settled; tag <c>c</c>: its producer was asked once more. The body is its offset in the queue of half messages, as text.
/// </summary>
internal sealed class Operation(IActorRef owner, HalfMessage half, bool isSettled) : TransactionWrite(owner, half)
{
    /// <summary>Java hashes of the two tags, as the log's index has them.</summary>
    public static readonly int SettledTag = JavaHash.OfUtf8("d"u8);
    public static readonly int CheckedTag = JavaHash.OfUtf8("c"u8);

    private static readonly byte[] Topic = Encoding.UTF8.GetBytes(SystemTopics.TransactionOperation);

    /// <summary>Which half message a stored operation is about, and when that was stored; null: it cannot be told, and that half looks open.</summary>
    public static (long Half, long StoredAt)? HalfOf(LogReader operations, in IndexEntry entry)
    {
        try
        {
            return operations.TryReadAt(entry.Position, out var record) && MessageView.TryRead(record, out var message) && Utf8Parser.TryParse(message.Body, out long half, out _)
                ? (half, message.BornTimestamp)
                : null;
        }
        catch (DamagedRecordException)
        {
            return null;
        }
    }

    /// <summary>Encodes it.</summary>
    /// <param name="message">The half message: the hosts are its own.</param>
    public void Encode(in MessageView message)
    {
        Span<byte> properties = stackalloc byte[PropertyWriter.LengthOf(PropertyNames.Tags, "d"u8)];
        var writer = new PropertyWriter(properties);
        writer.Add(PropertyNames.Tags, isSettled ? "d"u8 : "c"u8);
        Encode(new MessageFields
        {
            BornTimestamp = message.StoreTimestamp,
            BornHost = message.StoreHost,
            BornPort = message.StorePort,
            StoreHost = message.StoreHost,
            StorePort = message.StorePort,
            StoredBody = Encoding.ASCII.GetBytes(Half.Offset.ToString(CultureInfo.InvariantCulture)),
            Topic = Topic,
            Properties = properties[..writer.Written],
        });
    }
}
