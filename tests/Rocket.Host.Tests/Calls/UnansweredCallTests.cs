using System.Text;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Json;
using Rocket.TestClient.Wire;
using Xunit;

namespace Rocket.Host.Tests.Calls;

/// <summary>Clients that answer what they are asked too late, twice, wrongly or not at all.</summary>
[Collection(CallsCollection.Name)]
public sealed class UnansweredCallTests(CallsRocket rocket)
{
    [Fact]
    public async Task Who_never_answers_is_told_as_a_timeout_and_served_on()
    {
        var (topic, group) = (await rocket.CreateTopicAsync(), UniqueNames.Group());
        await using var silent = await AskedClient.ConnectAsync(rocket.Rocket);
        await silent.JoinAsync(group, topic);
        await using var tool = await rocket.ConnectAsync();

        var answer = await tool.RunningInfoAsync(group, silent.Id);

        Assert.Equal(ResponseCode.ConsumeMessageTimeout, answer.Code);
        Assert.StartsWith($"consumer <{group}> <{silent.Id}> Timeout", answer.Remark, StringComparison.Ordinal);
        var late = Assert.Single(silent.Asked);
        await silent.Connection.AnswerAsync(late, AskedClient.Success());
        await silent.Connection.ClusterInfoAsync().Succeeded();
        await tool.ClusterInfoAsync().Succeeded();
        Assert.False(tool.StrayAnswers.TryRead(out _));
    }

    [Fact]
    public async Task A_second_answer_is_left_out()
    {
        var (topic, group) = (await rocket.CreateTopicAsync(), UniqueNames.Group());
        await using var client = await AskedClient.ConnectAsync(rocket.Rocket);
        await client.JoinAsync(group, topic);
        await using var tool = await rocket.ConnectAsync();
        for (var round = 0; round < 3; round++)
        {
            var asking = tool.RunningInfoAsync(group, client.Id);
            await Eventually.HoldsAsync(() => client.Asked.Count == round + 1);
            var asked = client.Asked.Last();

            await client.Connection.AnswerAsync(asked, AskedClient.Success(Encoding.UTF8.GetBytes($"first {round}")));
            await client.Connection.AnswerAsync(asked, AskedClient.Success("second"u8.ToArray()));

            Assert.Equal($"first {round}", (await asking.Succeeded()).BodyText);
        }

        Assert.False(tool.StrayAnswers.TryRead(out _));
    }

    [Fact]
    public async Task Answers_that_nobody_asked_for_do_no_harm()
    {
        await using var client = await rocket.ConnectAsync();
        for (var opaque = -3; opaque < 100; opaque++)
        {
            await client.SendAsync(new RemotingCommand { Code = 0, Opaque = opaque, Flag = RemotingCommand.ResponseFlag, Body = new byte[100] });
        }

        await client.ClusterInfoAsync().Succeeded();
    }

    [Fact]
    public async Task Rubbish_from_one_client_spoils_nothing_of_what_the_others_say()
    {
        var (topic, group) = (await rocket.CreateTopicAsync(), UniqueNames.Group());
        await using var good = await AskedClient.ConnectAsync(
            rocket.Rocket, _ => AskedClient.Success(QueueOffsetTable.ToBody("messageQueueTable", (new MessageQueue(topic, "broker-a", 0), 5))));
        await using var rubbish = await AskedClient.ConnectAsync(rocket.Rocket, _ => AskedClient.Success("{{{{\"messageQueueTable"u8.ToArray()));
        await using var wrong = await AskedClient.ConnectAsync(rocket.Rocket, _ => new RemotingCommand { Code = 1, Remark = "\u0001" });
        await using var silent = await AskedClient.ConnectAsync(rocket.Rocket);
        foreach (var client in new[] { good, rubbish, wrong, silent })
        {
            await client.JoinAsync(group, topic);
        }

        await using var tool = await rocket.ConnectAsync();

        var answer = await tool.ConsumerStatusAsync(group, topic).Succeeded();

        var told = Assert.Single(answer.Clients);
        Assert.Equal((good.Id, 5L), (told.Key, told.Value[new MessageQueue(topic, "broker-a", 0)]));
    }
}
