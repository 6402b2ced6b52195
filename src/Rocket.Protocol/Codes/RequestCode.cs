namespace Rocket.Protocol.Codes;

/// <summary>
/// What a command asks for, by RocketMQ's names. "Server to client" requests travel on the connection the client opened.
/// Those that only 5.x clients or tools know are marked.
/// </summary>
public static partial class RequestCode
{
    // Messages, offsets, clients.

    /// <summary>Sends a message with full field names (old and non-Java producers).</summary>
    public const int SendMessage = 10;

    /// <summary>Reads messages of one queue; held when there is none and the client allows it.</summary>
    public const int PullMessage = 11;

    /// <summary>Finds messages by key or by unique id.</summary>
    public const int QueryMessage = 12;

    public const int QueryBrokerOffset = 13;

    /// <summary>Reads a group's committed offset. 4.x clients take any error for "none" and skip the backlog.</summary>
    public const int QueryConsumerOffset = 14;

    /// <summary>Commits a group's offset; usually oneway.</summary>
    public const int UpdateConsumerOffset = 15;

    public const int UpdateAndCreateTopic = 17;

    /// <summary>5.x.</summary>
    public const int UpdateAndCreateTopicList = 18;

    public const int GetAllTopicConfig = 21;
    public const int GetTopicConfigList = 22;
    public const int GetTopicNameList = 23;
    public const int UpdateBrokerConfig = 25;
    public const int GetBrokerConfig = 26;
    public const int TriggerDeleteFiles = 27;
    public const int GetBrokerRuntimeInfo = 28;
    public const int SearchOffsetByTimestamp = 29;

    /// <summary>The offset that the next message of a queue will get.</summary>
    public const int GetMaxOffset = 30;

    public const int GetMinOffset = 31;
    public const int GetEarliestMsgStoreTime = 32;

    /// <summary>Reads one message by its physical offset.</summary>
    public const int ViewMessageById = 33;

    public const int HeartBeat = 34;
    public const int UnregisterClient = 35;

    /// <summary>Hands a message that could not be consumed back for a later retry.</summary>
    public const int ConsumerSendMsgBack = 36;

    /// <summary>Commits or rolls back a half message; oneway.</summary>
    public const int EndTransaction = 37;

    public const int GetConsumerListByGroup = 38;

    /// <summary>Server to client, oneway: asks a producer what became of a half message.</summary>
    public const int CheckTransactionState = 39;

    /// <summary>Server to client, oneway: a group's members changed, rebalance now.</summary>
    public const int NotifyConsumerIdsChanged = 40;

    public const int LockBatchMq = 41;
    public const int UnlockBatchMq = 42;
    public const int GetAllConsumerOffset = 43;
    public const int GetAllDelayOffset = 45;

    /// <summary>Asks whether the broker can evaluate an SQL92 subscription.</summary>
    public const int CheckClientConfig = 46;

    /// <summary>5.x.</summary>
    public const int GetClientConfig = 47;

    /// <summary>4.x.</summary>
    public const int UpdateAndCreateAclConfig = 50;

    /// <summary>4.x.</summary>
    public const int DeleteAclConfig = 51;

    /// <summary>4.x.</summary>
    public const int GetBrokerClusterAclInfo = 52;

    /// <summary>4.x.</summary>
    public const int UpdateGlobalWhiteAddrsConfig = 53;

    /// <summary>5.x.</summary>
    public const int GetTimerCheckPoint = 60;

    /// <summary>5.x.</summary>
    public const int GetTimerMetrics = 61;

    // Name server.

    public const int PutKvConfig = 100;
    public const int GetKvConfig = 101;
    public const int DeleteKvConfig = 102;

    /// <summary>Broker to name server; no client sends it.</summary>
    public const int RegisterBroker = 103;

    /// <summary>Broker to name server; no client sends it.</summary>
    public const int UnregisterBroker = 104;

    public const int GetRouteInfoByTopic = 105;
    public const int GetBrokerClusterInfo = 106;

    // Administration.

    public const int UpdateAndCreateSubscriptionGroup = 200;
    public const int GetAllSubscriptionGroupConfig = 201;
    public const int GetTopicStatsInfo = 202;
    public const int GetConsumerConnectionList = 203;
    public const int GetProducerConnectionList = 204;
    public const int WipeWritePermOfBroker = 205;
    public const int GetAllTopicListFromNameServer = 206;
    public const int DeleteSubscriptionGroup = 207;
    public const int GetConsumeStats = 208;
    public const int SuspendConsumer = 209;
    public const int ResumeConsumer = 210;
    public const int ResetConsumerOffsetInConsumer = 211;
    public const int ResetConsumerOffsetInBroker = 212;
    public const int AdjustConsumerThreadPool = 213;
    public const int WhoConsumeTheMessage = 214;
    public const int DeleteTopicInBroker = 215;
    public const int DeleteTopicInNamesrv = 216;

    /// <summary>5.x.</summary>
    public const int RegisterTopicInNamesrv = 217;

    public const int GetKvListByNamespace = 219;

    /// <summary>Server to client, oneway: take these offsets.</summary>
    public const int ResetConsumerClientOffset = 220;

    /// <summary>Server to client.</summary>
    public const int GetConsumerStatusFromClient = 221;

    public const int InvokeBrokerToResetOffset = 222;
    public const int InvokeBrokerToGetConsumerStatus = 223;
    public const int GetTopicsByCluster = 224;

    /// <summary>5.x.</summary>
    public const int UpdateAndCreateSubscriptionGroupList = 225;

    public const int QueryTopicConsumeByWho = 300;
    public const int RegisterFilterServer = 301;
    public const int RegisterMessageFilterClass = 302;
    public const int QueryConsumeTimeSpan = 303;
    public const int GetSystemTopicListFromNs = 304;
    public const int GetSystemTopicListFromBroker = 305;
    public const int CleanExpiredConsumeQueue = 306;

