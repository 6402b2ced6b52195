using System.Buffers;
using System.Text;
using System.Threading.Channels;
using Rocket.Actors.Clients;
using Rocket.Actors.Links;
using Rocket.Host.Gateway.Calls;
using Rocket.Host.Tests.Forwarding;
using Rocket.Host.Tests.Fuzz;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Json;
using Rocket.TestClient.Wire;
using Xunit;

namespace Rocket.Host.Tests.Calls;

/// <summary>What another node may have asked of this node's clients: the link is the test's, the client is in memory.</summary>
[Collection(FuzzCollection.Name)]
public sealed class CallsOfOthersTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly ClientRequest Request = new(309, encoder => encoder.AddField("consumerGroup"u8, "g"), "body"u8.ToArray());

    [Fact]
    public async Task A_client_is_found_told_and_asked()
    {
        await using var node = await InProcessNode.StartAsync([]);
        using var served = new CallsOfOthers(node.Environment);
        var (transport, connection) = node.Connect(node.Broker);
        var client = new GatewayClient(transport);
        await client.SendAsync(new RemotingCommand { Code = RequestCode.HeartBeat, Opaque = 1, Body = new Heartbeat("c1") { ProducerGroups = ["p"] }.ToJson() });
        await client.ReceiveAsync();
        var link = new AnswerLink();

        Assert.Equal(CallReply.Connected, (await AskAsync(node, link, CallStep.Find, CallTarget.Client("c1"))).Reply);
        Assert.Equal(CallReply.Connected, (await AskAsync(node, link, CallStep.Tell, CallTarget.ProducerOf("p", "broker-a"))).Reply);
        var told = await client.ReceiveAsync();
        Assert.Equal((309, true, "g", "body"), (told.Code, told.IsOneway, told.Fields["consumerGroup"], Encoding.UTF8.GetString(told.Body.Span)));

        var asking = AskAsync(node, link, CallStep.Call, CallTarget.Client("c1"));
        var asked = await client.ReceiveAsync();
        Assert.False(asked.IsOneway);
        await client.SendAsync(new RemotingCommand { Code = 7, Opaque = asked.Opaque, Flag = RemotingCommand.ResponseFlag, Remark = "so", Body = "well"u8.ToArray() });
        var (reply, answer) = await asking;
        Assert.Equal((CallReply.Answered, 7, "so", "well"), (reply, answer!.Code, answer.Remark, Encoding.UTF8.GetString(answer.Body.Span)));

        client.Leave();
        await connection;
    }

    [Fact]
    public async Task Who_is_not_there_is_told_as_such_and_steps_that_are_not_known_are_left_out()
    {
        await using var node = await InProcessNode.StartAsync([]);
        using var served = new CallsOfOthers(node.Environment);
        var link = new AnswerLink();

        await ReceiveAsync(node, link, new AskedCall((CallStep)99, 1, CallTarget.Client("c1"), TimeSpan.Zero, null));
        foreach (var step in new[] { CallStep.Find, CallStep.Tell, CallStep.Call })
        {
            Assert.Equal(CallReply.NotConnected, (await AskAsync(node, link, step, CallTarget.Client("c1"))).Reply);
            Assert.Equal(CallReply.NotConnected, (await AskAsync(node, link, step, CallTarget.ProducerOf("p", "broker-a"))).Reply);
        }
    }

    [Fact]
    public async Task A_client_that_says_nothing_or_leaves_is_told_to_the_other_node()
    {
        await using var node = await InProcessNode.StartAsync([]);
        using var served = new CallsOfOthers(node.Environment);
        var (transport, connection) = node.Connect(node.Broker);
        var client = new GatewayClient(transport);
        await client.SendAsync(new RemotingCommand { Code = RequestCode.HeartBeat, Opaque = 1, Body = new Heartbeat("c1") { ProducerGroups = ["p"] }.ToJson() });
        await client.ReceiveAsync();
        var link = new AnswerLink();

        Assert.Equal(CallReply.TimedOut, (await AskAsync(node, link, CallStep.Call, CallTarget.Client("c1"), TimeSpan.FromMilliseconds(50))).Reply);
        await client.ReceiveAsync();
        var asking = AskAsync(node, link, CallStep.Call, CallTarget.Client("c1"));
        await client.ReceiveAsync();
        client.Leave();

        Assert.Equal(CallReply.Lost, (await asking).Reply);
        await connection;
    }

    private static async Task<(CallReply Reply, ClientAnswer? Answer)> AskAsync(
        InProcessNode node, AnswerLink link, CallStep step, CallTarget target, TimeSpan? patience = null)
    {
        await ReceiveAsync(node, link, new AskedCall(step, 5, target, patience ?? Patience, step == CallStep.Find ? null : Request));
        var (reply, number, answer) = await link.Answers.ReadAsync().AsTask().WaitAsync(Patience);
        Assert.Equal(5, number);
        return (reply, answer);
    }

    private static Task ReceiveAsync(InProcessNode node, AnswerLink link, AskedCall call)
    {
        var frame = CallLayout.Call(call);
        var payload = new ReadOnlySequence<byte>(frame.Bytes[LinkFrameLayout.HeadBytes..].ToArray());
        frame.Release();
        return node.Environment.Node.Links.ReceiverOf(LinkKind.ClientCall)!.ReceiveAsync(link, LinkKind.ClientCall, payload).AsTask();
    }

    /// <summary>A link that keeps what came back over it.</summary>
    private sealed class AnswerLink : ILinkConnection
    {
        private readonly Channel<(CallReply, long, ClientAnswer?)> _answers = Channel.CreateUnbounded<(CallReply, long, ClientAnswer?)>();

        public ChannelReader<(CallReply Reply, long Number, ClientAnswer? Answer)> Answers => _answers.Reader;

        public LinkPeer Peer { get; } = new("node2", 1, 1, "1.0", "127.0.0.1:1");

        public LinkDirection Direction => LinkDirection.Accepted;

        public bool IsOpen => true;

        public bool Send(LinkFrame frame) => TrySend(frame) == LinkSend.Queued;

        public LinkSend TrySend(LinkFrame frame, ILinkRoomListener? room = null)
        {
            _answers.Writer.TryWrite(CallLayout.ReadAnswer(new ReadOnlySequence<byte>(frame.Bytes[LinkFrameLayout.HeadBytes..].ToArray())));
            frame.Release();
            return LinkSend.Queued;
        }

        public void Abort(string reason)
        {
        }
    }
}
