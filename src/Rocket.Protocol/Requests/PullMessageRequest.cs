using Rocket.Protocol.Headers;

namespace Rocket.Protocol.Requests;

/// <summary>Reads messages of one queue (11, 361). Its spans are the header's bytes.</summary>
public readonly ref struct PullMessageRequest : IRequestHeader<PullMessageRequest>
{
    public ReadOnlySpan<byte> ConsumerGroup { get; init; }

    public ReadOnlySpan<byte> Topic { get; init; }

    public int QueueId { get; init; }

    /// <summary>First queue offset wanted.</summary>
    public long QueueOffset { get; init; }

    public int MaxMsgNums { get; init; }

    /// <summary>Bits of <see cref="Messages.PullSystemFlags"/>.</summary>
    public int SysFlag { get; init; }

    /// <summary>The group's offset to store, if <see cref="SysFlag"/> says that it is valid.</summary>
    public long CommitOffset { get; init; }

    /// <summary>How long the broker may hold the request when there is no message, in milliseconds.</summary>
    public long SuspendTimeoutMillis { get; init; }

    /// <summary>The subscription's expression, if <see cref="SysFlag"/> says that it is here; else the heartbeat's counts.</summary>
    public ReadOnlySpan<byte> Subscription { get; init; }

    /// <summary>Version of the subscription: a client's clock, or 0.</summary>
    public long SubVersion { get; init; }

    /// <summary>TAG or SQL92; empty means TAG.</summary>
    public ReadOnlySpan<byte> ExpressionType { get; init; }

    /// <inheritdoc />
    public static bool TryRead(CommandHeader header, out PullMessageRequest request, out string error)
    {
        var fields = new FieldReader(header);
        request = new PullMessageRequest
        {
            ConsumerGroup = fields.RequiredText("consumerGroup"u8),
            Topic = fields.RequiredText("topic"u8),
            QueueId = fields.RequiredInt32("queueId"u8),
            QueueOffset = fields.RequiredInt64("queueOffset"u8),
            MaxMsgNums = fields.RequiredInt32("maxMsgNums"u8),
            SysFlag = fields.RequiredInt32("sysFlag"u8),
            CommitOffset = fields.RequiredInt64("commitOffset"u8),
            SuspendTimeoutMillis = fields.RequiredInt64("suspendTimeoutMillis"u8),
            Subscription = fields.Text("subscription"u8),
            SubVersion = fields.RequiredInt64("subVersion"u8),
            ExpressionType = fields.Text("expressionType"u8),
        };
        return fields.Succeeded(out error);
    }

    /// <inheritdoc />
    public void AddTo(CommandEncoder encoder)
    {
        encoder.AddField("consumerGroup"u8, ConsumerGroup);
        encoder.AddField("topic"u8, Topic);
        encoder.AddField("queueId"u8, QueueId);
        encoder.AddField("queueOffset"u8, QueueOffset);
        encoder.AddField("maxMsgNums"u8, MaxMsgNums);
        encoder.AddField("sysFlag"u8, SysFlag);
        encoder.AddField("commitOffset"u8, CommitOffset);
        encoder.AddField("suspendTimeoutMillis"u8, SuspendTimeoutMillis);
        if (!Subscription.IsEmpty)
        {
            encoder.AddField("subscription"u8, Subscription);
        }

        encoder.AddField("subVersion"u8, SubVersion);
        if (!ExpressionType.IsEmpty)
        {
            encoder.AddField("expressionType"u8, ExpressionType);
        }
    }
}
