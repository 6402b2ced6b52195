using System.Buffers;
using System.Net;
using Rocket.Actors.Links;
using Rocket.Host.Gateway.Forwarding;
using Rocket.Host.Tests.Running;
using Rocket.Protocol.Framing;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Wire;
using Xunit;

namespace Rocket.Host.Tests.Forwarding;

/// <summary>Requests that another node has forwarded to one that does not lead their broker either.</summary>
public sealed class ForwardedOnceTests : IAsyncLifetime, IAsyncDisposable
{
    private static readonly IPEndPoint Client = new(IPAddress.Parse("10.1.2.3"), 4567);

    private readonly WaitsSeen _time = new();
    private readonly GatewayBesideLinks _gateway;

    public ForwardedOnceTests() => _gateway = new GatewayBesideLinks(_time);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _gateway.DisposeAsync();

    ValueTask IAsyncDisposable.DisposeAsync() => _gateway.DisposeAsync();

    [Fact]
    public async Task They_are_not_forwarded_again_but_refused()
    {
        var (from, leader) = (_gateway.LinkToLeader("node3"), _gateway.LinkToLeader());
        await ForwardAsync(from, 77, SendRequest.For("Topic", "x").ToCommand() with { Opaque = 5 });
        var answer = await from.NextAsync();
        Assert.Equal((ForwardStep.Frame, 77L), (answer.Step, answer.Connection));
        Assert.Equal((5, ResponseCode.ServiceNotAvailable), (answer.Command.Opaque, answer.Command.Code));
        Assert.Empty(leader.Rest());
    }

    [Fact]
    public async Task In_a_planned_change_of_master_they_wait_for_the_next_one()
    {
        var from = _gateway.LinkToLeader("node3");
        _gateway.Place(null);
        _gateway.HandOver();
        await ForwardAsync(from, 77, SendRequest.For("Topic", "x").ToCommand() with { Opaque = 5 });
        await _time.LookedInVain.WaitAsync(TimeSpan.FromSeconds(10));

        // Behind the first one, and read only when the next master is known.
        await ForwardAsync(from, 77, SendRequest.For("Topic", "x").ToCommand() with { Opaque = 6 });
        var leader = _gateway.LinkToLeader();
        var send = await leader.NextAsync();
        Assert.Equal((ForwardStep.Frame, 5), (send.Step, send.Command.Opaque));
        Assert.Equal(6, (await leader.NextAsync()).Command.Opaque);
        await _gateway.AnswerAsync(leader, send.Connection, new RemotingCommand { Code = ResponseCode.Success, Opaque = 5, Flag = RemotingCommand.ResponseFlag });
        await Eventually.HoldsAsync(() => from.Rest().Any(said => said.Step == ForwardStep.Frame && said.Command.Code == ResponseCode.Success && said.Connection == 77));
    }

    [Fact]
    public async Task A_question_about_offsets_is_given_back_when_another_node_leads()
    {
        var (from, leader) = (_gateway.LinkToLeader("node3"), _gateway.LinkToLeader());
        await ForwardAsync(from, 77, new RemotingCommand
        {
            Code = RequestCode.QueryConsumerOffset,
            Fields = new HeaderFields { { "consumerGroup", "group" }, { "topic", "Topic" }, { "queueId", 0 } },
        });
        Assert.Equal(ForwardStep.End, (await from.NextAsync()).Step);
        Assert.Empty(leader.Rest());
    }

    [Fact]
    public async Task What_was_read_is_said_to_be_taken_up_and_the_clients_address_is_known()
    {
        var from = _gateway.LinkToLeader("node3");
        var request = SendRequest.For("Topic", "x").ToCommand() with { Opaque = 5 };
        await ForwardAsync(from, 77, request);
        await Eventually.HoldsAsync(() => from.Rest().Any(said => said.Step == ForwardStep.Taken && said.Taken == FrameEncoder.ToArray(request).Length));
        var connection = Assert.Single(_gateway.Environment.Connections.All);
        Assert.True(connection.IsForwarded);
        Assert.Equal(Client, connection.Remote);
    }

    [Fact]
    public async Task A_client_that_has_left_is_forgotten_and_so_are_those_of_a_link_that_ended()
    {
        var from = _gateway.LinkToLeader("node3");
        await ForwardAsync(from, 1, SendRequest.For("Topic", "x").ToCommand());
        await ForwardAsync(from, 2, SendRequest.For("Topic", "x").ToCommand());
        await from.NextAsync();
        await from.NextAsync();
        Assert.Equal(2, _gateway.Environment.Connections.Count);
        await _gateway.ReceiveAsync(from, ForwardLayout.End(LinkKind.ForwardedRequest, 1));
        await Eventually.HoldsAsync(() => _gateway.Environment.Connections.Count == 1);
        _gateway.Lose(from);
        await Eventually.HoldsAsync(() => _gateway.Environment.Connections.Count == 0);
    }

    [Fact]
    public async Task A_frame_that_is_none_ends_that_clients_connection_and_the_other_node_is_told()
    {
        var from = _gateway.LinkToLeader("node3");
        await ForwardAsync(from, 1, SendRequest.For("Topic", "x").ToCommand());
        await from.NextAsync();
        await _gateway.ReceiveAsync(from, Raw(1, [0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0]));
        Assert.Equal((ForwardStep.End, 1L), (await from.NextAsync()) is var said ? (said.Step, said.Connection) : default);
        await ForwardAsync(from, 1, SendRequest.For("Topic", "x").ToCommand() with { Opaque = 9 });
        Assert.Equal(9, (await from.NextAsync()).Command.Opaque);
    }

    [Fact]
    public async Task A_broker_that_this_node_does_not_hold_is_refused()
    {
        var from = _gateway.LinkToLeader("node3");
        await ForwardAsync(from, 1, SendRequest.For("Topic", "x").ToCommand(), broker: "broker-z");
        Assert.Equal(ForwardStep.End, (await from.NextAsync()).Step);
    }

    private Task ForwardAsync(RecordedLink from, long connection, RemotingCommand command, string broker = "broker-a")
    {
        var bytes = new ReadOnlySequence<byte>(FrameEncoder.ToArray(command));
        Assert.True(FrameReader.TryRead(ref bytes, FrameLimits.Default, out var frame));
        return _gateway.ReceiveAsync(from, ForwardLayout.Request(connection, ForwardLayout.OriginOf(broker, Client), frame));
    }

    private static LinkFrame Raw(long connection, byte[] frame)
    {
        var origin = ForwardLayout.OriginOf("broker-a", Client);
        var end = ForwardLayout.End(LinkKind.ForwardedRequest, connection);
        byte[] head = [.. end.Bytes[LinkFrameLayout.HeadBytes..]];
        end.Release();
        head[0] = (byte)ForwardStep.Frame;
        return LinkFrame.Copy(LinkKind.ForwardedRequest, [.. head, .. origin, .. frame]);
    }

    /// <summary>The system's time, which tells when a request that is held has looked for a leader and looks again soon.</summary>
    private sealed class WaitsSeen : TimeProvider
    {
        private readonly TaskCompletionSource _seen = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task LookedInVain => _seen.Task;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime == TimeSpan.FromMilliseconds(10))
            {
                _seen.TrySetResult();
            }

            return base.CreateTimer(callback, state, dueTime, period);
        }
    }
}
