using System.Globalization;
using System.Text;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Wire;
using Xunit;

namespace Rocket.Host.Tests.BadInput;

/// <summary>Good frames that ask for nonsense: each gets an answer that says what is wrong, and its connection goes on.</summary>
[Collection(HostileCollection.Name)]
public sealed class WrongFieldTests(HostileRocket rocket)
{
    private const string IllegalCharacters = "The specified topic contains illegal characters, allowing only ^[%|a-zA-Z0-9_-]+$";
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task Bare_numbers_and_booleans_in_extFields_are_read_as_their_text()
    {
        var topic = await rocket.CreateTopicAsync();
        await using var client = await rocket.ConnectAsync();

        await client.SendRawAsync(RawFrames.SendWithFields(
            $$"""{"a":"p","b":"{{topic}}","c":"TBW102","d":4,"e":0,"f":0,"g":1690000000000,"h":-3,"k":false,"m":false,"z":null}"""));

        var answer = await client.StrayAnswers.ReadAsync().AsTask().WaitAsync(Soon);
        Assert.True(answer.Code == ResponseCode.Success, $"{answer}");
        Assert.Equal(-3, (await client.ReadOneAsync(topic, 0, 0)).Flag);
    }

    [Theory]
    [InlineData("d", "many")]
    [InlineData("e", "first")]
    [InlineData("e", "0x1")]
    [InlineData("e", "1.5")]
    [InlineData("e", "99999999999")]
    [InlineData("e", " ")]
    [InlineData("f", "-")]
    [InlineData("g", "yesterday")]
    [InlineData("g", "99999999999999999999")]
    [InlineData("h", "true")]
    [InlineData("j", "twice")]
    [InlineData("l", "1e3")]
    public async Task A_number_of_a_send_that_is_none_is_refused(string field, string value)
    {
        var topic = await rocket.CreateTopicAsync();
        await using var client = await rocket.ConnectAsync();
        var command = SendRequest.For(topic, "x").ToCommand();
        command.Fields[field] = value;

        var answer = await client.InvokeAsync(command);

        Assert.Equal(ResponseCode.SystemError, answer.Code);
        Assert.Contains(value, answer.Remark, StringComparison.Ordinal);
        Assert.Equal(0, (await client.MaxOffsetAsync(topic, 0).Succeeded()).Offset);
    }

