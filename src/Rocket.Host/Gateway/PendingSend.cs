using System.Buffers.Binary;
using System.IO.Pipelines;
using Akka.Actor;
using Rocket.Actors.Queues;
using Rocket.Actors.Retention;
using Rocket.Actors.Transactions;
using Rocket.Protocol.Codes;
using Rocket.Protocol.Headers;
using Rocket.Protocol.Messages;
using Rocket.Protocol.Responses;

namespace Rocket.Host.Gateway;

/// <summary>One send of one connection: the append that its queue takes, and the answer that the client gets.</summary>
internal sealed class PendingSend(GatewayConnection connection) : Append, IReply
{
    private const string UnavailableRemark =
        "service not available now. It may be caused by one of the following reasons: the broker's disk is full, the queue's log cannot be written, the broker is stopping.";

    private const string UnsafeHalfRemark =
        "service not available now: the half message is not on the disk of every node in sync, its transaction has not begun.";

    /// <summary>56 digits for IPv6, and a comma.</summary>
    private const int LongestId = 57;

    private ReplyAddress _address;
    private int _charge;
    private int _refusal;
    private string? _refusalRemark;
    private int _answeredQueueId;

    public GatewayConnection Connection => connection;

    /// <summary>Whether it may be used again: one that a large batch has made large is not worth its memory.</summary>
    public bool IsReusable => !HasLargeTables;

    /// <summary>
    /// A half message: its producer goes on only when every copy in sync has it, and takes any answer but 0 for a refusal.
    /// </summary>
    public bool IsHalf { get; set; }

    private bool IsUnsafe => _refusal == ResponseCode.Success && Outcome is AppendOutcome.FlushTimeout or AppendOutcome.SlaveTimeout or AppendOutcome.SlaveUnavailable;

    /// <summary>Starts a send; the request's views are not kept.</summary>
    public void Start(in GatewayRequest request)
    {
        IsHalf = false;
        _address = request.Address;
        _charge = request.Charge;
        _refusal = ResponseCode.Success;
        _refusalRemark = null;
    }

    /// <summary>Rents room for all messages of this send.</summary>
    public void RentBuffer(int bytes) => Rent(bytes);

    /// <summary>Encodes one message behind those that are there, and notes what the queue's index must know of it.</summary>
    /// <param name="start">Where in the buffer.</param>
    /// <param name="fields">The message.</param>
    /// <param name="properties">Its properties.</param>
    /// <param name="tagHash">What the queue's index says of it besides its keys.</param>
    public void Add(int start, in MessageFields fields, in StoredProperties properties, int tagHash)
    {
        var length = MessageWriter.SizeOf(fields);
        MessageWriter.Write(Buffer.AsSpan(start, length), fields);
        AddRecord(start, length, tagHash);
        MessageKeys.AddTo(this, properties);
    }

    /// <summary>Writes the queue id into every record, now that the queue is chosen.</summary>
    /// <param name="queueId">Where they are stored.</param>
    /// <param name="answered">Where the client sent them, which is another one while they wait to be delivered.</param>
    public void SetQueueId(int queueId, int answered)
    {
        _answeredQueueId = answered;
        foreach (ref readonly var record in Records.AsSpan(0, RecordCount))
        {
            BinaryPrimitives.WriteInt32BigEndian(Buffer.AsSpan(record.Start + MessageLayout.QueueIdAt), queueId);
        }
    }

    /// <summary>Notes the hash of a key of the message added last.</summary>
    public void NoteKey(ulong hash) => AddKey(hash);

    /// <summary>Answers without storing anything.</summary>
    public void Refuse(int code, string remark)
    {
        Reset();
        (_refusal, _refusalRemark) = (code, remark);
        OnAnswered();
    }

    /// <summary>Ends it without an answer: the request is served anew, with what it counts.</summary>
    public void Abandon()
    {
        Reset();
        connection.SendPool.Return(this);
    }

    protected override void OnAnswered()
    {
        if (IsHalf && IsUnsafe)
        {
            // Its producer sends it anew: asked about both, it would commit both.
            connection.Listener.Broker!.Directory.Transactions.Tell(new TransactionProtocol.Settle(QueueOffset, IsCommit: false), ActorRefs.NoSender);
        }

        if (_address.IsOneway)
        {
            Completed();
        }
        else
        {
            connection.Reply(this);
        }
    }

    /// <summary>The receipt of a batch names each message.</summary>
    public int Prepare() => _refusal == ResponseCode.Success && RecordCount > 1 ? RecordCount * LongestId : 0;

    public void WriteTo(CommandEncoder encoder, PipeWriter output)
    {
        var (code, remark) = _refusal != ResponseCode.Success ? (_refusal, _refusalRemark) : Outcome switch
        {
            AppendOutcome.Stored => (ResponseCode.Success, null),
            _ when IsHalf && IsUnsafe => (ResponseCode.ServiceNotAvailable, UnsafeHalfRemark),
            AppendOutcome.FlushTimeout => (ResponseCode.FlushDiskTimeout, null),
            AppendOutcome.SlaveTimeout => (ResponseCode.FlushSlaveTimeout, null),
            AppendOutcome.SlaveUnavailable => (ResponseCode.SlaveNotAvailable, null),
            AppendOutcome.NoRoom => (ResponseCode.ServiceNotAvailable, DiskRefusal.Remark(connection.Listener.Broker!.Settings.Retention)),
            _ => (ResponseCode.ServiceNotAvailable, UnavailableRemark),
        };
        encoder.Start(_address.SerializeType, code, _address.Opaque, CommandFlags.Response, remark);
        if (code is ResponseCode.Success or ResponseCode.FlushDiskTimeout or ResponseCode.FlushSlaveTimeout or ResponseCode.SlaveNotAvailable)
        {
            AddReceipt(encoder);
        }

        encoder.WriteTo(output, 0);
    }

    private void AddReceipt(CommandEncoder encoder)
    {
        Span<byte> ids = RecordCount == 1 ? stackalloc byte[LongestId] : new byte[RecordCount * LongestId];
        var length = 0;
        for (var i = 0; i < RecordCount; i++)
        {
            if (i > 0)
            {
                ids[length++] = (byte)',';
            }

            length += MessageId.Format(connection.Listener.StoreHost, connection.Listener.StorePort, Records[i].PhysicalOffset, ids[length..]);
        }

        SendMessageResponse.AddTo(encoder, ids[..length], _answeredQueueId, QueueOffset, SendMessageResponse.DefaultRegion, traceOn: true);
    }

    public void Completed()
    {
        connection.Outstanding.Release(_charge);
        connection.SendPool.Return(this);
    }
}
