namespace Rocket.TestClient.Messages;

/// <summary>Property names that the protocol gives a meaning.</summary>
public static class PropertyName
{
    public const string Keys = "KEYS";
    public const string Tags = "TAGS";
    public const string Wait = "WAIT";
    public const string Delay = "DELAY";
    public const string UniqueKey = "UNIQ_KEY";
    public const string Cluster = "CLUSTER";
    public const string RetryTopic = "RETRY_TOPIC";
    public const string RealTopic = "REAL_TOPIC";
    public const string RealQueueId = "REAL_QID";
    public const string OriginMessageId = "ORIGIN_MESSAGE_ID";
    public const string TransactionPrepared = "TRAN_MSG";
    public const string ProducerGroup = "PGROUP";
    public const string CorrelationId = "CORRELATION_ID";
    public const string ReplyToClient = "REPLY_TO_CLIENT";
    public const string TimeToLive = "TTL";
    public const string MessageType = "MSG_TYPE";
    public const string PushReplyTime = "PUSH_REPLY_TIME";
}
