using System.Text;
using Rocket.Protocol.Codes;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Json;
using Rocket.TestClient.Messages;
using Rocket.TestClient.Wire;
using RequestCode = Rocket.Protocol.Codes.RequestCode;

namespace Rocket.Host.Tests.Fuzz;

/// <summary>Good requests of every code that a node serves, and of some that it does not, in both encodings: what mutations begin with.</summary>
internal static class Corpus
{
    /// <summary>They exist when the run begins.</summary>
    public static readonly string[] Topics = ["fuzz-a", "fuzz-b", "fuzz-c", "fuzz-d"];

    /// <summary>Queues of each topic.</summary>
    public const int Queues = 4;

    private static readonly string[] Groups = ["group-a", "group-b", "group-c"];

    public static IReadOnlyList<FuzzFrame> All { get; } =
        [.. from command in Commands() from type in new[] { SerializeType.Json, SerializeType.RocketMq } select FuzzFrame.Of(command, type)];

    private static IEnumerable<RemotingCommand> Commands()
    {
        var topic = Topics[0];
        foreach (var form in new[] { SendForm.V1, SendForm.V2 })
        {
            yield return SendRequest.For(topic, "body", tags: "TagA", keys: "k1 k2").ToCommand(form);
            yield return (SendRequest.For(Topics[1], new byte[300], queueId: -1) with { DefaultTopicQueueNums = 2 }).ToCommand(form);
            yield return SendRequest.For(topic, "oneway").ToCommand(form) with { Flag = RemotingCommand.OnewayFlag };
            yield return (SendRequest.For("%RETRY%group-a", "again") with { ReconsumeTimes = 3, MaxReconsumeTimes = 5 }).ToCommand(form);
        }

        yield return SendRequest.ForBatch(topic, ["one"u8.ToArray(), "two"u8.ToArray(), "three"u8.ToArray()], tags: "TagB").ToCommand(SendForm.Batch);
        yield return SendRequest.ForBatch(Topics[2], Enumerable.Range(0, 40).Select(i => (ReadOnlyMemory<byte>)new byte[i]), queueId: 1).ToCommand(SendForm.Batch);
        foreach (var pull in Pulls())
        {
            yield return pull;
            yield return pull with { Code = RequestCode.LitePullMessage };
        }

        foreach (var command in Offsets().Concat(Clients()).Concat(Questions()).Concat(Relays()).Concat(Administration()).Concat(NotServed()))
        {
            yield return command;
        }
    }

    private static IEnumerable<RemotingCommand> Pulls()
    {
        yield return new PullRequest { ConsumerGroup = Groups[0], Topic = Topics[0] }.ToCommand();
        yield return new PullRequest { ConsumerGroup = Groups[1], Topic = Topics[0], QueueId = 1, Subscription = "TagA || TagB", MaxMsgNums = 5 }.ToCommand();
        yield return new PullRequest { ConsumerGroup = Groups[1], Topic = Topics[3], SysFlag = 5, CommitOffset = 3, QueueOffset = 7 }.ToCommand();
        yield return new PullRequest { ConsumerGroup = Groups[2], Topic = Topics[0], SysFlag = 0, Subscription = null }.ToCommand();
        yield return new PullRequest { ConsumerGroup = Groups[0], Topic = Topics[3], QueueId = 3 }.Waiting(TimeSpan.FromMilliseconds(1)).ToCommand();
        var sql = new PullRequest { ConsumerGroup = Groups[0], Topic = Topics[0], ExpressionType = "SQL92", Subscription = "TAGS IN ('TagA', 'x') OR NOT (a BETWEEN 1 AND 2.5)" };
        yield return sql.ToCommand();
        yield return (sql with { QueueId = 2 }).Waiting(TimeSpan.FromMilliseconds(1)).ToCommand();
    }

