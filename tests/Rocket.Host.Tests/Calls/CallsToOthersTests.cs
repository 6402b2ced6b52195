using Rocket.Actors.Clients;
using Rocket.Host.Gateway.Calls;
using Rocket.Host.Tests.Running;
using Xunit;

namespace Rocket.Host.Tests.Calls;

/// <summary>Who is asked where a client may be on several other nodes.</summary>
public sealed class CallsToOthersTests
{
    private static readonly ClientRequest Request = new(307, _ => { }, "body"u8.ToArray());

    [Fact]
    public async Task The_only_other_node_is_sent_the_request_at_once()
    {
        using var nodes = new ThreeNodes("node2");
        var calling = nodes.Calls.CallAsync("c1", Request, TimeSpan.FromSeconds(5));

        var asked = await nodes.Links["node2"].NextAsync();
        Assert.Equal((CallStep.Call, "c1", TimeSpan.FromSeconds(5)), (asked.Step, asked.Target.ClientId, asked.Patience));
        await nodes.AnswerAsync(nodes.Links["node2"], CallLayout.Answer(asked.Number, new ClientAnswer(ClientCallOutcome.Answered, 0, null, [], "x"u8.ToArray())));

        Assert.True((await calling).IsSuccess);
        Assert.Equal(0, nodes.Awaited);
    }

    [Fact]
    public async Task Of_several_nodes_the_first_one_that_has_the_client_gets_the_request()
    {
        using var nodes = new ThreeNodes("node2", "node3");
        var telling = nodes.Calls.TellAsync("c1", Request);

        var (second, third) = (await nodes.Links["node2"].NextAsync(), await nodes.Links["node3"].NextAsync());
        Assert.Equal((CallStep.Find, CallStep.Find), (second.Step, third.Step));
        await nodes.AnswerAsync(nodes.Links["node2"], CallLayout.Answer(second.Number, CallReply.NotConnected));
        await nodes.AnswerAsync(nodes.Links["node3"], CallLayout.Answer(third.Number, CallReply.Connected));
        var told = await nodes.Links["node3"].NextAsync();
        await nodes.AnswerAsync(nodes.Links["node3"], CallLayout.Answer(told.Number, CallReply.Connected));

        Assert.Equal(CallStep.Tell, told.Step);
        Assert.True(await telling);
        Assert.Empty(nodes.Links["node2"].Asked);
    }

    [Fact]
    public async Task A_client_that_nobody_has_is_not_connected()
    {
        using var nodes = new ThreeNodes("node2", "node3");
        var calling = nodes.Calls.CallAsync("c1", Request);
        foreach (var link in nodes.Links.Values)
        {
            await nodes.AnswerAsync(link, CallLayout.Answer((await link.NextAsync()).Number, CallReply.NotConnected));
        }

        Assert.Same(ClientAnswer.NotConnected, await calling);
        Assert.Equal(0, nodes.Awaited);
    }

    [Fact]
    public async Task A_node_that_says_nothing_does_not_hide_what_another_one_has()
    {
        using var nodes = new ThreeNodes("node2", "node3");
        var telling = nodes.Calls.TellProducerAsync("g", "broker-a", Request);
        var asked = await nodes.Links["node3"].NextAsync();
        Assert.Equal(CallTarget.ProducerOf("g", "broker-a"), asked.Target);

        await nodes.AnswerAsync(nodes.Links["node3"], CallLayout.Answer(asked.Number, CallReply.Connected));
        var told = await nodes.Links["node3"].NextAsync();
        await nodes.AnswerAsync(nodes.Links["node3"], CallLayout.Answer(told.Number, CallReply.Refused));

        Assert.False(await telling);
    }

    [Fact]
    public async Task A_link_that_ends_ends_the_calls_over_it()
    {
        using var nodes = new ThreeNodes("node2");
        var calling = nodes.Calls.CallAsync("c1", Request);
        await nodes.Links["node2"].NextAsync();

        nodes.Lose(nodes.Links["node2"]);

        Assert.Same(ClientAnswer.Lost, await calling);
        Assert.Same(ClientAnswer.NotConnected, await nodes.Calls.CallAsync("c1", Request));
        Assert.Equal(0, nodes.Awaited);
    }

    [Fact]
    public async Task A_node_that_never_says_what_came_of_it_is_a_timeout()
    {
        using var nodes = new ThreeNodes("node2");

        Assert.Same(ClientAnswer.TimedOut, await nodes.Calls.CallAsync("c1", Request, TimeSpan.Zero));
        Assert.Equal(0, nodes.Awaited);
    }

    [Fact]
    public async Task An_answer_over_another_link_counts_for_nothing()
    {
        using var nodes = new ThreeNodes("node2");
        var calling = nodes.Calls.CallAsync("c1", Request);
        var asked = await nodes.Links["node2"].NextAsync();

        await nodes.AnswerAsync(new CallLink("node3"), CallLayout.Answer(asked.Number, CallReply.NotConnected));
        await nodes.AnswerAsync(nodes.Links["node2"], CallLayout.Answer(asked.Number, CallReply.TimedOut));

        Assert.Same(ClientAnswer.TimedOut, await calling);
    }

