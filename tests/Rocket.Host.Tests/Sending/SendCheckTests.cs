using System.Globalization;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Messages;
using Rocket.TestClient.Wire;
using Xunit;

namespace Rocket.Host.Tests.Sending;

/// <summary>What a send is refused for, in the protocol's own codes and words.</summary>
[Collection(SendingCollection.Name)]
public sealed class SendCheckTests(SendingRocket rocket)
{
    private const string IllegalCharacters = "The specified topic contains illegal characters, allowing only ^[%|a-zA-Z0-9_-]+$";

    private const string IllegalSize =
        "the message is illegal, maybe msg body or properties length not matched. msg body length limit 4194304B, msg properties length limit 32KB.";

    [Theory]
    [InlineData("", "The specified topic is blank.")]
    [InlineData("   ", "The specified topic is blank.")]
    [InlineData("\t", "The specified topic is blank.")]
    [InlineData("two words", IllegalCharacters)]
    [InlineData("dotted.name", IllegalCharacters)]
    [InlineData("../../etc/passwd", IllegalCharacters)]
    [InlineData("订单", IllegalCharacters)]
    [InlineData("nul\0", IllegalCharacters)]
    public async Task A_topic_that_is_no_name_is_refused(string topic, string remark)
    {
        await using var client = await rocket.ConnectAsync();

        var answer = await client.SendAsync(SendRequest.For(topic, "x"));

        Assert.Equal((ResponseCode.SystemError, remark), (answer.Code, answer.Remark));
    }

    [Fact]
    public async Task A_topic_has_at_most_127_characters()
    {
        await using var client = await rocket.ConnectAsync();
        var longest = UniqueNames.Topic().PadRight(127, 'x');

        await client.SendAsync(SendRequest.For(longest, "fits")).Succeeded();
        var longer = await client.SendAsync(SendRequest.For(longest + "x", "x"));
        var longerAndIllegal = await client.SendAsync(SendRequest.For(longest + " ", "x"));
        var batch = await client.SendAsync(SendRequest.ForBatch(longest + "x", ["x"u8.ToArray()]), SendForm.Batch);

        Assert.Equal(longest, (await client.ReadOneAsync(longest, 0, 0)).Topic);
        Assert.Equal((ResponseCode.SystemError, "The specified topic is longer than topic max length."), (longer.Code, longer.Remark));
        Assert.Equal((ResponseCode.SystemError, IllegalCharacters), (longerAndIllegal.Code, longerAndIllegal.Remark));
        Assert.Equal(longer.Remark, batch.Remark);
    }

    [Theory]
    [InlineData("%ns%Topic")]
    [InlineData("a|b")]
    [InlineData("A_b-1")]
    public async Task Every_allowed_character_may_stand_in_a_topic(string prefix)
    {
        var topic = prefix + UniqueNames.Topic();
        await using var client = await rocket.ConnectAsync();

        await client.SendAsync(SendRequest.For(topic, "x")).Succeeded();

        Assert.Equal(topic, (await client.ReadOneAsync(topic, 0, 0)).Topic);
    }

    [Theory]
    [InlineData("SCHEDULE_TOPIC_XXXX")]
    [InlineData("RMQ_SYS_TRANS_HALF_TOPIC")]
    [InlineData("RMQ_SYS_TRANS_OP_HALF_TOPIC")]
    [InlineData("TRANS_CHECK_MAX_TIME_TOPIC")]
    [InlineData("SELF_TEST_TOPIC")]
    [InlineData("OFFSET_MOVED_EVENT")]
    public async Task Topics_of_the_broker_itself_are_not_for_clients(string topic)
    {
        await using var client = await rocket.ConnectAsync();

        var answer = await client.SendAsync(SendRequest.For(topic, "x"));
        var batch = await client.SendAsync(SendRequest.ForBatch(topic, ["x"u8.ToArray()]), SendForm.Batch);

        Assert.Equal((ResponseCode.NoPermission, $"Sending message to topic[{topic}] is forbidden."), (answer.Code, answer.Remark));
        Assert.Equal((answer.Code, answer.Remark), (batch.Code, batch.Remark));
    }

