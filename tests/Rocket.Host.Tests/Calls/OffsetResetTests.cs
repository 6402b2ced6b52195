using System.Text;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Connections;
using Rocket.TestClient.Json;
using Rocket.TestClient.Wire;
using Xunit;

namespace Rocket.Host.Tests.Calls;

/// <summary>Tools that wind groups back and on (222, 220), and copy what they have consumed (314).</summary>
[Collection(CallsCollection.Name)]
public sealed class OffsetResetTests(CallsRocket rocket)
{
    [Fact]
    public async Task Every_member_is_told_the_offsets_and_the_tool_too()
    {
        var (topic, group) = (await rocket.CreateTopicAsync(queues: 2), UniqueNames.Group());
        await using var tool = await rocket.ConnectAsync();
        await FillAsync(tool, group, topic, committed: 3);
        await using var one = await AskedClient.ConnectAsync(rocket.Rocket);
        await using var other = await AskedClient.ConnectAsync(rocket.Rocket, type: SerializeType.RocketMq);
        await one.JoinAsync(group, topic);
        await other.JoinAsync(group, topic);

        var answer = await tool.ResetOffsetAsync(group, topic, timestamp: 0).Succeeded();

        Assert.Equal(Offsets(topic, 0, 0), answer.Offsets);
        foreach (var member in new[] { one, other })
        {
            var told = await member.AskedOnceAsync();
            Assert.Equal((RequestCode.ResetConsumerClientOffset, true), (told.Code, told.IsOneway));
            Assert.Equal((topic, group, "0", "false"), (told.Fields["topic"], told.Fields["group"], told.Fields["timestamp"], told.Fields["isForce"]));
            Assert.Equal(
                "{\"offsetTable\":{{\"brokerName\":\"broker-a\",\"queueId\":0,\"topic\":\"" + topic + "\"}:0,{\"brokerName\":\"broker-a\",\"queueId\":1,\"topic\":\"" + topic + "\"}:0}}",
                Encoding.UTF8.GetString(told.Body.Span));
        }
    }

    [Fact]
    public async Task A_client_in_C_is_told_in_the_form_that_it_reads()
    {
        var (topic, group) = (await rocket.CreateTopicAsync(), UniqueNames.Group());
        await using var tool = await rocket.ConnectAsync();
        await FillAsync(tool, group, topic, committed: 3);
        await using var member = await AskedClient.ConnectAsync(rocket.Rocket, language: LanguageCode.Cpp);
        await member.JoinAsync(group, topic);

        await tool.ResetOffsetAsync(group, topic, timestamp: -1).Succeeded();

        Assert.Equal(
            "{\"offsetTable\":[{\"brokerName\":\"broker-a\",\"offset\":4,\"queueId\":0,\"topic\":\"" + topic + "\"}]}",
            Encoding.UTF8.GetString((await member.AskedOnceAsync()).Body.Span));
    }

    [Fact]
    public async Task Without_force_nobody_is_wound_on()
    {
        var (topic, group) = (await rocket.CreateTopicAsync(), UniqueNames.Group());
        await using var tool = await rocket.ConnectAsync();
        await FillAsync(tool, group, topic, committed: 2);
        await using var member = await AskedClient.ConnectAsync(rocket.Rocket);
        await member.JoinAsync(group, topic);

        Assert.Equal(Offsets(topic, 2), (await tool.ResetOffsetAsync(group, topic, timestamp: -1, isForce: false).Succeeded()).Offsets);
        Assert.Equal(Offsets(topic, 4), (await tool.ResetOffsetAsync(group, topic, timestamp: -1, isForce: true).Succeeded()).Offsets);
        Assert.Equal(Offsets(topic, 0), (await tool.ResetOffsetAsync(group, topic, timestamp: 0, isForce: false).Succeeded()).Offsets);
    }

    [Fact]
    public async Task A_time_leads_to_the_first_message_that_is_not_older()
    {
        var (topic, group) = (await rocket.CreateTopicAsync(), UniqueNames.Group());
        await using var tool = await rocket.ConnectAsync();
        await FillAsync(tool, group, topic, committed: 4);
        await using var member = await AskedClient.ConnectAsync(rocket.Rocket);
        await member.JoinAsync(group, topic);
        var stored = await tool.ReadQueueAsync(topic);
        var time = stored[^1].StoreTimestamp;

        var answer = await tool.ResetOffsetAsync(group, topic, time).Succeeded();

        Assert.Equal(Offsets(topic, stored.First(message => message.StoreTimestamp >= time).QueueOffset), answer.Offsets);
    }

    [Fact]
    public async Task What_cannot_be_reset_is_told_as_RocketMQ_does()
    {
        var (topic, group) = (await rocket.CreateTopicAsync(), UniqueNames.Group());
        await using var tool = await rocket.ConnectAsync();

        var unknown = await tool.ResetOffsetAsync(group, "NoSuchTopic", 0);
        Assert.Equal((ResponseCode.SystemError, "[reset-offset] reset offset failed, no topic in this broker. topic=NoSuchTopic"), (unknown.Code, unknown.Remark));

        var without = await tool.ResetOffsetAsync(group, topic, 0);
        Assert.Equal((ResponseCode.SystemError, $"THe consumer group <{group}> not exist"), (without.Code, without.Remark));

        await FillAsync(tool, group, topic, committed: 1);
        var offline = await tool.ResetOffsetAsync(group, topic, 5);
        Assert.Equal(
            (ResponseCode.ConsumerNotOnline, $"Consumer not online, so can not reset offset, Group: {group} Topic: {topic} Timestamp: 5"),
            (offline.Code, offline.Remark));

        await using var old = await AskedClient.ConnectAsync(rocket.Rocket, version: 27);
        await old.JoinAsync(group, topic);
        Assert.Equal((ResponseCode.SystemError, "the client does not support this feature. version=27"), await CodeAndRemark(tool.ResetOffsetAsync(group, topic, 0)));
        Assert.Empty(old.Asked);
    }