    [Theory]
    [InlineData("")]
    [InlineData(256)]
    public async Task An_id_that_nobody_can_have_is_asked_of_nobody(object id)
    {
        using var nodes = new ThreeNodes("node2");

        Assert.Same(ClientAnswer.NotConnected, await nodes.Calls.CallAsync(id as string ?? new string('c', (int)id), Request));
        Assert.Empty(nodes.Links["node2"].Asked);
    }

    [Theory]
    [InlineData(256)]
    [InlineData(70_000)]
    public async Task A_group_that_no_producer_can_be_in_is_asked_of_nobody(int length)
    {
        using var nodes = new ThreeNodes("node2");

        Assert.False(await nodes.Calls.TellProducerAsync(new string('g', length), "broker-a", Request));
        Assert.Empty(nodes.Links["node2"].Asked);
    }

    [Fact]
    public async Task Where_too_much_waits_already_nobody_can_say_that_a_client_is_not_connected()
    {
        using var nodes = new ThreeNodes(new ManualTimers(), "node2", "node3");

        // Each asks both nodes.
        for (var i = 0; i < 4096; i++)
        {
            _ = nodes.Calls.CallAsync("c1", Request);
        }

        Assert.Equal(8192, nodes.Awaited);
        Assert.Same(ClientAnswer.Refused, await nodes.Calls.CallAsync("c1", Request));
    }

    [Fact]
    public async Task An_answer_that_no_header_can_hold_ends_its_call_and_nothing_else()
    {
        using var nodes = new ThreeNodes("node2");
        var calling = nodes.Calls.CallAsync("c1", Request);
        var asked = await nodes.Links["node2"].NextAsync();
        List<KeyValuePair<string, string>> fields = [.. Enumerable.Range(0, 513).Select(i => KeyValuePair.Create($"f{i}", "x"))];

        await nodes.AnswerAsync(nodes.Links["node2"], CallLayout.Answer(asked.Number, new ClientAnswer(ClientCallOutcome.Answered, 0, null, fields, default)));

        Assert.Same(ClientAnswer.Refused, await calling);
    }

    [Fact]
    public async Task So_much_waits_for_room_on_links_and_what_is_over_is_refused_at_once()
    {
        using var nodes = new ThreeNodes("node2");
        var link = nodes.Links["node2"];
        var large = new ClientRequest(309, _ => { }, new byte[20 << 20]);
        link.BeFull(true);
        for (var round = 0; round < 2; round++)
        {
            var waiting = Enumerable.Range(0, 3).Select(_ => nodes.Calls.CallAsync("c1", large)).ToList();

            Assert.Same(ClientAnswer.Refused, await nodes.Calls.CallAsync("c1", large));
            Assert.All(waiting, call => Assert.False(call.IsCompleted));
            link.BeFull(false);
            foreach (var _ in waiting)
            {
                await nodes.AnswerAsync(link, CallLayout.Answer((await link.NextAsync()).Number, CallReply.TimedOut));
            }

            Assert.All(await Task.WhenAll(waiting), answer => Assert.Same(ClientAnswer.TimedOut, answer));
            link.BeFull(true);
        }
    }

    [Fact]
    public async Task A_call_ends_a_second_after_the_client_should_have_answered_however_long_it_waited_for_room()
    {
        var time = new ManualTimers();
        using var nodes = new ThreeNodes(time, "node2");
        var link = nodes.Links["node2"];
        link.BeFull(true);
        var calling = nodes.Calls.CallAsync("c1", Request, TimeSpan.FromSeconds(10));

        time.Advance(TimeSpan.FromSeconds(10.9));
        link.BeFull(false);
        await link.NextAsync();
        Assert.False(calling.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(0.1));

        Assert.Same(ClientAnswer.TimedOut, await calling.WaitAsync(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task The_client_has_what_finding_it_has_left_of_the_time()
    {
        var time = new ManualTimers();
        using var nodes = new ThreeNodes(time, "node2", "node3");
        var calling = nodes.Calls.CallAsync("c1", Request, TimeSpan.FromSeconds(10));
        var find = await nodes.Links["node2"].NextAsync();
        time.Advance(TimeSpan.FromMilliseconds(400));
        await nodes.AnswerAsync(nodes.Links["node2"], CallLayout.Answer(find.Number, CallReply.Connected));

        Assert.Equal(TimeSpan.FromSeconds(9.6), (await nodes.Links["node2"].NextAsync()).Patience);
        time.Advance(TimeSpan.FromSeconds(10.6));

        Assert.Same(ClientAnswer.TimedOut, await calling.WaitAsync(TimeSpan.FromSeconds(10)));
    }
}
