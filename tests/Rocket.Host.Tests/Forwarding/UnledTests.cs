using System.Buffers;
using Rocket.Actors.Links;
using Rocket.Host.Gateway;
using Rocket.Host.Gateway.Forwarding;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Wire;
using Xunit;

namespace Rocket.Host.Tests.Forwarding;

/// <summary>What becomes of requests whose broker another node leads, or nobody does; the other nodes are played by the test.</summary>
public sealed class UnledTests : IAsyncLifetime, IAsyncDisposable
{
    private const int Window = TakenBytes.Window;

    private readonly ShiftedTime _time = new();
    private readonly GatewayBesideLinks _gateway;

    public UnledTests() => _gateway = new GatewayBesideLinks(_time);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _gateway.DisposeAsync();

    ValueTask IAsyncDisposable.DisposeAsync() => _gateway.DisposeAsync();

    [Fact]
    public async Task Without_a_leader_sends_and_pulls_are_refused_and_a_question_about_offsets_is_held_until_there_is_one()
    {
        var client = _gateway.Connect();
        await client.SendAsync(QueryOffset(7));
        await client.SendAsync(Send(8));
        Assert.Equal((8, ResponseCode.ServiceNotAvailable), await NextAsync(client));
        await client.SendAsync(Pull(9, offset: 5));
        Assert.Equal((9, ResponseCode.ServiceNotAvailable), await NextAsync(client));

        var leader = _gateway.LinkToLeader();
        var forwarded = await leader.NextAsync();
        Assert.Equal((7, RequestCode.QueryConsumerOffset), (forwarded.Command.Opaque, forwarded.Command.Code));
        await _gateway.AnswerAsync(leader, forwarded.Connection, Answer(7, ResponseCode.QueryNotFound));
        Assert.Equal((7, ResponseCode.QueryNotFound), await NextAsync(client));
    }

    [Fact]
    public async Task What_comes_to_the_next_master_before_it_leads_waits_and_is_refused_before_clients_lose_patience()
    {
        _gateway.Place("node1");
        var client = _gateway.Connect();
        await client.SendAsync(Send(1));
        await Eventually.HoldsAsync(() => _gateway.Environment.Connections.All.SingleOrDefault() is { Outstanding.IsEmpty: false });
        var leader = _gateway.LinkToLeader();
        var sent = await leader.NextAsync();
        await _gateway.AnswerAsync(leader, sent.Connection, Answer(1, ResponseCode.Success));
        Assert.Equal((1, ResponseCode.Success), await NextAsync(client));
        await Eventually.HoldsAsync(() => _gateway.Environment.Connections.All.Single().Outstanding.IsEmpty);

        _gateway.Place("node1");
        await client.SendAsync(Send(2));
        await Eventually.HoldsAsync(() => _gateway.Environment.Connections.All.SingleOrDefault() is { Outstanding.IsEmpty: false });
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal((2, ResponseCode.ServiceNotAvailable), await NextAsync(client));
    }

    [Fact]
    public async Task A_question_about_offsets_is_never_refused_and_its_connection_is_reset_at_last()
    {
        var client = _gateway.Connect();
        await client.SendAsync(QueryOffset(7));
        await client.SendAsync(Pull(8, offset: 0));
        Assert.Equal(8, (await client.ReceiveAsync()).Opaque);
        _time.Advance(GatewayEnvironment.LeaderPatience);
        await Eventually.HoldsAsync(() => client.IsReset);
        await Assert.ThrowsAsync<EndOfStreamException>(client.ReceiveAsync);
    }

    [Fact]
    public async Task A_lost_leader_costs_a_send_an_error_and_a_waiting_pull_nothing_and_a_question_goes_to_the_next_leader()
    {
        var (client, leader) = (_gateway.Connect(), _gateway.LinkToLeader());
        await client.SendAsync(Send(1));
        await client.SendAsync(Pull(2, offset: 41, waits: true));
        await client.SendAsync(Pull(3, offset: 41));
        await client.SendAsync(QueryOffset(4));
        Assert.Equal([1, 2, 3, 4], await OpaquesAsync(leader, 4));
        _gateway.Lose(leader);

        var answers = new Dictionary<int, RemotingCommand>();
        for (var left = 3; left > 0; left--)
        {
            var answer = await client.ReceiveAsync();
            answers.Add(answer.Opaque, answer);
        }

        Assert.Equal(ResponseCode.ServiceNotAvailable, answers[1].Code);
        var pull = new PullAnswer(answers[2]);
        Assert.Equal((ResponseCode.PullNotFound, 41L, 41L), (pull.Code, pull.NextBeginOffset, pull.MaxOffset));
        Assert.Equal(ResponseCode.ServiceNotAvailable, answers[3].Code);

        var next = _gateway.LinkToLeader("node3");
        var again = await next.NextAsync();
        Assert.Equal((4, RequestCode.QueryConsumerOffset), (again.Command.Opaque, again.Command.Code));
        await _gateway.AnswerAsync(next, again.Connection, Answer(4, ResponseCode.Success));
        Assert.Equal((4, ResponseCode.Success), await NextAsync(client));
    }

