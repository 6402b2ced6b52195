using System.Text;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Json;
using Rocket.TestClient.Messages;
using Rocket.TestClient.Tests.Connections;
using Rocket.TestClient.Wire;
using Xunit;

namespace Rocket.TestClient.Tests.Calls;

public sealed class CallTests
{
    [Fact]
    public void A_send_has_the_same_values_under_long_names_and_letters()
    {
        var request = new SendRequest
        {
            Topic = "T",
            ProducerGroup = "p",
            QueueId = 3,
            SysFlag = 4,
            BornTimestamp = 5,
            Flag = 6,
            Properties = new MessageProperties { { "TAGS", "A" } },
            ReconsumeTimes = 7,
            UnitMode = true,
            MaxReconsumeTimes = 8,
            BrokerName = "b",
        };

        Assert.Equal(
            "producerGroup=p, topic=T, defaultTopic=TBW102, defaultTopicQueueNums=4, queueId=3, sysFlag=4, bornTimestamp=5, flag=6, "
            + "properties=TAGS\u0001A, reconsumeTimes=7, unitMode=true, maxReconsumeTimes=8, batch=false, bname=b",
            request.ToCommand(SendForm.V1).Fields.ToString());
        Assert.Equal(
            "a=p, b=T, c=TBW102, d=4, e=3, f=4, g=5, h=6, i=TAGS\u0001A, j=7, k=true, l=8, m=false, n=b",
            request.ToCommand(SendForm.V2).Fields.ToString());
        Assert.Equal(320, request.ToCommand(SendForm.Batch).Code);
    }

    [Theory]
    [InlineData("\"0\"", true)]
    [InlineData("0", false)]
    public void A_route_is_read_with_quoted_and_unquoted_ids(string zero, bool standard)
    {
        var json = $$"""
            {"brokerDatas":[{"brokerAddrs":{{{zero}}:"127.0.0.1:10911"},"brokerName":"broker-a","cluster":"C"}],"filterServerTable":{},
            "queueDatas":[{"brokerName":"broker-a","perm":6,"readQueueNums":2,"topicSysFlag":0,"writeQueueNums":1}]}
            """;
        var route = new RouteAnswer(new RemotingCommand { Code = 0, Body = Encoding.UTF8.GetBytes(json) }).Route;

        Assert.Equal("127.0.0.1:10911", route.MasterOf("broker-a"));
        Assert.Equal([new MessageQueue("T", "broker-a", 0)], route.PublishQueues("T"));
        Assert.Equal(2, route.SubscribeQueues("T").Count);
        Assert.Equal(standard, route.IsStandardJson);
    }

    [Fact]
    public void A_heartbeat_has_the_documents_members()
    {
        var heartbeat = new Heartbeat("c1")
        {
            ProducerGroups = ["p"],
            Consumers = [new ConsumerData("g", [new SubscriptionData("T", "TagA", 7) { Tags = ["TagA"] }])],
        };

        Assert.Equal(
            """
            {"clientID":"c1","consumerDataSet":[{"consumeFromWhere":"CONSUME_FROM_LAST_OFFSET","consumeType":"CONSUME_PASSIVELY","groupName":"g",
            "messageModel":"CLUSTERING","subscriptionDataSet":[{"classFilterMode":false,"codeSet":[2598919],"expressionType":"TAG",
            "subString":"TagA","subVersion":7,"tagsSet":["TagA"],"topic":"T"}],"unitMode":false}],"producerDataSet":[{"groupName":"p"}]}
            """.ReplaceLineEndings(""),
            Encoding.UTF8.GetString(heartbeat.ToJson()));
    }

    [Fact]
    public async Task A_send_answer_shows_its_fields_by_type()
    {
        await using var server = new ScriptedServer();
        var (client, peer) = await server.ConnectAsync();
        await using var _ = client;

        var sending = client.SendAsync(SendRequest.For("T", "hello", "TagA"));
        var request = await peer.ReceiveAsync();
        Assert.Equal(310, request.Code);
        Assert.Equal("hello"u8.ToArray(), request.Body.ToArray());
        await peer.SendAsync(new RemotingCommand
        {
            Code = 0,
            Flag = 1,
            Opaque = request.Opaque,
            Fields = new HeaderFields
            {
                { "queueId", "0" }, { "TRACE_ON", "true" }, { "MSG_REGION", "DefaultRegion" },
                { "msgId", "7F000001000051AF000000000000009C" }, { "queueOffset", "1" },
            },
        });

        var answer = await sending.Succeeded();
        Assert.True(answer.IsStored);
        Assert.Equal((0, 1L, 0x9CL), (answer.QueueId, answer.QueueOffset, answer.OffsetMessageIds[0].PhysicalOffset));
        Assert.Equal(20911, answer.OffsetMessageIds[0].StoreHost.Port);
    }

    [Fact]
    public async Task A_wrong_code_and_a_missing_field_are_exceptions_that_show_the_answer()
    {
        var answer = new OffsetAnswer(new RemotingCommand { Code = 22, Flag = 1, Remark = "Not found" });

        var unexpected = await Assert.ThrowsAsync<UnexpectedAnswerException>(() => Task.FromResult(answer).Succeeded());
        Assert.Contains("Not found", unexpected.Message, StringComparison.Ordinal);
        Assert.Contains("offset", Assert.Throws<RemotingFormatException>(() => answer.Offset).Message, StringComparison.Ordinal);
        Assert.Same(answer, answer.WithCode(22));
    }
}
