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

    [Fact]
    public async Task What_a_member_says_at_too_great_length_is_left_out()
    {
        var (topic, group) = (await rocket.CreateTopicAsync(), UniqueNames.Group());
        await using var good = await AskedClient.ConnectAsync(rocket.Rocket, _ => AskedClient.Success(Status(topic, queues: 10)));
        await using var talkative = await AskedClient.ConnectAsync(rocket.Rocket, _ => AskedClient.Success(Status(topic, queues: 20_000)));
        await good.JoinAsync(group, topic);
        await talkative.JoinAsync(group, topic);
        await using var tool = await rocket.ConnectAsync();

        var answer = await tool.ConsumerStatusAsync(group, topic).Succeeded();

        Assert.Equal((good.Id, 10), (Assert.Single(answer.Clients).Key, answer.Clients[good.Id].Count));
    }

    [Fact]
    public async Task What_all_members_say_together_is_refused_where_it_is_too_much_for_one_answer()
    {
        var (topic, group) = (await rocket.CreateTopicAsync(), UniqueNames.Group());
        var status = Status(topic, queues: 95, new string('b', 10_000));
        Assert.InRange(status.Length, 16_000_000 / 18, 1 << 20);
        List<AskedClient> members = [];
        for (var i = 0; i < 18; i++)
        {
            members.Add(await AskedClient.ConnectAsync(rocket.Rocket, _ => AskedClient.Success(status)));
            await members[i].JoinAsync(group, topic);
        }

        await using var tool = await rocket.ConnectAsync();

        var answer = await tool.ConsumerStatusAsync(group, topic);

        Assert.Equal((ResponseCode.SystemError, "the offsets of 18 consumers are too many for one answer, ask for one of them (clientAddr)"), (answer.Code, answer.Remark));
        Assert.Equal(95, Assert.Single((await tool.ConsumerStatusAsync(group, topic, members[0].Id).Succeeded()).Clients).Value.Count);
        foreach (var member in members)
        {
            await member.DisposeAsync();
        }
    }

    [Fact]
    public async Task However_many_members_are_silent_the_tool_is_answered_in_its_time()
    {
        var (topic, group) = (await rocket.CreateTopicAsync(), UniqueNames.Group());
        List<AskedClient> silent = [];
        for (var i = 0; i < 193; i++)
        {
            silent.Add(await AskedClient.ConnectAsync(rocket.Rocket));
            await silent[i].JoinAsync(group, topic);
        }

        await using var tool = await rocket.ConnectAsync();

        // 64 at a time for 3 s each would be 12 s; tools wait 5, and this machine may be slow.
        Assert.Empty((await tool.ConsumerStatusAsync(group, topic, timeout: TimeSpan.FromSeconds(9)).Succeeded()).Clients);
        foreach (var client in silent)
        {
            await client.DisposeAsync();
        }
    }

    private static byte[] Status(string topic, int queues, string broker = "broker-a") =>
        QueueOffsetTable.ToBody("messageQueueTable", [.. Enumerable.Range(0, queues).Select(queue => (new MessageQueue(topic, broker, queue), 1_000_000_000L + queue))]);
}
