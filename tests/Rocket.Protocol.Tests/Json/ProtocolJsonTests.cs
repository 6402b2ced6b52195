using System.Text;
using Rocket.Protocol.Json;
using Xunit;

namespace Rocket.Protocol.Tests.Json;

public sealed class ProtocolJsonTests
{
    private const string JavaHeartbeat =
        """
        {"clientID":"10.0.0.5@12345#98765",
         "consumerDataSet":[{"consumeFromWhere":"CONSUME_FROM_FIRST_OFFSET","consumeType":"CONSUME_PASSIVELY","groupName":"g",
           "messageModel":"BROADCASTING","subscriptionDataSet":[{"classFilterMode":false,"codeSet":[2598919],"expressionType":"TAG",
           "subString":"TagA","subVersion":1690000000000,"tagsSet":["TagA"],"topic":"T"}],"unitMode":false}],
         "producerDataSet":[{"groupName":"p"}],"heartbeatFingerprint":0,"isWithoutSub":false}
        """;

    [Fact]
    public void A_heartbeat_as_Java_sends_it_is_read() => AssertIsTheHeartbeat(JavaHeartbeat);

    [Fact]
    public void Names_in_another_case_trailing_commas_and_quoted_numbers_do_not_matter() => AssertIsTheHeartbeat(
        """
        {"ClientID":"10.0.0.5@12345#98765","ConsumerDataSet":[{"ConsumeFromWhere":"CONSUME_FROM_FIRST_OFFSET","ConsumeType":"CONSUME_PASSIVELY","GroupName":"g",
         "MessageModel":"BROADCASTING","SubscriptionDataSet":[{"CodeSet":["2598919",],"SubString":"TagA","SubVersion":"1690000000000","TagsSet":["TagA",],"Topic":"T",}]}],
         "ProducerDataSet":[{"GroupName":"p"}]}
        """);

    [Fact]
    public void Nulls_in_a_heartbeat_are_as_good_as_absent()
    {
        var heartbeat = Parse<HeartbeatData>(
            """{"clientID":null,"consumerDataSet":[null,{"groupName":null,"subscriptionDataSet":[{"tagsSet":null,"codeSet":null,"topic":null,"subString":null},null]}],"producerDataSet":null}""");
        Assert.Empty(heartbeat.ClientId);
        Assert.Empty(heartbeat.ProducerDataSet);
        var consumer = Assert.Single(heartbeat.ConsumerDataSet);
        Assert.Empty(consumer.GroupName);
        var subscription = Assert.Single(consumer.SubscriptionDataSet);
        Assert.Empty(subscription.TagsSet);
        Assert.Empty(subscription.CodeSet);
        Assert.Empty(subscription.Topic);
        Assert.Equal("*", subscription.SubString);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("{")]
    [InlineData("""{"clientID":{}}""")]
    [InlineData("""{"clientID":"a"}}""")]
    [InlineData("""{"clientID":"a"} {}""")]
    [InlineData("""{"clientID":"\ud800"}""")]
    [InlineData("""{"consumerDataSet":{"groupName":"g"}}""")]
    [InlineData("""{"consumerDataSet":[{"subscriptionDataSet":[{"subVersion":"now"}]}]}""")]
    public void What_is_no_heartbeat_is_refused_with_a_reason(string text)
    {
        Assert.False(ProtocolJson.TryParse<HeartbeatData>(Encoding.UTF8.GetBytes(text), out var value, out var error));
        Assert.Null(value);
        Assert.StartsWith("the body is ", error, StringComparison.Ordinal);
        Assert.False(ProtocolJson.TryParse<HeartbeatData>(Segments.ByteByByte(Encoding.UTF8.GetBytes(text)), out _, out _));
    }

    [Fact]
    public void Bytes_that_are_no_text_are_refused()
    {
        byte[] body = [.. "{\"clientID\":\""u8, 0xFF, 0xFE, .. "\"}"u8];
        Assert.False(ProtocolJson.TryParse<HeartbeatData>(body, out _, out _));
    }

