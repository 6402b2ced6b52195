namespace Rocket.Protocol.Messages;

/// <summary>Names of message properties that brokers or clients act on.</summary>
public static class PropertyNames
{
    /// <summary>Blank-separated search keys, set by the producer.</summary>
    public static ReadOnlySpan<byte> Keys => "KEYS"u8;

    /// <summary>The message's tag, set by the producer; what subscriptions filter by.</summary>
    public static ReadOnlySpan<byte> Tags => "TAGS"u8;

    /// <summary>"false": answer without waiting for disk or replicas. Not stored.</summary>
    public static ReadOnlySpan<byte> Wait => "WAIT"u8;

    /// <summary>Level of a delayed message, 1 to 18.</summary>
    public static ReadOnlySpan<byte> Delay => "DELAY"u8;

    /// <summary>The client's own message id.</summary>
    public static ReadOnlySpan<byte> UniqueKey => "UNIQ_KEY"u8;

    public static ReadOnlySpan<byte> InstanceId => "INSTANCE_ID"u8;

    /// <summary>Cluster of the broker that stored the message; set by the broker.</summary>
    public static ReadOnlySpan<byte> Cluster => "CLUSTER"u8;

    public static ReadOnlySpan<byte> MessageRegion => "MSG_REGION"u8;

    public static ReadOnlySpan<byte> TraceOn => "TRACE_ON"u8;

    /// <summary>Topic that a message of a retry topic comes from.</summary>
    public static ReadOnlySpan<byte> RetryTopic => "RETRY_TOPIC"u8;

    /// <summary>Topic that a half or delayed message is meant for.</summary>
    public static ReadOnlySpan<byte> RealTopic => "REAL_TOPIC"u8;

    /// <summary>Queue id that a half or delayed message is meant for.</summary>
    public static ReadOnlySpan<byte> RealQueueId => "REAL_QID"u8;

    /// <summary>Offset id of the message that was first sent back.</summary>
    public static ReadOnlySpan<byte> OriginMessageId => "ORIGIN_MESSAGE_ID"u8;

    public static ReadOnlySpan<byte> ReconsumeTime => "RECONSUME_TIME"u8;

    public static ReadOnlySpan<byte> MaxReconsumeTimes => "MAX_RECONSUME_TIMES"u8;

    /// <summary>"true" on a half message.</summary>
    public static ReadOnlySpan<byte> TransactionPrepared => "TRAN_MSG"u8;

    /// <summary>Producer group of a half message.</summary>
    public static ReadOnlySpan<byte> ProducerGroup => "PGROUP"u8;

    public static ReadOnlySpan<byte> TransactionId => "__transactionId__"u8;

    public static ReadOnlySpan<byte> CheckImmunityTimeInSeconds => "CHECK_IMMUNITY_TIME_IN_SECONDS"u8;

    public static ReadOnlySpan<byte> TransactionCheckTimes => "TRANSACTION_CHECK_TIMES"u8;

    public static ReadOnlySpan<byte> TransactionPreparedQueueOffset => "TRAN_PREPARED_QUEUE_OFFSET"u8;

    public static ReadOnlySpan<byte> CorrelationId => "CORRELATION_ID"u8;

    /// <summary>Client id of the producer that waits for a reply.</summary>
    public static ReadOnlySpan<byte> ReplyToClient => "REPLY_TO_CLIENT"u8;

    /// <summary>How long a requester waits, in milliseconds.</summary>
    public static ReadOnlySpan<byte> TimeToLive => "TTL"u8;

    /// <summary>"reply" on the answer to a request message.</summary>
    public static ReadOnlySpan<byte> MessageType => "MSG_TYPE"u8;

    public static ReadOnlySpan<byte> ArriveTime => "ARRIVE_TIME"u8;

    public static ReadOnlySpan<byte> PushReplyTime => "PUSH_REPLY_TIME"u8;

    public static ReadOnlySpan<byte> ShardingKey => "__SHARDINGKEY"u8;

    /// <summary>5.x: delay in seconds.</summary>
    public static ReadOnlySpan<byte> TimerDelaySeconds => "TIMER_DELAY_SEC"u8;

    /// <summary>5.x: delay in milliseconds.</summary>
    public static ReadOnlySpan<byte> TimerDelayMilliseconds => "TIMER_DELAY_MS"u8;

    /// <summary>5.x: time of delivery in milliseconds since 1970.</summary>
    public static ReadOnlySpan<byte> TimerDeliverMilliseconds => "TIMER_DELIVER_MS"u8;

    /// <summary>5.x: when a timer message is due, set by the broker.</summary>
    public static ReadOnlySpan<byte> TimerOutMilliseconds => "TIMER_OUT_MS"u8;

    /// <summary>5.x: cancels the timer message with this UNIQ_KEY.</summary>
    public static ReadOnlySpan<byte> TimerDeleteUniqueKey => "TIMER_DEL_UNIQKEY"u8;

    /// <summary>Cloud clients: time of delivery in milliseconds since 1970.</summary>
    public static ReadOnlySpan<byte> StartDeliverTime => "__STARTDELIVERTIME"u8;

    /// <summary>5.x: check-point of a message taken by POP.</summary>
    public static ReadOnlySpan<byte> PopCheckPoint => "POP_CK"u8;

    /// <summary>5.x: when a message was first taken by POP.</summary>
    public static ReadOnlySpan<byte> FirstPopTime => "1ST_POP_TIME"u8;

    /// <summary>Names that start so are never stored.</summary>
    public static ReadOnlySpan<byte> TransientPrefix => "__RMQ.TRANSIENT."u8;
}