    /// <summary>From an admin tool to the broker, which passes it on to the client.</summary>
    public const int GetConsumerRunningInfo = 307;

    public const int QueryCorrectionOffset = 308;

    /// <summary>From an admin tool to the broker, which passes it on to the client.</summary>
    public const int ConsumeMessageDirectly = 309;

    /// <summary>Sends a message; field names are the letters a to n. What most clients use.</summary>
    public const int SendMessageV2 = 310;

    public const int GetUnitTopicList = 311;
    public const int GetHasUnitSubTopicList = 312;
    public const int GetHasUnitSubUnunitTopicList = 313;
    public const int CloneGroupOffset = 314;
    public const int ViewBrokerStatsData = 315;
    public const int CleanUnusedTopic = 316;
    public const int GetBrokerConsumeStats = 317;
    public const int UpdateNamesrvConfig = 318;
    public const int GetNamesrvConfig = 319;

    /// <summary>Sends several messages of one topic to one queue; fields as 310.</summary>
    public const int SendBatchMessage = 320;

    public const int QueryConsumeQueue = 321;

    /// <summary>Broker to name server; no client sends it.</summary>
    public const int QueryDataVersion = 322;

    public const int ResumeCheckHalfMessage = 323;

    /// <summary>A consumer's answer to a request message; fields as 10.</summary>
    public const int SendReplyMessage = 324;

    /// <summary>A consumer's answer to a request message; fields as 310.</summary>
    public const int SendReplyMessageV2 = 325;

    /// <summary>Server to client: the answer to a request message.</summary>
    public const int PushReplyMessageToClient = 326;

    public const int AddWritePermOfBroker = 327;
    public const int GetAllProducerInfo = 328;
    public const int DeleteExpiredCommitLog = 329;

    /// <summary>5.x.</summary>
    public const int QueryTopicsByConsumer = 343;

    /// <summary>5.x.</summary>
    public const int QuerySubscriptionByConsumer = 345;

    /// <summary>5.x.</summary>
    public const int GetTopicConfig = 351;

    /// <summary>5.x.</summary>
    public const int GetSubscriptionGroupConfig = 352;

    /// <summary>5.x.</summary>
    public const int UpdateAndGetGroupForbidden = 353;

    /// <summary>5.x.</summary>
    public const int CheckRocksdbCqWriteProgress = 354;

    /// <summary>5.x.</summary>
    public const int ExportRocksdbConfigToJson = 355;

    /// <summary>5.x: as 11.</summary>
    public const int LitePullMessage = 361;

    /// <summary>5.x.</summary>
    public const int RecallMessage = 370;

    /// <summary>5.x; an answer of code 3 makes the client rebalance on its own.</summary>
    public const int QueryAssignment = 400;

    /// <summary>5.x.</summary>
    public const int SetMessageRequestMode = 401;

    /// <summary>5.x.</summary>
    public const int GetAllMessageRequestMode = 402;

    /// <summary>5.x.</summary>
    public const int UpdateAndCreateStaticTopic = 513;

    // Between brokers and controllers (5.x).

    public const int GetBrokerMemberGroup = 901;
    public const int AddBroker = 902;
    public const int RemoveBroker = 903;
    public const int BrokerHeartbeat = 904;
    public const int NotifyMinBrokerIdChange = 905;
    public const int ExchangeBrokerHaInfo = 906;
    public const int GetBrokerHaStatus = 907;
    public const int ResetMasterFlushOffset = 908;
    public const int ControllerAlterSyncStateSet = 1001;
    public const int ControllerElectMaster = 1002;
    public const int ControllerRegisterBroker = 1003;
    public const int ControllerGetReplicaInfo = 1004;
    public const int ControllerGetMetadataInfo = 1005;
    public const int ControllerGetSyncStateData = 1006;
    public const int GetBrokerEpochCache = 1007;
    public const int NotifyBrokerRoleChanged = 1008;
    public const int UpdateControllerConfig = 1009;
    public const int GetControllerConfig = 1010;
    public const int CleanBrokerData = 1011;
    public const int ControllerGetNextBrokerId = 1012;
    public const int ControllerApplyBrokerId = 1013;
    public const int BrokerCloseChannelRequest = 1014;
    public const int CheckNotActiveBrokerRequest = 1015;
    public const int GetBrokerLiveInfoRequest = 1016;
    public const int GetSyncStateDataRequest = 1017;
    public const int RaftBrokerHeartBeatEventRequest = 1018;
    public const int UpdateColdDataFlowCtrConfig = 2001;
    public const int RemoveColdDataFlowCtrConfig = 2002;
    public const int GetColdDataFlowCtrInfo = 2003;
    public const int SetCommitLogReadMode = 2004;

    // Users and access control (5.x).

    public const int AuthCreateUser = 3001;
    public const int AuthUpdateUser = 3002;
    public const int AuthDeleteUser = 3003;
    public const int AuthGetUser = 3004;
    public const int AuthListUser = 3005;
    public const int AuthCreateAcl = 3006;
    public const int AuthUpdateAcl = 3007;
    public const int AuthDeleteAcl = 3008;
    public const int AuthGetAcl = 3009;
    public const int AuthListAcl = 3010;

    // POP consumption (5.x). Over 16 bits, so binary headers cut them.

    public const int PopMessage = 200050;
    public const int AckMessage = 200051;
    public const int PeekMessage = 200052;
    public const int ChangeMessageInvisibleTime = 200053;
    public const int Notification = 200054;
    public const int PollingInfo = 200055;
    public const int PopRollback = 200056;
    public const int BatchAckMessage = 200151;
}
