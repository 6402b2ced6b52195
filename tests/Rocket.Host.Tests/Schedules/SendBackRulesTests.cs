using Rocket.Host.Tests.Consuming;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Connections;
using Xunit;

namespace Rocket.Host.Tests.Schedules;

/// <summary>Messages that a consumer hands back and that cannot come again: it keeps them, since it is told so.</summary>
[Collection(ConsumingCollection.Name)]
public sealed class SendBackRulesTests(ConsumingRocket rocket)
{
    [Theory]
    [InlineData(121, 0, "%RETRY%")]
    [InlineData(123, -1, "%DLQ%")]
    [InlineData(255, -1, "%DLQ%")]
    public async Task A_group_whose_name_leaves_no_room_for_that_of_its_topic_is_told_so(int length, int level, string prefix)
    {
        var group = UniqueNames.Group().PadRight(length, 'g');
        await using var client = await rocket.ConnectAsync();
        var returned = new SendBackRequest(await OffsetOfOneAsync(client), group, level);

        var answer = await client.SendBackAsync(returned);

        Assert.Equal(ResponseCode.SystemError, answer.Code);
        Assert.Equal(
            $"the message is not stored: {prefix}{group} would be its topic. The specified topic is longer than topic max length. Use a group with a shorter name", answer.Remark);
        Assert.DoesNotContain(prefix + group, (await client.TopicConfigsAsync().Succeeded()).Topics.Keys);
    }

    [Fact]
    public async Task The_longest_name_that_leaves_room_is_served()
    {
        var group = UniqueNames.Group().PadRight(120, 'g');
        await using var client = await rocket.ConnectAsync();
        await client.SendBackAsync(new SendBackRequest(await OffsetOfOneAsync(client), group)).Succeeded();
        await client.SendBackAsync(new SendBackRequest(await OffsetOfOneAsync(client), group.PadRight(122, 'g'), DelayLevel: -1)).Succeeded();
    }

    [Fact]
    public async Task A_retry_topic_that_may_not_be_written_to_is_answered_16()
    {
        var group = UniqueNames.Group();
        await using var client = await rocket.ConnectAsync();
        await client.CreateTopicAsync(new CreateTopicRequest($"%RETRY%{group}") { ReadQueueNums = 1, WriteQueueNums = 1, Perm = 4 }).Succeeded();

        var answer = await client.SendBackAsync(new SendBackRequest(await OffsetOfOneAsync(client), group));

        Assert.Equal((ResponseCode.NoPermission, $"the topic[%RETRY%{group}] sending message is forbidden"), (answer.Code, answer.Remark));
    }

    private async Task<long> OffsetOfOneAsync(RemotingConnection client)
    {
        var topic = await rocket.CreateTopicAsync();
        await client.SendAsync(SendRequest.For(topic, "failed")).Succeeded();
        return (await client.ReadOneAsync(topic, 0, 0)).PhysicalOffset;
    }
}
