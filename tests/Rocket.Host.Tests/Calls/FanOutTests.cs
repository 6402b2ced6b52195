using Akka.Actor;
using Rocket.Actors.Groups;
using Rocket.Host.Gateway;
using Rocket.Host.Gateway.Calls;
using Rocket.Host.Tests.Fuzz;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Json;
using Rocket.TestClient.Wire;
using Xunit;

namespace Rocket.Host.Tests.Calls;

/// <summary>Questions that are asked of many (223, 300), on a node in memory.</summary>
[Collection(FuzzCollection.Name)]
public sealed class FanOutTests
{
    private const string Topic = "T1";

    [Fact]
    public async Task A_group_that_does_not_answer_is_left_out_of_those_that_consume_a_topic()
    {
        await using var node = await InProcessNode.StartAsync([]);
        await using var client = new InMemoryClient(node);
        Assert.Equal(ResponseCode.Success, (await client.InvokeAsync(SendRequest.For(Topic, "x").ToCommand())).Code);
        foreach (var group in new[] { "alive", "dead" })
        {
            await JoinAsync(client, group);
            await client.InvokeAsync(new RemotingCommand
            {
                Code = RequestCode.UpdateConsumerOffset,
                Fields = new HeaderFields { { "consumerGroup", group }, { "topic", Topic }, { "queueId", 0 }, { "commitOffset", 0L } },
            });
        }

        await client.InvokeAsync(new RemotingCommand { Code = RequestCode.UnregisterClient, Fields = new HeaderFields { { "clientID", "c1" }, { "consumerGroup", "dead" } } });
        var directory = node.Broker.Broker!.Directory;
        Assert.True(directory.TryGetGroup("dead", out var dead));
        directory.Publish(new GroupHandle(dead.Config, ((IInternalActorRef)dead.Actor).Provider.DeadLetters));

        var answer = await client.InvokeAsync(Question);

        Assert.Equal(ResponseCode.Success, answer.Code);
        Assert.Equal("alive", Assert.Single(new GroupListAnswer(answer).Groups));
    }

    [Fact]
    public async Task A_question_to_many_waits_for_its_turn_and_is_refused_when_that_does_not_come()
    {
        await using var node = await InProcessNode.StartAsync([]);
        await using var client = new InMemoryClient(node);
        await JoinAsync(client, "g");
        for (var i = 0; i < GatewayEnvironment.FanOutsAtOnce; i++)
        {
            await node.Environment.FanOuts.WaitAsync();
        }

        foreach (var question in new[] { Question, StatusQuestion })
        {
            var refused = await client.InvokeAsync(question);
            Assert.Equal(ResponseCode.SystemBusy, refused.Code);
            Assert.Contains("ask again later", refused.Remark, StringComparison.Ordinal);
        }

        var asking = client.InvokeAsync(Question);
        node.Environment.FanOuts.Release();
        Assert.Equal(ResponseCode.Success, (await asking).Code);
        await Eventually.HoldsAsync(() => node.Environment.FanOuts.CurrentCount == 1);
    }

    [Fact]
    public async Task While_many_groups_are_wound_back_a_further_one_is_refused()
    {
        await using var node = await InProcessNode.StartAsync([]);
        await using var client = new InMemoryClient(node);
        var resets = node.Environment.Calls.Resets;
        for (var i = 0; i < ClientCalls.MostResets; i++)
        {
            Assert.True(resets.TryTake());
        }

        Assert.Equal(ResponseCode.SystemBusy, (await client.InvokeAsync(Reset)).Code);
        resets.Return();

        Assert.Equal("[reset-offset] reset offset failed, no topic in this broker. topic=T1", (await client.InvokeAsync(Reset)).Remark);
        await Eventually.HoldsAsync(() => resets.Taken == ClientCalls.MostResets - 1);
    }

    private static RemotingCommand Reset => new()
    {
        Code = RequestCode.InvokeBrokerToResetOffset,
        Fields = new HeaderFields { { "topic", Topic }, { "group", "g" }, { "timestamp", -1L }, { "isForce", true } },
    };

    private static RemotingCommand Question => new() { Code = RequestCode.QueryTopicConsumeByWho, Fields = new HeaderFields { { "topic", Topic } } };

    private static RemotingCommand StatusQuestion => new()
    {
        Code = RequestCode.InvokeBrokerToGetConsumerStatus,
        Fields = new HeaderFields { { "topic", Topic }, { "group", "g" } },
    };

    private static async Task JoinAsync(InMemoryClient client, string group) => Assert.Equal(
        ResponseCode.Success,
        (await client.InvokeAsync(new RemotingCommand
        {
            Code = RequestCode.HeartBeat,
            Body = new Heartbeat("c1") { Consumers = [new ConsumerData(group, [SubscriptionData.ForTags(Topic)])] }.ToJson(),
        })).Code);
}