    [Fact]
    public async Task Tools_reset_a_group_that_is_offline_by_themselves()
    {
        var (topic, group) = (await rocket.CreateTopicAsync(), UniqueNames.Group());
        await using var tool = await rocket.ConnectAsync();
        await FillAsync(tool, group, topic, committed: 3);

        await tool.UpdateOffsetAsync(group, topic, 0, 1).Succeeded();

        Assert.Equal(1, (await tool.QueryOffsetAsync(group, topic, 0).Succeeded()).Offset);
    }

    [Fact]
    public async Task A_group_goes_on_where_another_one_has_come_to()
    {
        var (topic, other, source, destination) = (await rocket.CreateTopicAsync(queues: 2), await rocket.CreateTopicAsync(), UniqueNames.Group(), UniqueNames.Group());
        await using var tool = await rocket.ConnectAsync();
        await FillAsync(tool, source, topic, committed: 3);
        await FillAsync(tool, source, other, committed: 2);

        await tool.CloneOffsetsAsync(source, destination, topic).Succeeded();

        Assert.Equal(3, (await tool.QueryOffsetAsync(destination, topic, 0).Succeeded()).Offset);
        Assert.Equal(3, (await tool.QueryOffsetAsync(destination, topic, 1).Succeeded()).Offset);
        Assert.Equal(Sorted(source, destination), (await tool.ConsumersOfTopicAsync(topic).Succeeded()).Groups);
        Assert.Equal([source], (await tool.ConsumersOfTopicAsync(other).Succeeded()).Groups);

        await tool.CloneOffsetsAsync(source, destination).Succeeded();
        Assert.Equal(2, (await tool.QueryOffsetAsync(destination, other, 0).Succeeded()).Offset);
        await tool.CloneOffsetsAsync("nobody-has-this", destination).Succeeded();
    }

    [Fact]
    public async Task What_a_group_left_that_was_deleted_is_copied_too()
    {
        var (topic, source, destination) = (await rocket.CreateTopicAsync(), UniqueNames.Group(), UniqueNames.Group());
        await using var tool = await rocket.ConnectAsync();
        await FillAsync(tool, source, topic, committed: 3);
        await tool.DeleteGroupAsync(source, removeOffset: false).Succeeded();

        await tool.CloneOffsetsAsync(source, destination).Succeeded();

        Assert.Equal(3, (await tool.QueryOffsetAsync(destination, topic, 0).Succeeded()).Offset);
        await tool.CloneOffsetsAsync("rocket/schedule", destination).Succeeded();
    }

    [Fact]
    public async Task Of_a_group_that_is_online_only_what_it_wants_is_copied()
    {
        var (wanted, left, source, destination) = (await rocket.CreateTopicAsync(), await rocket.CreateTopicAsync(), UniqueNames.Group(), UniqueNames.Group());
        await using var tool = await rocket.ConnectAsync();
        await FillAsync(tool, source, wanted, committed: 2);
        await FillAsync(tool, source, left, committed: 2);
        await using var member = await AskedClient.ConnectAsync(rocket.Rocket);
        await member.JoinAsync(source, wanted);

        await tool.CloneOffsetsAsync(source, destination).Succeeded();
        Assert.Equal(Sorted(source, destination), (await tool.ConsumersOfTopicAsync(wanted).Succeeded()).Groups);
        Assert.Equal([source], (await tool.ConsumersOfTopicAsync(left).Succeeded()).Groups);

        await tool.CloneOffsetsAsync(source, destination, isOffline: true).Succeeded();
        Assert.Equal(Sorted(source, destination), (await tool.ConsumersOfTopicAsync(left).Succeeded()).Groups);
    }

    [Fact]
    public async Task Members_that_have_committed_nothing_consume_a_topic_too()
    {
        var (topic, group) = (await rocket.CreateTopicAsync(), UniqueNames.Group());
        await using var member = await AskedClient.ConnectAsync(rocket.Rocket);
        await member.JoinAsync(group, topic);

        Assert.Equal([group], (await member.Connection.ConsumersOfTopicAsync(topic).Succeeded()).Groups);
        Assert.Empty((await member.Connection.ConsumersOfTopicAsync("NoSuchTopic").Succeeded()).Groups);
    }

    /// <summary>Four messages in each queue, and an offset that the group has committed there.</summary>
    internal static async Task FillAsync(RemotingConnection client, string group, string topic, long committed)
    {
        foreach (var queue in Enumerable.Range(0, 2))
        {
            for (var i = 0; i < 4; i++)
            {
                if ((await client.SendAsync(SendRequest.For(topic, "x", queueId: queue))).Code != ResponseCode.Success)
                {
                    return;
                }
            }

            await client.UpdateOffsetAsync(group, topic, queue, committed).Succeeded();
        }
    }

    private static IEnumerable<string> Sorted(params string[] groups) => groups.Order(StringComparer.Ordinal);

    private static async Task<(int Code, string? Remark)> CodeAndRemark<T>(Task<T> asking)
        where T : Answer
    {
        var answer = await asking;
        return (answer.Code, answer.Remark);
    }

    private static Dictionary<MessageQueue, long> Offsets(string topic, params long[] offsets) =>
        offsets.Select((offset, queue) => (Queue: new MessageQueue(topic, "broker-a", queue), offset)).ToDictionary(entry => entry.Queue, entry => entry.offset);
}