    [Fact]
    public async Task The_end_of_the_clients_connection_at_the_leader_is_a_loss_too_and_the_next_request_begins_anew()
    {
        var (client, leader) = (_gateway.Connect(), _gateway.LinkToLeader());
        await client.SendAsync(Send(1));
        var sent = await leader.NextAsync();
        await _gateway.ReceiveAsync(leader, ForwardLayout.End(LinkKind.ForwardedReply, sent.Connection));
        Assert.Equal((1, ResponseCode.ServiceNotAvailable), await NextAsync(client));
        await client.SendAsync(Send(2));
        await _gateway.AnswerAsync(leader, (await leader.NextAsync()).Connection, Answer(2, ResponseCode.Success));
        Assert.Equal((2, ResponseCode.Success), await NextAsync(client));
    }

    [Fact]
    public async Task Who_leaves_is_reported_to_the_leader_once_after_all_its_requests()
    {
        var (client, leader) = (_gateway.Connect(), _gateway.LinkToLeader());
        await client.SendAsync(Pull(1, offset: 0, waits: true));
        await client.SendAsync(Send(2) with { Flag = RemotingCommand.OnewayFlag });
        Assert.Equal([1, 2], await OpaquesAsync(leader, 2));
        client.Leave();
        Assert.Equal(ForwardStep.End, (await leader.NextAsync()).Step);
        Assert.DoesNotContain(leader.Rest(), said => said.Step == ForwardStep.End);
    }

    [Fact]
    public async Task Two_requests_with_one_number_get_two_answers()
    {
        var (client, leader) = (_gateway.Connect(), _gateway.LinkToLeader());
        await client.SendAsync(Send(1));
        await client.SendAsync(Send(1));
        Assert.Equal([1, 1], await OpaquesAsync(leader, 2));
        await _gateway.AnswerAsync(leader, 1, Answer(1, ResponseCode.Success));
        await _gateway.AnswerAsync(leader, 1, Answer(1, ResponseCode.SystemBusy));
        Assert.Equal((1, ResponseCode.Success), await NextAsync(client));
        Assert.Equal((1, ResponseCode.SystemBusy), await NextAsync(client));
    }

    [Fact]
    public async Task An_answer_that_nobody_waits_for_any_more_is_dropped_and_counts_as_taken()
    {
        var (client, leader) = (_gateway.Connect(), _gateway.LinkToLeader());
        await client.SendAsync(Send(1));
        await leader.NextAsync();
        var answer = FrameEncoder.ToArray(Answer(99, ResponseCode.Success));
        await _gateway.ReceiveAsync(leader, ForwardLayout.Reply(1, new ReadOnlySequence<byte>(answer)));
        Assert.Equal(answer.Length, Assert.Single(leader.Rest(), said => said.Step == ForwardStep.Taken).Taken);
    }

