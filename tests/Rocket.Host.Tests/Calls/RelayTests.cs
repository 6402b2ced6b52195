using System.Text;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Wire;
using Xunit;

namespace Rocket.Host.Tests.Calls;

/// <summary>Tools ask one client something by way of the broker (307, 309).</summary>
[Collection(CallsCollection.Name)]
public sealed class RelayTests(CallsRocket rocket)
{
    private const string Info = """{"jstack":"…","mqTable":{{"brokerName":"b"}:{}},"properties":{}}""";

    [Theory]
    [InlineData(SerializeType.Json, SerializeType.RocketMq)]
    [InlineData(SerializeType.RocketMq, SerializeType.Json)]
    public async Task What_the_client_says_of_itself_comes_back_as_it_is(SerializeType toolType, SerializeType clientType)
    {
        var (topic, group) = (await rocket.CreateTopicAsync(), UniqueNames.Group());
        await using var client = await AskedClient.ConnectAsync(
            rocket.Rocket,
            _ => new RemotingCommand { Code = 0, Remark = "well", Fields = new HeaderFields { { "any", "field" } }, Body = Encoding.UTF8.GetBytes(Info) },
            clientType);
        await client.JoinAsync(group, topic);
        await using var tool = await rocket.ConnectAsync(toolType);

        var answer = await tool.RunningInfoAsync(group, client.Id, jstack: true).Succeeded();

        Assert.Equal((Info, "well", "field"), (answer.BodyText, answer.Remark, answer.Fields["any"]));
        var asked = Assert.Single(client.Asked);
        Assert.Equal((RequestCode.GetConsumerRunningInfo, false), (asked.Code, asked.IsOneway));
        Assert.Equal((group, client.Id, "true"), (asked.Fields["consumerGroup"], asked.Fields["clientId"], asked.Fields["jstackEnable"]));
    }

    [Fact]
    public async Task Fields_that_are_not_known_here_are_passed_on_and_those_that_no_header_carries_are_not()
    {
        var (topic, group) = (await rocket.CreateTopicAsync(), UniqueNames.Group());
        await using var client = await AskedClient.ConnectAsync(rocket.Rocket, _ => AskedClient.Success(), SerializeType.RocketMq);
        await client.JoinAsync(group, topic);
        await using var tool = await rocket.ConnectAsync();
        HeaderFields fields = new() { { "consumerGroup", group }, { "clientId", client.Id }, { "ns", "later" }, { new string('n', 40_000), "x" } };

        new Answer(await tool.InvokeAsync(new RemotingCommand { Code = RequestCode.GetConsumerRunningInfo, Fields = fields })).Succeeded();

        var asked = Assert.Single(client.Asked);
        Assert.Equal("later", asked.Fields["ns"]);
        Assert.Equal(3, asked.Fields.Count);
    }

    [Fact]
    public async Task The_client_gets_the_message_that_the_tool_names()
    {
        var (topic, group) = (await rocket.CreateTopicAsync(), UniqueNames.Group());
        await using var client = await AskedClient.ConnectAsync(
            rocket.Rocket, _ => AskedClient.Success("""{"consumeResult":"CR_SUCCESS"}"""u8.ToArray()));
        await client.JoinAsync(group, topic);
        await using var tool = await rocket.ConnectAsync();
        await tool.SendAsync(SendRequest.For(topic, "before")).Succeeded();
        var sent = await tool.SendAsync(SendRequest.For(topic, "consume me", tags: "TagA")).Succeeded();

        var answer = await tool.ConsumeDirectlyAsync(group, client.Id, sent.MessageId).Succeeded();

        Assert.Equal("""{"consumeResult":"CR_SUCCESS"}""", answer.BodyText);
        var asked = Assert.Single(client.Asked);
        Assert.Equal((RequestCode.ConsumeMessageDirectly, sent.MessageId, "broker-a"), (asked.Code, asked.Fields["msgId"], asked.Fields["brokerName"]));
        Assert.Equal((await tool.ViewAsync(sent.OffsetMessageIds[0].PhysicalOffset).Succeeded()).Body.ToArray(), asked.Body.ToArray());
    }

    [Fact]
    public async Task What_cannot_be_passed_on_is_told_as_RocketMQ_does()
    {
        var (topic, group) = (await rocket.CreateTopicAsync(), UniqueNames.Group());
        await using var tool = await rocket.ConnectAsync();
        var sent = await tool.SendAsync(SendRequest.For(topic, "x")).Succeeded();

        var offline = await tool.RunningInfoAsync(group, "nobody");
        Assert.Equal((ResponseCode.SystemError, $"The Consumer <{group}> <nobody> not online"), (offline.Code, offline.Remark));

        await using var client = await AskedClient.ConnectAsync(rocket.Rocket, version: 61);
        await client.JoinAsync(group, topic);
        var other = await tool.ConsumeDirectlyAsync(group, "nobody", sent.MessageId);
        Assert.Equal((ResponseCode.SystemError, $"The Consumer <{group}> <nobody> not online"), (other.Code, other.Remark));

        var old = await tool.RunningInfoAsync(group, client.Id);
        Assert.Equal(ResponseCode.SystemError, old.Code);
        Assert.Contains("too low to finish", old.Remark, StringComparison.Ordinal);
        Assert.Empty(client.Asked);

        await using var good = await AskedClient.ConnectAsync(rocket.Rocket, version: 62);
        await good.JoinAsync(group, topic);
        Assert.Equal(ResponseCode.SystemError, (await tool.ConsumeDirectlyAsync(group, good.Id, "no id at all")).Code);
        Assert.Equal(ResponseCode.SystemError, (await tool.ConsumeDirectlyAsync(group, good.Id, sent.MessageId[..16] + "00000000FFFFFFF0")).Code);
        Assert.Empty(good.Asked);
    }
}