    private static IEnumerable<RemotingCommand> Offsets()
    {
        HeaderFields Queue() => new() { { "topic", Topics[0] }, { "queueId", 1 } };
        yield return Command(RequestCode.QueryConsumerOffset, new() { { "consumerGroup", Groups[0] }, { "topic", Topics[0] }, { "queueId", 0 } });
        foreach (var flag in new[] { 0, RemotingCommand.OnewayFlag })
        {
            yield return Command(
                RequestCode.UpdateConsumerOffset,
                new() { { "consumerGroup", Groups[0] }, { "topic", Topics[0] }, { "queueId", 0 }, { "commitOffset", 5 } }) with
            { Flag = flag };
        }

        yield return Command(
            RequestCode.SearchOffsetByTimestamp, new() { { "topic", Topics[0] }, { "queueId", 0 }, { "timestamp", 1_690_000_000_000 } });
        yield return Command(RequestCode.GetMaxOffset, Queue());
        yield return Command(RequestCode.GetMinOffset, Queue());
        yield return Command(RequestCode.GetEarliestMsgStoreTime, Queue());
    }

    private static IEnumerable<RemotingCommand> Clients()
    {
        yield return Command(RequestCode.HeartBeat, [], new Heartbeat("client-1")
        {
            ProducerGroups = ["producers"],
            Consumers = [new(Groups[2], [SubscriptionData.ForTags(Topics[0], "TagA"), SubscriptionData.ForTags("%RETRY%group-c")])],
        }.ToJson());
        yield return Command(RequestCode.HeartBeat, [], new Heartbeat("client-2") { Consumers = [new(Groups[0], []), new(Groups[1], [])] }.ToJson());
        yield return Command(RequestCode.HeartBeat, [], new Heartbeat("client-3") { Consumers = [new(Groups[1], [SubscriptionData.ForSql(Topics[1], "a > 1")])] }.ToJson());
        yield return Command(RequestCode.CheckClientConfig, [], new ClientConfig("client-3", Groups[1], SubscriptionData.ForSql(Topics[1], "TAGS = 'TagA' AND a IS NOT NULL")).ToJson());
        yield return Command(RequestCode.GetConsumerListByGroup, new() { { "consumerGroup", Groups[2] } });
        yield return Command(RequestCode.UnregisterClient, new() { { "clientID", "client-1" }, { "producerGroup", "producers" }, { "consumerGroup", Groups[2] } });
        var locks = Encoding.UTF8.GetBytes(
            $$"""{"clientId":"client-1","consumerGroup":"group-a","mqSet":[{"brokerName":"broker-a","queueId":0,"topic":"fuzz-a"},{"brokerName":"broker-a","queueId":1,"topic":"fuzz-a"}]}""");
        yield return Command(RequestCode.LockBatchMq, [], locks);
        yield return Command(RequestCode.UnlockBatchMq, [], locks);
        yield return Command(RequestCode.UnlockBatchMq, [], locks) with { Flag = RemotingCommand.OnewayFlag };
    }

    private static IEnumerable<RemotingCommand> Questions()
    {
        yield return Command(RequestCode.GetRouteInfoByTopic, new() { { "topic", Topics[0] }, { "acceptStandardJsonOnly", true } });
        yield return Command(RequestCode.GetBrokerClusterInfo, []);
        yield return Command(RequestCode.GetKvConfig, new() { { "namespace", "n" }, { "key", "k" } });
        yield return Command(RequestCode.ViewMessageById, new() { { "offset", 0 } });
        yield return Command(
            RequestCode.QueryMessage, new() { { "topic", Topics[0] }, { "key", "k1" }, { "maxNum", 8 }, { "beginTimestamp", 0 }, { "endTimestamp", long.MaxValue } });
        foreach (var code in new[] { RequestCode.GetTopicConfig, RequestCode.GetTopicStatsInfo })
        {
            yield return Command(code, new() { { "topic", Topics[0] } });
        }

        yield return Command(RequestCode.GetAllTopicConfig, []);
        yield return Command(RequestCode.GetAllConsumerOffset, []);
        yield return Command(RequestCode.ConsumerSendMsgBack, new() { { "offset", 0 }, { "group", Groups[0] }, { "delayLevel", 3 } });
        yield return Command(
            RequestCode.EndTransaction,
            new() { { "producerGroup", "p" }, { "tranStateTableOffset", 1 }, { "commitLogOffset", 2 }, { "commitOrRollback", 8 } })
            with
        { Flag = RemotingCommand.OnewayFlag };
        yield return new CreateTopicRequest(Topics[3]) { ReadQueueNums = Queues, WriteQueueNums = Queues }.ToCommand();
    }