    [Fact]
    public async Task No_more_is_sent_than_the_leader_takes_up()
    {
        var (client, other, leader) = (_gateway.Connect(), _gateway.Connect(), _gateway.LinkToLeader());
        const int body = Window / 8;
        var sending = Task.Run(async () =>
        {
            for (var number = 0; number < 20; number++)
            {
                await client.SendAsync(Send(number, body) with { Flag = RemotingCommand.OnewayFlag });
            }
        });
        var first = await leader.NextAsync();
        Assert.Equal(0, first.Command.Opaque);
        Assert.Equal(Enumerable.Range(1, 6), await OpaquesAsync(leader, 6));

        // The others are not held up.
        await other.SendAsync(Send(100));
        var pending = await leader.NextAsync();
        Assert.Equal(100, pending.Command.Opaque);
        await _gateway.ReceiveAsync(leader, ForwardLayout.Taken(LinkKind.ForwardedReply, first.Connection, bytes: int.MaxValue));
        Assert.Equal(Enumerable.Range(7, 7), await OpaquesAsync(leader, 7));

        // Now its next one waits; a client that leaves must not.
        var connection = _gateway.Environment.Connections.All.Single(connection => connection.Id == first.Connection);
        await Eventually.HoldsAsync(() => !connection.Outstanding.IsEmpty);
        client.Leave();
        await Eventually.HoldsAsync(() => _gateway.Environment.Connections.Count == 1);
        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await sending;
            throw new InvalidOperationException("all was read");
        });
    }

    [Fact]
    public async Task A_full_link_holds_requests_back_until_it_has_room()
    {
        var (client, leader) = (_gateway.Connect(), _gateway.LinkToLeader());
        leader.BeFull(true);
        await client.SendAsync(Send(1));
        await client.SendAsync(Send(2));
        await Eventually.HoldsAsync(() => _gateway.Environment.Connections.All.SingleOrDefault() is { Outstanding.IsEmpty: false });
        Assert.Empty(leader.Rest());
        leader.BeFull(false);
        Assert.Equal([1, 2], await OpaquesAsync(leader, 2));
    }

    [Fact]
    public async Task A_forwarded_request_counts_against_its_clients_budget_until_it_is_answered()
    {
        var (client, leader) = (_gateway.Connect(), _gateway.LinkToLeader());
        await client.SendAsync(Send(1));
        var sent = await leader.NextAsync();
        var outstanding = _gateway.Environment.Connections.All.Single().Outstanding;
        Assert.False(outstanding.IsEmpty);
        await _gateway.AnswerAsync(leader, sent.Connection, Answer(1, ResponseCode.Success));
        await client.ReceiveAsync();
        await Eventually.HoldsAsync(() => outstanding.IsEmpty);
        await client.SendAsync(Send(2) with { Flag = RemotingCommand.OnewayFlag });
        await leader.NextAsync();
        await Eventually.HoldsAsync(() => outstanding.IsEmpty);
    }

    [Fact]
    public async Task What_every_node_knows_is_answered_at_once()
    {
        var (client, leader) = (_gateway.Connect(), _gateway.LinkToLeader());
        await client.SendAsync(new RemotingCommand { Code = RequestCode.GetBrokerClusterInfo, Opaque = 1 });
        Assert.Equal((1, ResponseCode.Success), await NextAsync(client));
        await client.SendAsync(new RemotingCommand
        {
            Code = RequestCode.GetConsumerListByGroup,
            Opaque = 2,
            Fields = new HeaderFields { { "consumerGroup", "group" } },
        });
        Assert.Equal((2, ResponseCode.SystemError), await NextAsync(client));
        Assert.Empty(leader.Rest());
    }

    [Fact]
    public async Task Pulls_that_wait_elsewhere_are_answered_when_the_node_stops()
    {
        var (client, leader) = (_gateway.Connect(), _gateway.LinkToLeader());
        await client.SendAsync(Pull(1, offset: 3, waits: true));
        await leader.NextAsync();
        _gateway.Environment.BeginStop();
        _gateway.Environment.Stopped();
        Assert.Equal((1, ResponseCode.PullNotFound), await NextAsync(client));
    }

    private static RemotingCommand Send(int opaque, int bytes = 10) => SendRequest.For("Topic", new byte[bytes]).ToCommand() with { Opaque = opaque };

    private static RemotingCommand Pull(int opaque, long offset, bool waits = false)
    {
        var request = new PullRequest { ConsumerGroup = "group", Topic = "Topic", QueueOffset = offset };
        return (waits ? request.Waiting(TimeSpan.FromSeconds(20)) : request).ToCommand() with { Opaque = opaque };
    }

    private static RemotingCommand QueryOffset(int opaque) => new()
    {
        Code = RequestCode.QueryConsumerOffset,
        Opaque = opaque,
        Fields = new HeaderFields { { "consumerGroup", "group" }, { "topic", "Topic" }, { "queueId", 0 } },
    };

    private static RemotingCommand Answer(int opaque, int code) => new() { Code = code, Opaque = opaque, Flag = RemotingCommand.ResponseFlag };

    private static async Task<(int Opaque, int Code)> NextAsync(GatewayClient client)
    {
        var answer = await client.ReceiveAsync();
        Assert.True(answer.IsResponse);
        return (answer.Opaque, answer.Code);
    }

    private static async Task<List<int>> OpaquesAsync(RecordedLink link, int count)
    {
        List<int> opaques = [];
        while (opaques.Count < count)
        {
            opaques.Add((await link.NextAsync()).Command.Opaque);
        }

        return opaques;
    }
}
