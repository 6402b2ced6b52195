using System.Buffers;
using System.Collections.Concurrent;
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

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_request_that_no_header_can_hold_is_refused_and_the_link_goes_on(bool wantsAnswer)
    {
        await using var node = await InProcessNode.StartAsync([]);
        using var served = new CallsOfOthers(node.Environment);
        var request = new ClientRequest(309, encoder =>
        {
            for (var i = 0; i < 513; i++)
            {
                encoder.AddField(Encoding.ASCII.GetBytes($"f{i}"), "x");
            }
        });

        Assert.Equal(CallReply.Refused, (await AskAsync(node, new AnswerLink(), wantsAnswer ? CallStep.Call : CallStep.Tell, CallTarget.Client("c1"), request: request)).Reply);
    }

    [Fact]
    public async Task So_many_answers_wait_for_room_on_the_link_and_what_is_over_is_refused()
    {
        await using var node = await InProcessNode.StartAsync(["rocket.limits.max-frame-size=64MiB"]);
        using var served = new CallsOfOthers(node.Environment);
        var (transport, connection) = node.Connect(node.Broker);
        var client = new GatewayClient(transport);
        await client.SendAsync(new RemotingCommand { Code = RequestCode.HeartBeat, Opaque = 1, Body = new Heartbeat("c1") { ProducerGroups = ["p"] }.ToJson() });
        await client.ReceiveAsync();
        var link = new AnswerLink();
        link.BeFull(true);

        for (var number = 0; number < 2; number++)
        {
            await ReceiveAsync(node, link, new AskedCall(CallStep.Call, number, CallTarget.Client("c1"), Patience, Request));
            var asked = await client.ReceiveAsync();
            await client.SendAsync(new RemotingCommand { Code = 0, Opaque = asked.Opaque, Flag = RemotingCommand.ResponseFlag, Body = new byte[33 << 20] });
        }

        Assert.Equal((CallReply.Refused, null), await NextAsync(link));
        link.BeFull(false);
        Assert.Equal((CallReply.Answered, 33 << 20), await NextAsync(link));

        client.Leave();
        await connection;
    }

    private static async Task<(CallReply Reply, int? Bytes)> NextAsync(AnswerLink link)
    {
        var (reply, _, answer) = await link.Answers.ReadAsync().AsTask().WaitAsync(Patience);
        return (reply, answer?.Body.Length);
    }

    private static async Task<(CallReply Reply, ClientAnswer? Answer)> AskAsync(
        InProcessNode node, AnswerLink link, CallStep step, CallTarget target, TimeSpan? patience = null, ClientRequest? request = null)
    {
        await ReceiveAsync(node, link, new AskedCall(step, 5, target, patience ?? Patience, step == CallStep.Find ? null : request ?? Request));
        var (reply, number, answer) = await link.Answers.ReadAsync().AsTask().WaitAsync(Patience);
        Assert.Equal(5, number);
        return (reply, answer);
    }

    private static Task ReceiveAsync(InProcessNode node, AnswerLink link, AskedCall call)
    {
        var frame = CallLayout.Call(call)!;
        var payload = new ReadOnlySequence<byte>(frame.Bytes[LinkFrameLayout.HeadBytes..].ToArray());
        frame.Release();
        return node.Environment.Node.Links.ReceiverOf(LinkKind.ClientCall)!.ReceiveAsync(link, LinkKind.ClientCall, payload).AsTask();
    }

    /// <summary>A link that keeps what came back over it, and may be full.</summary>
    private sealed class AnswerLink : ILinkConnection
    {
        private readonly ConcurrentQueue<ILinkRoomListener> _waiting = new();
        private volatile bool _isFull;

        private readonly Channel<(CallReply, long, ClientAnswer?)> _answers = Channel.CreateUnbounded<(CallReply, long, ClientAnswer?)>();

        public ChannelReader<(CallReply Reply, long Number, ClientAnswer? Answer)> Answers => _answers.Reader;

        public LinkPeer Peer { get; } = new("node2", 1, 1, "1.0", "127.0.0.1:1");

        public LinkDirection Direction => LinkDirection.Accepted;

        public bool IsOpen => true;

        public bool Send(LinkFrame frame)
        {
            _answers.Writer.TryWrite(CallLayout.ReadAnswer(new ReadOnlySequence<byte>(frame.Bytes[LinkFrameLayout.HeadBytes..].ToArray())));
            frame.Release();
            return true;
        }

        public LinkSend TrySend(LinkFrame frame, ILinkRoomListener? room = null)
        {
            if (_isFull)
            {
                if (room is not null)
                {
                    _waiting.Enqueue(room);
                }

                return LinkSend.Full;
            }

            Send(frame);
            return LinkSend.Queued;
        }

        public void BeFull(bool isFull)
        {
            _isFull = isFull;
            while (!isFull && _waiting.TryDequeue(out var listener))
            {
                listener.OnRoom(this);
            }
        }

        public void Abort(string reason)
        {
        }
    }
}