    [Fact]
    public void Deep_nesting_is_refused()
    {
        var text = """{"unknown":""" + new string('[', 100_000) + new string(']', 100_000) + "}";
        Assert.False(ProtocolJson.TryParse<HeartbeatData>(Encoding.UTF8.GetBytes(text), out _, out var error));
        Assert.Contains("depth", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_body_reads_the_same_in_two_segments_wherever_it_is_cut()
    {
        var bytes = Encoding.UTF8.GetBytes(JavaHeartbeat);
        for (var index = 0; index <= bytes.Length; index++)
        {
            Assert.True(ProtocolJson.TryParse<HeartbeatData>(Segments.SplitAt(bytes, index), out var heartbeat, out var error), error);
            Assert.Equal("10.0.0.5@12345#98765", heartbeat.ClientId);
        }
    }

    [Fact]
    public void A_body_that_ends_too_early_is_refused_wherever_it_ends_and_is_cut()
    {
        var heartbeat = Encoding.UTF8.GetBytes("""{"clientID":"c","isWithoutSub":false,"producerDataSet":[null],"unitMode":true}""");
        for (var end = 0; end < heartbeat.Length; end++)
        {
            for (var index = 0; index <= end; index++)
            {
                Assert.False(ProtocolJson.TryParse<HeartbeatData>(Segments.SplitAt(heartbeat[..end], index), out _, out var error));
                Assert.NotEmpty(error);
            }
        }
    }

    [Fact]
    public void A_route_is_standard_JSON_with_quoted_ids_and_without_blanks()
    {
        var route = new TopicRouteData
        {
            BrokerDatas =
            [
                new BrokerData
                {
                    BrokerAddrs = new Dictionary<long, string> { [0] = "10.0.0.1:10911", [1] = "10.0.0.2:10911" },
                    BrokerName = "broker-a",
                    Cluster = "DefaultCluster",
                },
            ],
            QueueDatas = [new QueueData { BrokerName = "broker-a", Perm = 6, ReadQueueNums = 8, WriteQueueNums = 8 }],
        };
        AssertWrites(
            """{"brokerDatas":[{"brokerAddrs":{"0":"10.0.0.1:10911","1":"10.0.0.2:10911"},"brokerName":"broker-a","cluster":"DefaultCluster"}],"filterServerTable":{},"queueDatas":[{"brokerName":"broker-a","perm":6,"readQueueNums":8,"topicSysFlag":0,"writeQueueNums":8}]}""",
            route);
        Assert.Equal("10.0.0.2:10911", Assert.Single(Parse<TopicRouteData>(Text(route)).BrokerDatas).BrokerAddrs[1]);
        AssertContains("\"orderTopicConf\":\"broker-a:8\"", route with { OrderTopicConf = "broker-a:8" });
    }

    [Fact]
    public void Other_answers_have_the_members_that_clients_look_for()
    {
        AssertWrites("""{"consumerIdList":["a@1","b@2"]}""", new ConsumerIdList { ClientIds = ["a@1", "b@2"] });
        AssertWrites("""{"lockOKMQSet":[{"brokerName":"b","queueId":0,"topic":"t"}]}""", new LockBatchResult { LockedQueues = [new MessageQueue("b", 0, "t")] });
        AssertWrites("""{"table":{"k":"v"}}""", new KvTable { Table = new Dictionary<string, string> { ["k"] = "v" } });
        AssertWrites("""{"topicList":["t","%RETRY%g"]}""", new TopicList { Topics = ["t", "%RETRY%g"] });
        AssertWrites("""{"groupList":["g"]}""", new GroupList { Groups = ["g"] });
        AssertWrites(
            """{"brokerAddrTable":{"a":{"brokerAddrs":{"0":"h:1"},"brokerName":"a","cluster":"C"}},"clusterAddrTable":{"C":["a"]}}""",
            new ClusterInfo
            {
                BrokerAddrTable = new Dictionary<string, BrokerData>
                {
                    ["a"] = new() { BrokerAddrs = new Dictionary<long, string> { [0] = "h:1" }, BrokerName = "a", Cluster = "C" },
                },
                ClusterAddrTable = new Dictionary<string, IReadOnlyList<string>> { ["C"] = ["a"] },
            });
        AssertWrites(
            """{"dataVersion":{"counter":1,"stateVersion":0,"timestamp":2},"topicConfigTable":{"T":{"order":false,"perm":6,"readQueueNums":8,"topicFilterType":"SINGLE_TAG","topicName":"T","topicSysFlag":0,"writeQueueNums":8}}}""",
            new TopicConfigTable
            {
                DataVersion = new DataVersion { Counter = 1, Timestamp = 2 },
                Topics = new Dictionary<string, TopicConfig> { ["T"] = new() { TopicName = "T", Perm = 6, ReadQueueNums = 8, WriteQueueNums = 8 } },
            });
        AssertWrites(
            """{"brokerId":0,"consumeBroadcastEnable":true,"consumeEnable":true,"consumeFromMinEnable":true,"notifyConsumerIdsChangedEnable":true,"retryMaxTimes":16,"retryQueueNums":1,"whichBrokerWhenConsumeSlowly":1,"groupName":"g"}""",
            new SubscriptionGroupConfig { GroupName = "g" });
    }

    [Fact]
    public void Text_goes_out_as_it_is() => AssertWrites("""{"topicList":["订单<>&'+"]}""", new TopicList { Topics = ["订单<>&'+"] });

    [Fact]
    public void Locks_and_checks_are_read()
    {
        var body = Parse<LockBatchBody>("""{"clientId":"c","consumerGroup":"g","mqSet":[{"brokerName":"b","queueId":3,"topic":"t"},null],"onlyThisBroker":false}""");
        Assert.Equal(("c", "g"), (body.ClientId, body.ConsumerGroup));
        Assert.Equal(new MessageQueue("b", 3, "t"), Assert.Single(body.MqSet));
        var check = Parse<CheckClientConfigBody>("""{"clientId":"c","group":"g","subscriptionData":{"expressionType":"SQL92","subString":"a > 1","topic":"t"}}""");
        Assert.Equal(("SQL92", "a > 1"), (check.SubscriptionData.ExpressionType, check.SubscriptionData.SubString));
        Assert.Equal("*", Parse<CheckClientConfigBody>("""{"subscriptionData":null}""").SubscriptionData.SubString);
    }

    [Fact]
    public void What_a_body_leaves_out_has_its_default()
    {
        Assert.Equal(new SubscriptionGroupConfig { GroupName = "g" }, Parse<SubscriptionGroupConfig>("""{"groupName":"g"}"""));
        Assert.Equal(new SubscriptionGroupConfig { RetryMaxTimes = 3 }, Parse<SubscriptionGroupConfig>("""{"groupName":null,"retryMaxTimes":3}"""));
        Assert.Equal(new TopicConfig(), Parse<TopicConfig>("{}"));
        Assert.Equal(new MessageQueue(), Parse<MessageQueue>("""{"topic":null}"""));
        var consumer = Assert.Single(Parse<HeartbeatData>("""{"consumerDataSet":[{}]}""").ConsumerDataSet);
        Assert.Equal((ConsumeFromWheres.LastOffset, ConsumeTypes.Passively, MessageModels.Clustering), (consumer.ConsumeFromWhere, consumer.ConsumeType, consumer.MessageModel));
    }

    [Fact]
    public void A_type_that_is_no_body_is_a_mistake_of_ours() => Assert.Throws<NotSupportedException>(() => ProtocolJson.Serialize(new Version(1, 2)));

    private static void AssertIsTheHeartbeat(string text)
    {
        var heartbeat = Parse<HeartbeatData>(text);
        Assert.Equal("10.0.0.5@12345#98765", heartbeat.ClientId);
        Assert.Equal("p", Assert.Single(heartbeat.ProducerDataSet).GroupName);
        var consumer = Assert.Single(heartbeat.ConsumerDataSet);
        Assert.Equal(
            (ConsumeFromWheres.FirstOffset, ConsumeTypes.Passively, "g", MessageModels.Broadcasting),
            (consumer.ConsumeFromWhere, consumer.ConsumeType, consumer.GroupName, consumer.MessageModel));
        var subscription = Assert.Single(consumer.SubscriptionDataSet);
        Assert.Equal(("TAG", "TagA", 1690000000000, "T"), (subscription.ExpressionType, subscription.SubString, subscription.SubVersion, subscription.Topic));
        Assert.Equal([2598919], subscription.CodeSet);
        Assert.Equal(["TagA"], subscription.TagsSet);
    }

    private static T Parse<T>(string text)
    {
        Assert.True(ProtocolJson.TryParse<T>(Encoding.UTF8.GetBytes(text), out var value, out var error), error);
        return value;
    }

    private static string Text<T>(T value) => Encoding.UTF8.GetString(ProtocolJson.Serialize(value));

    private static void AssertWrites<T>(string expected, T value) => Assert.Equal(expected, Text(value));

    private static void AssertContains<T>(string expected, T value) => Assert.Contains(expected, Text(value), StringComparison.Ordinal);
}
