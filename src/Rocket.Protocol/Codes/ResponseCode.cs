namespace Rocket.Protocol.Codes;

/// <summary>
/// The <c>code</c> of an answer. Clients act on the number alone, never on the remark, and not every error is harmless:
/// what a producer retries and what a consumer takes for "no offset stored" is noted where it matters.
/// </summary>
public static partial class ResponseCode
{
    public const int Success = 0;

    /// <summary>What anything unforeseen is answered. 4.x producers try another queue.</summary>
    public const int SystemError = 1;

    /// <summary>Real overload only: 4.x producers do not retry it.</summary>
    public const int SystemBusy = 2;

    public const int RequestCodeNotSupported = 3;
    public const int TransactionFailed = 4;

    /// <summary>Stored and consumable, but the disk did not confirm in time. Fatal for half messages: the client rolls back.</summary>
    public const int FlushDiskTimeout = 10;

    /// <summary>Stored and consumable. Fatal for half messages: the client rolls back.</summary>
    public const int SlaveNotAvailable = 11;

    /// <summary>Stored and consumable. Fatal for half messages: the client rolls back.</summary>
    public const int FlushSlaveTimeout = 12;

    public const int MessageIllegal = 13;

    /// <summary>Not stored; this broker cannot take it now, another may. 4.x producers try another queue.</summary>
    public const int ServiceNotAvailable = 14;

    public const int VersionNotSupported = 15;
    public const int NoPermission = 16;
    public const int TopicNotExist = 17;
    public const int TopicExistAlready = 18;

    /// <summary>The queue has no message at that offset yet.</summary>
    public const int PullNotFound = 19;

    /// <summary>None of the messages looked at passed the filter; go on at nextBeginOffset.</summary>
    public const int PullRetryImmediately = 20;

    /// <summary>The offset lies outside the queue. Clients store nextBeginOffset as the group's new offset.</summary>
    public const int PullOffsetMoved = 21;

    public const int QueryNotFound = 22;
    public const int SubscriptionParseFailed = 23;
    public const int SubscriptionNotExist = 24;
    public const int SubscriptionNotLatest = 25;
    public const int SubscriptionGroupNotExist = 26;
    public const int FilterDataNotExist = 27;
    public const int FilterDataNotLatest = 28;

    /// <summary>5.x.</summary>
    public const int InvalidParameter = 29;

    public const int TransactionShouldCommit = 200;
    public const int TransactionShouldRollback = 201;
    public const int TransactionStateUnknow = 202;
    public const int TransactionStateGroupWrong = 203;
    public const int NoBuyerId = 204;
    public const int NotInCurrentUnit = 205;
    public const int ConsumerNotOnline = 206;
    public const int ConsumeMsgTimeout = 207;
    public const int NoMessage = 208;

    /// <summary>5.x; 4.x uses the number for UPDATE_AND_CREATE_ACL_CONFIG_FAILED.</summary>
    public const int PollingFull = 209;

    /// <summary>5.x; 4.x uses the number for DELETE_ACL_CONFIG_FAILED.</summary>
    public const int PollingTimeout = 210;

    /// <summary>5.x; 4.x uses the number for UPDATE_GLOBAL_WHITE_ADDRS_CONFIG_FAILED.</summary>
    public const int BrokerNotExist = 211;

    /// <summary>4.x; 5.x uses the number for POLLING_FULL.</summary>
    public const int UpdateAndCreateAclConfigFailed = 209;

    /// <summary>4.x; 5.x uses the number for POLLING_TIMEOUT.</summary>
    public const int DeleteAclConfigFailed = 210;

    /// <summary>4.x; 5.x uses the number for BROKER_NOT_EXIST.</summary>
    public const int UpdateGlobalWhiteAddrsConfigFailed = 211;

    public const int BrokerDispatchNotComplete = 212;
    public const int BroadcastConsumption = 213;

    /// <summary>A pull answered so is repeated after 20 ms instead of a second.</summary>
    public const int FlowControl = 215;

    public const int NotLeaderForQueue = 501;
    public const int IllegalOperation = 604;

    /// <summary>5.3.2 and later clients reconnect and retry once.</summary>
    public const int GoAway = 1500;

    public const int ControllerFencedMasterEpoch = 2000;
    public const int ControllerFencedSyncStateSetEpoch = 2001;
    public const int ControllerInvalidMaster = 2002;
    public const int ControllerInvalidReplicas = 2003;
    public const int ControllerMasterNotAvailable = 2004;
    public const int ControllerInvalidRequest = 2005;
    public const int ControllerBrokerNotAlive = 2006;
    public const int ControllerNotLeader = 2007;
    public const int ControllerBrokerMetadataNotExist = 2008;
    public const int ControllerInvalidCleanBrokerMetadata = 2009;
    public const int ControllerBrokerNeedToBeRegistered = 2010;
    public const int ControllerMasterStillExist = 2011;
    public const int ControllerElectMasterFailed = 2012;
    public const int ControllerAlterSyncStateSetFailed = 2013;
    public const int ControllerBrokerIdInvalid = 2014;
    public const int ControllerJraftInternalError = 2015;
    public const int ControllerBrokerLiveInfoNotExists = 2016;

    /// <summary>5.x.</summary>
    public const int UserNotExist = 3001;

    /// <summary>5.x.</summary>
    public const int PolicyNotExist = 3002;

    /// <summary>Made up inside a client, never on the wire.</summary>
    public const int RpcUnknown = -1000;

    /// <summary>Made up inside a client, never on the wire.</summary>
    public const int RpcAddrIsNull = -1002;

    /// <summary>Made up inside a client, never on the wire.</summary>
    public const int RpcSendToChannelFailed = -1004;

    /// <summary>Made up inside a client, never on the wire.</summary>
    public const int RpcTimeOut = -1006;
}