    [Theory]
    [InlineData(RequestCode.PullMessage, "queueId")]
    [InlineData(RequestCode.PullMessage, "queueOffset")]
    [InlineData(RequestCode.PullMessage, "maxMsgNums")]
    [InlineData(RequestCode.PullMessage, "sysFlag")]
    [InlineData(RequestCode.PullMessage, "suspendTimeoutMillis")]
    [InlineData(RequestCode.PullMessage, "subVersion")]
    [InlineData(RequestCode.QueryConsumerOffset, "queueId")]
    [InlineData(RequestCode.UpdateConsumerOffset, "queueId")]
    [InlineData(RequestCode.UpdateConsumerOffset, "commitOffset")]
    [InlineData(RequestCode.SearchOffsetByTimestamp, "timestamp")]
    [InlineData(RequestCode.GetMaxOffset, "queueId")]
    [InlineData(RequestCode.GetMinOffset, "queueId")]
    [InlineData(RequestCode.GetEarliestMessageStoreTime, "queueId")]
    [InlineData(RequestCode.ViewMessageById, "offset")]
    [InlineData(RequestCode.QueryMessage, "maxNum")]
    [InlineData(RequestCode.QueryMessage, "beginTimestamp")]
    [InlineData(RequestCode.UpdateAndCreateTopic, "readQueueNums")]
    [InlineData(RequestCode.UpdateAndCreateTopic, "perm")]
    public async Task A_number_of_any_request_that_is_none_is_refused_with_the_fields_name(int code, string field)
    {
        var topic = await rocket.CreateTopicAsync();
        await using var client = await rocket.ConnectAsync();
        foreach (var value in new[] { "abc", "1.0", "99999999999999999999" })
        {
            var fields = EveryField(topic);
            fields[field] = value;

            var answer = await client.InvokeAsync(new RemotingCommand { Code = code, Fields = fields });

            Assert.Equal(ResponseCode.SystemError, answer.Code);
            Assert.Contains(field, answer.Remark, StringComparison.Ordinal);
            Assert.Contains(value, answer.Remark, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Fields_of_16_KiB_are_cut_in_the_remark()
    {
        await using var client = await rocket.ConnectAsync();
        var command = SendRequest.For("T", "x").ToCommand();
        command.Fields["e"] = new string('9', 16 * 1024);

        var answer = await client.InvokeAsync(command);

        Assert.Equal(ResponseCode.SystemError, answer.Code);
        Assert.InRange(answer.Remark!.Length, 1, 1000);
    }

    [Theory]
    [InlineData("", "The specified topic is blank.")]
    [InlineData("two words", IllegalCharacters)]
    [InlineData("a/../b", IllegalCharacters)]
    [InlineData("a\nb", IllegalCharacters)]
    [InlineData("话题", IllegalCharacters)]
    [InlineData("SCHEDULE_TOPIC_XXXX", "The topic[SCHEDULE_TOPIC_XXXX] is conflict with system topic.")]
    [InlineData("TBW102", "The topic[TBW102] is conflict with system topic.")]
    [InlineData("RMQ_SYS_TRANS_HALF_TOPIC", "The topic[RMQ_SYS_TRANS_HALF_TOPIC] is conflict with system topic.")]
    [InlineData("DefaultCluster", "The topic[DefaultCluster] is conflict with system topic.")]
    [InlineData("broker-a", "The topic[broker-a] is conflict with system topic.")]
    [InlineData("rmq_sys_anything", "The topic[rmq_sys_anything] is conflict with system topic.")]
    public async Task A_topic_with_such_a_name_is_not_created(string topic, string remark)
    {
        await using var client = await rocket.ConnectAsync();

        var answer = await client.CreateTopicAsync(new CreateTopicRequest(topic));

        Assert.Equal((ResponseCode.SystemError, remark), (answer.Code, answer.Remark));
        await rocket.AssertOthersAreServedAsync();
    }

    [Fact]
    public async Task A_topic_of_127_characters_is_created_and_one_of_128_is_not()
    {
        await using var client = await rocket.ConnectAsync();
        var longest = UniqueNames.Topic().PadRight(127, 'x');

        await client.CreateTopicAsync(new CreateTopicRequest(longest)).Succeeded();
        var longer = await client.CreateTopicAsync(new CreateTopicRequest(longest + "x"));

        Assert.Equal((ResponseCode.SystemError, "The specified topic is longer than topic max length."), (longer.Code, longer.Remark));
        await client.SendAsync(SendRequest.For(longest, "x")).Succeeded();
        Assert.Equal(ResponseCode.TopicNotExist, (await client.RouteAsync(longest + "x")).Code);
    }

    [Theory]
    [InlineData(-1, 1, 6)]
    [InlineData(1, -1, 6)]
    [InlineData(17, 1, 6)]
    [InlineData(1, 17, 6)]
    [InlineData(int.MaxValue, int.MaxValue, 6)]
    [InlineData(1, 1, -1)]
    [InlineData(1, 1, 1000)]
    public async Task A_topic_with_such_numbers_is_not_created(int readQueues, int writeQueues, int perm)
    {
        var topic = UniqueNames.Topic();
        await using var client = await rocket.ConnectAsync();

        var answer = await client.CreateTopicAsync(
            new CreateTopicRequest(topic) { ReadQueueNums = readQueues, WriteQueueNums = writeQueues, Perm = perm });

        Assert.Equal(ResponseCode.SystemError, answer.Code);
        Assert.False(string.IsNullOrEmpty(answer.Remark));
        Assert.Equal(ResponseCode.TopicNotExist, (await client.RouteAsync(topic)).Code);
    }

    [Fact]
    public async Task A_body_above_the_limit_is_refused_and_one_at_the_limit_is_stored()
    {
        var topic = await rocket.CreateTopicAsync();
        await using var client = await rocket.ConnectAsync();

        await client.SendAsync(SendRequest.For(topic, new byte[HostileRocket.MaxMessageBytes])).Succeeded();
        foreach (var size in new[] { HostileRocket.MaxMessageBytes + 1, HostileRocket.MaxFrameBytes - 2000 })
        {
            var answer = await client.SendAsync(SendRequest.For(topic, new byte[size]));

            Assert.Equal(ResponseCode.MessageIllegal, answer.Code);
            Assert.StartsWith("the message is illegal, maybe msg body or properties length not matched. ", answer.Remark, StringComparison.Ordinal);
        }

        Assert.Equal(1, (await client.MaxOffsetAsync(topic, 0).Succeeded()).Offset);
        await rocket.AssertOthersAreServedAsync();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(int.MaxValue)]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    public async Task A_queue_id_out_of_range_is_answered_clearly_by_every_request(int queueId)
    {
        var topic = await rocket.CreateTopicAsync();
        await using var client = await rocket.ConnectAsync();
        foreach (var code in QueueRequests)
        {
            var fields = EveryField(topic);
            fields["queueId"] = queueId.ToString(CultureInfo.InvariantCulture);

            var answer = await client.InvokeAsync(new RemotingCommand { Code = code, Fields = fields });

            Assert.True(answer.Code is ResponseCode.Success or ResponseCode.SystemError or ResponseCode.QueryNotFound, $"code {code}: {answer}");
        }

        // Nothing came into being by being asked for.
        Assert.Equal(1, (await client.RouteAsync(topic).Succeeded()).Route.Queues.Single().ReadQueueNums);
        await rocket.AssertOthersAreServedAsync();
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(long.MinValue)]
    public async Task A_negative_offset_is_not_committed(long offset)
    {
        var (topic, group) = (await rocket.CreateTopicAsync(), UniqueNames.Group());
        await using var client = await rocket.ConnectAsync();
        await client.UpdateOffsetAsync(group, topic, 0, 5).Succeeded();

        Assert.Equal(ResponseCode.SystemError, (await client.UpdateOffsetAsync(group, topic, 0, offset)).Code);
        await client.PullAsync(new PullRequest { ConsumerGroup = group, Topic = topic, SysFlag = 5, CommitOffset = offset });

        Assert.Equal(5, (await client.QueryOffsetAsync(group, topic, 0).Succeeded()).Offset);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    public async Task A_pull_that_wants_no_messages_is_answered(int wanted)
    {
        var topic = await rocket.CreateTopicAsync();
        await using var client = await rocket.ConnectAsync();
        await client.SendAsync(SendRequest.For(topic, "x")).Succeeded();

        var answer = await client.PullAsync(new PullRequest { ConsumerGroup = "g", Topic = topic, MaxMsgNums = wanted });

        Assert.True(answer.Code is ResponseCode.Success or ResponseCode.SystemError, $"{answer}");
        Assert.InRange(answer.Messages.Count, 0, 1);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(long.MinValue)]
    [InlineData(long.MaxValue)]
    public async Task A_pull_with_an_absurd_time_to_wait_does_not_harm(long suspend)
    {
        var topic = await rocket.CreateTopicAsync();
        await using var client = await rocket.ConnectAsync();
        var waiting = client.PullAsync(
            new PullRequest { ConsumerGroup = "g", Topic = topic, SysFlag = 6, SuspendTimeoutMillis = suspend }, TimeSpan.FromSeconds(20));

        await client.SendAsync(SendRequest.For(topic, "x")).Succeeded();

        var answer = await waiting;
        Assert.True(answer.Code is ResponseCode.Success or ResponseCode.PullNotFound, $"{answer}");
    }

    [Theory]
    [InlineData("bad group")]
    [InlineData("")]
    [InlineData("群")]
    public async Task A_group_that_is_no_name_is_refused(string group)
    {
        var topic = await rocket.CreateTopicAsync();
        await using var client = await rocket.ConnectAsync();

        var pull = await client.PullAsync(new PullRequest { ConsumerGroup = group, Topic = topic });
        var heartbeat = await client.HeartbeatAsync(new TestClient.Json.Heartbeat("c") { Consumers = [new(group, [])] });
        var commit = await client.UpdateOffsetAsync(group, topic, 0, 1);

        Assert.All(
            new Answer[] { pull, heartbeat, commit },
            answer => Assert.True(answer.Code != ResponseCode.Success && !string.IsNullOrEmpty(answer.Remark), $"{answer}"));
        await rocket.AssertOthersAreServedAsync();
    }

    [Fact]
    public async Task A_group_of_256_characters_is_refused()
    {
        var topic = await rocket.CreateTopicAsync();
        await using var client = await rocket.ConnectAsync();

        Assert.Equal(
            ResponseCode.PullNotFound, (await client.PullAsync(new PullRequest { ConsumerGroup = new string('g', 120), Topic = topic })).Code);
        var answer = await client.PullAsync(new PullRequest { ConsumerGroup = new string('g', 256), Topic = topic });

        Assert.NotEqual(ResponseCode.PullNotFound, answer.Code);
        Assert.False(string.IsNullOrEmpty(answer.Remark));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{\"clientID\":7}")]
    [InlineData("{\"clientID\":\"c\",\"consumerDataSet\":{}}")]
    [InlineData("{\"clientID\":\"c\",\"consumerDataSet\":[{\"groupName\":null,\"subscriptionDataSet\":[]}]}")]
    [InlineData("{\"consumerDataSet\":[{\"groupName\":\"g\",\"subscriptionDataSet\":[]}]}")]
    public async Task A_heartbeat_that_is_none_is_refused(string body)
    {
        await using var client = await rocket.ConnectAsync();

        var answer = await client.InvokeAsync(new RemotingCommand { Code = RequestCode.HeartBeat, Body = Encoding.UTF8.GetBytes(body) });

        Assert.Equal(ResponseCode.SystemError, answer.Code);
        Assert.False(string.IsNullOrEmpty(answer.Remark));
        await rocket.AssertOthersAreServedAsync();
    }

    [Fact]
    public async Task A_body_of_deep_json_is_refused()
    {
        await using var client = await rocket.ConnectAsync();
        var body = Encoding.UTF8.GetBytes("{\"consumerDataSet\":" + new string('[', 20_000) + new string(']', 20_000) + "}");
        foreach (var code in new[] { RequestCode.HeartBeat, RequestCode.LockBatchMessageQueue, RequestCode.UnlockBatchMessageQueue })
        {
            Assert.Equal(ResponseCode.SystemError, (await client.InvokeAsync(new RemotingCommand { Code = code, Body = body })).Code);
        }
    }

    [Fact]
    public async Task Every_known_code_without_any_field_is_answered()
    {
        await using var client = await rocket.ConnectAsync();
        for (var code = 0; code < 1100; code++)
        {
            var answer = await client.InvokeAsync(new RemotingCommand { Code = code });
            Assert.True(answer.Code == ResponseCode.Success || !string.IsNullOrEmpty(answer.Remark), $"code {code}: {answer}");
        }

        await rocket.AssertOthersAreServedAsync();
    }

    private static readonly int[] QueueRequests =
    [
        RequestCode.SendMessage, RequestCode.PullMessage, RequestCode.QueryConsumerOffset, RequestCode.UpdateConsumerOffset,
        RequestCode.SearchOffsetByTimestamp, RequestCode.GetMaxOffset, RequestCode.GetMinOffset, RequestCode.GetEarliestMessageStoreTime,
    ];

    /// <summary>What the requests of this class need, all together; each ignores what it does not know.</summary>
    private static HeaderFields EveryField(string topic) =>
        new()
        {
            { "producerGroup", "p" }, { "consumerGroup", "g" }, { "topic", topic }, { "defaultTopic", "TBW102" }, { "defaultTopicQueueNums", 4 },
            { "queueId", 0 }, { "queueOffset", 0 }, { "maxMsgNums", 1 }, { "sysFlag", 4 }, { "commitOffset", 0 }, { "suspendTimeoutMillis", 0 },
            { "subscription", "*" }, { "subVersion", 0 }, { "bornTimestamp", 0 }, { "flag", 0 }, { "timestamp", 0 }, { "offset", 0 }, { "key", "k" },
            { "maxNum", 1 }, { "beginTimestamp", 0 }, { "endTimestamp", 1 }, { "readQueueNums", 1 }, { "writeQueueNums", 1 }, { "perm", 6 },
            { "topicFilterType", "SINGLE_TAG" }, { "topicSysFlag", 0 }, { "order", false },
        };
}
