using Rocket.Actors.Clients;
using Rocket.Host.Gateway.Calls;
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
}