    [Theory]
    [InlineData(2, 4)]
    [InlineData(4, 2)]
    public async Task A_queue_id_beyond_read_and_write_queues_is_refused(int readQueues, int writeQueues)
    {
        var topic = UniqueNames.Topic();
        await using var client = await rocket.ConnectAsync();
        await client.CreateTopicAsync(new CreateTopicRequest(topic) { ReadQueueNums = readQueues, WriteQueueNums = writeQueues }).Succeeded();

        await client.SendAsync(SendRequest.For(topic, "x", queueId: 3)).Succeeded();
        foreach (var queueId in new[] { 4, 5, 1000, int.MaxValue })
        {
            var answer = await client.SendAsync(SendRequest.For(topic, "x", queueId: queueId));

            Assert.Equal(ResponseCode.SystemError, answer.Code);
            Assert.StartsWith($"request queueId[{queueId}] is illegal, ", answer.Remark, StringComparison.Ordinal);
            Assert.EndsWith($" Producer: 127.0.0.1:{client.LocalEndPoint.Port}", answer.Remark, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_body_above_4_MiB_is_refused()
    {
        var topic = await rocket.CreateTopicAsync();
        await using var client = await rocket.ConnectAsync();

        var answer = await client.SendAsync(SendRequest.For(topic, new byte[(4 * 1024 * 1024) + 1]));

        Assert.Equal((ResponseCode.MessageIllegal, IllegalSize), (answer.Code, answer.Remark));
        Assert.Equal(0, (await client.MaxOffsetAsync(topic, 0).Succeeded()).Offset);
    }

    [Theory]
    [InlineData(SerializeType.Json)]
    [InlineData(SerializeType.RocketMq)]
    public async Task Stored_properties_have_at_most_32767_bytes(SerializeType type)
    {
        var topic = await rocket.CreateTopicAsync();
        await using var client = await rocket.ConnectAsync(type);
        var separators = "A".Length + 1 + 1 + "CLUSTER".Length + 1 + "DefaultCluster".Length;
        var longest = 32_767 - separators;

        await client.SendAsync(With(longest)).Succeeded();
        var beyond = await client.SendAsync(With(longest + 1));
        var farBeyond = await client.SendAsync(With(35_000));

        var stored = await client.ReadQueueAsync(topic);
        Assert.Equal(32_767, Assert.Single(stored).PropertyText.Length);
        Assert.Equal((ResponseCode.MessageIllegal, IllegalSize), (beyond.Code, beyond.Remark));
        Assert.Equal((ResponseCode.MessageIllegal, IllegalSize), (farBeyond.Code, farBeyond.Remark));

        SendRequest With(int length) => new() { Topic = topic, Properties = new MessageProperties { { "A", new string('v', length) } } };
    }

    [Theory]
    [InlineData(SendForm.V2, "a", "producerGroup")]
    [InlineData(SendForm.V2, "b", "topic")]
    [InlineData(SendForm.V2, "c", "defaultTopic")]
    [InlineData(SendForm.V2, "d", "defaultTopicQueueNums")]
    [InlineData(SendForm.V2, "e", "queueId")]
    [InlineData(SendForm.V2, "f", "sysFlag")]
    [InlineData(SendForm.V2, "g", "bornTimestamp")]
    [InlineData(SendForm.V2, "h", "flag")]
    [InlineData(SendForm.V1, "producerGroup", "producerGroup")]
    [InlineData(SendForm.V1, "topic", "topic")]
    [InlineData(SendForm.V1, "defaultTopic", "defaultTopic")]
    [InlineData(SendForm.V1, "defaultTopicQueueNums", "defaultTopicQueueNums")]
    [InlineData(SendForm.V1, "queueId", "queueId")]
    [InlineData(SendForm.V1, "sysFlag", "sysFlag")]
    [InlineData(SendForm.V1, "bornTimestamp", "bornTimestamp")]
    [InlineData(SendForm.V1, "flag", "flag")]
    public async Task A_send_without_one_of_its_mandatory_fields_is_refused_with_the_fields_name(SendForm form, string field, string name)
    {
        var topic = await rocket.CreateTopicAsync();
        await using var client = await rocket.ConnectAsync();
        var command = SendRequest.For(topic, "x").ToCommand(form);
        Assert.True(command.Fields.Remove(field));

        var answer = await client.InvokeAsync(command);

        Assert.Equal(ResponseCode.SystemError, answer.Code);
        Assert.Equal($"the field {name} is missing", answer.Remark);
        Assert.Equal(0, (await client.MaxOffsetAsync(topic, 0).Succeeded()).Offset);
    }

    [Theory]
    [InlineData("i")]
    [InlineData("j")]
    [InlineData("k")]
    [InlineData("l")]
    [InlineData("m")]
    [InlineData("n")]
    public async Task A_send_may_leave_out_the_rest(string field)
    {
        await using var client = await rocket.ConnectAsync();
        var command = (SendRequest.For(await rocket.CreateTopicAsync(), "x") with { MaxReconsumeTimes = 16, BrokerName = "broker-a" }).ToCommand();
        Assert.True(command.Fields.Remove(field));

        Assert.Equal(ResponseCode.Success, (await client.InvokeAsync(command)).Code);
    }

    [Fact]
    public async Task Fields_of_other_versions_are_ignored_and_booleans_may_have_any_case()
    {
        await using var client = await rocket.ConnectAsync();
        var command = SendRequest.For(await rocket.CreateTopicAsync(), "x").ToCommand();
        foreach (var name in new[] { "ns", "nsd", "bname", "oway", "lo", "zz" })
        {
            command.Fields[name] = "True";
        }

        command.Fields["k"] = "False";
        command.Fields["m"] = "FALSE";

        Assert.Equal(ResponseCode.Success, (await client.InvokeAsync(command)).Code);
    }

    [Fact]
    public async Task A_retry_topic_takes_sends_and_its_group_is_created_with_it()
    {
        var group = UniqueNames.Group();
        await using var client = await rocket.ConnectAsync();

        var answer = await client.SendAsync(SendRequest.For("%RETRY%" + group, "again") with { ReconsumeTimes = 1 }).Succeeded();

        Assert.Equal(0, answer.QueueId);
        Assert.Equal(1, (await client.ReadOneAsync("%RETRY%" + group, 0, 0)).ReconsumeTimes);
        var route = (await client.RouteAsync("%RETRY%" + group).Succeeded()).Route;
        Assert.Equal((1, 6), (route.Queues.Single().WriteQueueNums, route.Queues.Single().Perm));
    }

    [Theory]
    [InlineData(16, null, 409, true)]
    [InlineData(17, null, 409, true)]
    [InlineData(15, null, 409, false)]
    [InlineData(3, 3, 409, true)]
    [InlineData(2, 3, 409, false)]
    [InlineData(3, 3, 120, false)]
    [InlineData(16, 100, 120, true)]
    public async Task A_message_that_was_retried_too_often_goes_to_the_dead_letters(int times, int? atMost, int clientVersion, bool isDead)
    {
        var group = UniqueNames.Group();
        await using var client = await rocket.ConnectAsync();
        var request = SendRequest.For("%RETRY%" + group, times.ToString(CultureInfo.InvariantCulture)) with
        {
            ReconsumeTimes = times,
            MaxReconsumeTimes = atMost,
        };

        var answer = await client.InvokeAsync(request.ToCommand() with { Version = clientVersion });

        Assert.Equal(ResponseCode.Success, answer.Code);
        var topic = (isDead ? "%DLQ%" : "%RETRY%") + group;
        var stored = Assert.Single(await client.ReadQueueAsync(topic));
        Assert.Equal((topic, times), (stored.Topic, stored.ReconsumeTimes));
    }
}
