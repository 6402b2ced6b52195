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
    public async Task A_client_gets_as_many_fields_as_a_header_may_have_and_no_more()
    {
        var (topic, group) = (await rocket.CreateTopicAsync(), UniqueNames.Group());
        await using var client = await AskedClient.ConnectAsync(rocket.Rocket, _ => AskedClient.Success());
        await client.JoinAsync(group, topic);
        await using var tool = await rocket.ConnectAsync();
        var sent = await tool.SendAsync(SendRequest.For(topic, "x")).Succeeded();

        var refused = await tool.InvokeAsync(WithFields(512, group, client.Id, sent.MessageId, broker: null));

        Assert.Equal(
            (ResponseCode.SystemError, "the request has 512 extFields, which is all that a header may have, and the broker has to add brokerName: leave one out"),
            (refused.Code, refused.Remark));
        Assert.Empty(client.Asked);
        new Answer(await tool.InvokeAsync(WithFields(511, group, client.Id, sent.MessageId, broker: null))).Succeeded();
        new Answer(await tool.InvokeAsync(WithFields(512, group, client.Id, sent.MessageId, broker: "any"))).Succeeded();
        Assert.All(client.Asked, asked => Assert.Equal((512, "broker-a"), (asked.Fields.Count, asked.Fields["brokerName"])));
    }

    [Fact]
    public async Task One_tool_has_so_many_clients_asked_at_once_and_the_further_ones_are_refused()
    {
        var (topic, group) = (await rocket.CreateTopicAsync(), UniqueNames.Group());
        await using var silent = await AskedClient.ConnectAsync(rocket.Rocket);
        await silent.JoinAsync(group, topic);
        await using var client = await AskedClient.ConnectAsync(rocket.Rocket, _ => AskedClient.Success());
        await client.JoinAsync(group, topic);
        await using var tool = await rocket.ConnectAsync();
        await using var other = await rocket.ConnectAsync();

        var asking = Enumerable.Range(0, 65).Select(_ => tool.RunningInfoAsync(group, silent.Id)).ToList();

        var first = await await Task.WhenAny(asking);
        Assert.Equal(ResponseCode.SystemBusy, first.Code);
        Assert.Contains("64", first.Remark, StringComparison.Ordinal);
        (await other.RunningInfoAsync(group, client.Id)).Succeeded();
        await Eventually.HoldsAsync(() => silent.Asked.Count == 64);
        foreach (var asked in silent.Asked)
        {
            await silent.Connection.AnswerAsync(asked, AskedClient.Success());
        }

        await Task.WhenAll(asking);
        Assert.Equal(64, silent.Asked.Count);
        (await tool.RunningInfoAsync(group, client.Id)).Succeeded();
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

    /// <summary>A request 309 with a number of fields.</summary>
    /// <param name="broker">Value of brokerName; null: without it.</param>
    internal static RemotingCommand WithFields(int count, string group, string clientId, string messageId, string? broker)
    {
        HeaderFields fields = new() { { "consumerGroup", group }, { "clientId", clientId }, { "msgId", messageId }, { "brokerName", broker } };
        for (var i = fields.Count; i < count; i++)
        {
            fields.Add($"f{i}", "x");
        }

        return new RemotingCommand { Code = RequestCode.ConsumeMessageDirectly, Fields = fields };
    }
}