    private static IEnumerable<RemotingCommand> Administration()
    {
        var group = new SubscriptionGroup(Groups[1]) { RetryMaxTimes = 3, RetryQueueNums = 2 };
        yield return Command(RequestCode.UpdateAndCreateSubscriptionGroup, [], group.ToJson(("groupSysFlag", 1)));
        yield return Command(RequestCode.UpdateAndCreateSubscriptionGroupList, [], SubscriptionGroup.ToJson([group, new(Groups[2])]));
        yield return Command(RequestCode.GetAllSubscriptionGroupConfig, []);
        yield return Command(RequestCode.GetSubscriptionGroupConfig, new() { { "group", Groups[1] } });
        yield return Command(RequestCode.DeleteSubscriptionGroup, new() { { "groupName", Groups[2] }, { "removeOffset", true } });
        yield return Command(RequestCode.PutKvConfig, new() { { "namespace", "n" }, { "key", "k" }, { "value", "v" } });
        yield return Command(RequestCode.GetKvListByNamespace, new() { { "namespace", "n" } });
        yield return Command(RequestCode.DeleteKvConfig, new() { { "namespace", "n" }, { "key", "k" } });
    }

    /// <summary>What makes the server ask clients, those of these streams among them; they answer by chance only.</summary>
    private static IEnumerable<RemotingCommand> Relays()
    {
        foreach (var form in new[] { SendForm.ReplyV1, SendForm.ReplyV2 })
        {
            var reply = SendRequest.For("DefaultCluster_REPLY_TOPIC", "answer");
            reply.Properties![PropertyName.ReplyToClient] = "client-9";
            yield return reply.ToCommand(form);
            yield return SendRequest.For("DefaultCluster_REPLY_TOPIC", "oneway").ToCommand(form) with { Flag = RemotingCommand.OnewayFlag };
        }

        yield return Command(RequestCode.InvokeBrokerToResetOffset, new() { { "topic", Topics[0] }, { "group", Groups[0] }, { "timestamp", -1 }, { "isForce", true } });
        yield return Command(RequestCode.InvokeBrokerToGetConsumerStatus, new() { { "topic", Topics[0] }, { "group", "group-d" }, { "clientAddr", "client-1" } });
        yield return Command(RequestCode.GetConsumerRunningInfo, new() { { "consumerGroup", Groups[2] }, { "clientId", "client-9" }, { "jstackEnable", false } });
        yield return Command(RequestCode.ConsumeMessageDirectly, new() { { "consumerGroup", Groups[2] }, { "clientId", "client-9" }, { "msgId", new string('0', 32) } });
        yield return Command(RequestCode.CloneGroupOffset, new() { { "srcGroup", Groups[0] }, { "destGroup", Groups[1] }, { "topic", Topics[0] }, { "offline", true } });
        yield return Command(RequestCode.GetConsumerConnectionList, new() { { "consumerGroup", Groups[0] } });
        yield return Command(RequestCode.GetProducerConnectionList, new() { { "producerGroup", "producers" } });
        yield return Command(RequestCode.QueryTopicConsumeByWho, new() { { "topic", Topics[0] } });
        yield return Command(0, []) with { Flag = RemotingCommand.ResponseFlag, Body = "{\"messageQueueTable\":{{\"brokerName\":\"broker-a\",\"queueId\":0,\"topic\":\"fuzz-a\"}:1}}"u8.ToArray() };
    }

    private static IEnumerable<RemotingCommand> NotServed()
    {
        yield return Command(RequestCode.PopMessage, new() { { "topic", Topics[0] } });
        yield return Command(9999, []);
        yield return Command(0, []) with { Flag = RemotingCommand.ResponseFlag };
    }

    private static RemotingCommand Command(int code, HeaderFields fields, ReadOnlyMemory<byte> body = default) =>
        new() { Code = code, Fields = fields, Body = body };
}
