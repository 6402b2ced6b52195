using System.Net.Sockets;
using Rocket.TestClient.Connections;
using Rocket.TestClient.Wire;
using Xunit;

namespace Rocket.TestClient.Tests.Connections;

public sealed class RemotingConnectionTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    [Theory]
    [InlineData(SerializeType.Json)]
    [InlineData(SerializeType.RocketMq)]
    public async Task Answers_in_any_order_find_their_requests(SerializeType type)
    {
        await using var server = new ScriptedServer();
        var (client, peer) = await server.ConnectAsync(new RemotingConnectionOptions { SerializeType = type, FirstOpaque = int.MaxValue - 2 });
        await using var _ = client;

        var asked = Enumerable.Range(0, 8).Select(code => client.InvokeAsync(new RemotingCommand { Code = code })).ToArray();
        var requests = new List<RemotingCommand>();
        for (var i = 0; i < asked.Length; i++)
        {
            requests.Add(await peer.ReceiveAsync());
        }

        Assert.All(requests, request => Assert.Equal(type, request.SerializeType));
        Assert.Contains(requests, request => request.Opaque < 0);
        foreach (var request in Enumerable.Reverse(requests))
        {
            await peer.SendAsync(new RemotingCommand { Code = request.Code + 100, Flag = 1, Opaque = request.Opaque });
        }

        var answers = await Task.WhenAll(asked).WaitAsync(Soon);
        Assert.Equal(Enumerable.Range(100, 8), answers.Select(answer => answer.Code));
        Assert.Equal(0, client.Outstanding);
    }

    [Fact]
    public async Task A_frame_that_arrives_byte_by_byte_is_one_answer()
    {
        await using var server = new ScriptedServer();
        var (client, peer) = await server.ConnectAsync();
        await using var _ = client;

        var asked = client.InvokeAsync(new RemotingCommand { Code = 105 });
        var request = await peer.ReceiveAsync();
        peer.Socket.NoDelay = true;
        foreach (var value in FrameEncoder.ToArray(new RemotingCommand { Code = 0, Flag = 1, Opaque = request.Opaque, Body = "x"u8.ToArray() }))
        {
            await peer.SendAsync([value]);
        }

        Assert.Equal("x"u8.ToArray(), (await asked.WaitAsync(Soon)).Body.ToArray());
    }

    [Fact]
    public async Task No_answer_is_a_timeout_that_names_the_request_and_a_late_answer_is_kept()
    {
        await using var server = new ScriptedServer();
        var (client, peer) = await server.ConnectAsync();
        await using var _ = client;

        var problem = await Assert.ThrowsAsync<RemotingTimeoutException>(
            () => client.InvokeAsync(new RemotingCommand { Code = 105 }, TimeSpan.FromMilliseconds(20)));
        var request = await peer.ReceiveAsync();
        await peer.SendAsync(new RemotingCommand { Code = 0, Flag = 1, Opaque = request.Opaque });

        Assert.Contains("code 105", problem.Message, StringComparison.Ordinal);
        Assert.Equal(request.Opaque, (await client.StrayAnswers.ReadAsync().AsTask().WaitAsync(Soon)).Opaque);
        Assert.True(client.IsOpen);
    }

    [Fact]
    public async Task Cancelling_gives_up_the_request()
    {
        await using var server = new ScriptedServer();
        var (client, _) = await server.ConnectAsync();
        await using var __ = client;
        using var cancellation = new CancellationTokenSource();

        var asked = client.InvokeAsync(new RemotingCommand { Code = 105 }, cancellation: cancellation.Token);
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
        Assert.Equal(0, client.Outstanding);
    }

    [Fact]
    public async Task A_server_request_is_received_and_answered()
    {
        await using var server = new ScriptedServer();
        var (client, peer) = await server.ConnectAsync();
        await using var _ = client;

        await peer.SendAsync(new RemotingCommand { Code = 40, Flag = 2, Fields = new HeaderFields { { "consumerGroup", "g" } } });
        await peer.SendAsync(new RemotingCommand { Code = 307, Opaque = -5 });
        var request = await client.WaitForServerRequestAsync(307, Soon);
        await client.AnswerAsync(request, new RemotingCommand { Code = 0, Body = "{}"u8.ToArray() });

        var answer = await peer.ReceiveAsync();
        Assert.Equal(-5, answer.Opaque);
        Assert.True(answer.IsResponse);
    }

    [Fact]
    public async Task A_handler_answers_server_requests_but_never_a_oneway()
    {
        await using var server = new ScriptedServer();
        var (client, peer) = await server.ConnectAsync(
            new RemotingConnectionOptions { OnServerRequest = request => new RemotingCommand { Code = request.Code + 1 } });
        await using var _ = client;

        await peer.SendAsync(new RemotingCommand { Code = 40, Flag = 2, Opaque = 1 });
        await peer.SendAsync(new RemotingCommand { Code = 326, Opaque = 2 });

        var answer = await peer.ReceiveAsync();
        Assert.Equal((2, 327), (answer.Opaque, answer.Code));
    }

    [Fact]
    public async Task A_oneway_carries_its_flag_and_is_not_outstanding()
    {
        await using var server = new ScriptedServer();
        var (client, peer) = await server.ConnectAsync();
        await using var _ = client;

        await client.OnewayAsync(new RemotingCommand { Code = 15 });

        Assert.True((await peer.ReceiveAsync()).IsOneway);
        Assert.Equal(0, client.Outstanding);
    }

    [Fact]
    public async Task When_the_server_closes_outstanding_requests_fail_and_the_end_is_told()
    {
        await using var server = new ScriptedServer();
        var (client, peer) = await server.ConnectAsync();
        await using var _ = client;

        var asked = client.InvokeAsync(new RemotingCommand { Code = 105 });
        await peer.ReceiveAsync();
        peer.Socket.Shutdown(SocketShutdown.Both);

        var problem = await Assert.ThrowsAsync<RemotingConnectionClosedException>(() => asked).WaitAsync(Soon);
        Assert.Equal(ConnectionEndKind.ClosedByPeer, problem.End.Kind);
        Assert.Equal(ConnectionEndKind.ClosedByPeer, (await client.WaitForCloseAsync(Soon)).Kind);
        await Assert.ThrowsAsync<RemotingConnectionClosedException>(() => client.InvokeAsync(new RemotingCommand { Code = 105 }));
        await Assert.ThrowsAsync<RemotingConnectionClosedException>(() => client.WaitForServerRequestAsync(40, Soon));
    }

    [Fact]
    public async Task A_reset_is_told_apart_from_a_close()
    {
        await using var server = new ScriptedServer();
        var (client, peer) = await server.ConnectAsync();
        await using var _ = client;

        peer.Socket.LingerState = new LingerOption(true, 0);
        peer.Socket.Dispose();

        Assert.Equal(ConnectionEndKind.Reset, (await client.WaitForCloseAsync(Soon)).Kind);
    }

    [Theory]
    [InlineData("FFFFFFFF00000000")]
    [InlineData("00000005000000017B")]
    public async Task Bytes_that_are_no_frame_end_the_connection(string bytes)
    {
        await using var server = new ScriptedServer();
        var (client, peer) = await server.ConnectAsync();
        await using var _ = client;

        await peer.SendAsync(Convert.FromHexString(bytes));

        var end = await client.WaitForCloseAsync(Soon);
        Assert.Equal(ConnectionEndKind.BrokenFrame, end.Kind);
        Assert.IsType<RemotingFormatException>(end.Error);
    }

    [Fact]
    public async Task Raw_bytes_leave_as_they_are()
    {
        await using var server = new ScriptedServer();
        var (client, peer) = await server.ConnectAsync();
        await using var _ = client;

        await client.SendRawAsync(new byte[] { 0xFF, 0x00, 0x80 });
        client.ShutdownSend();

        Assert.Equal([0xFF, 0x00, 0x80], await peer.ReadAsync(3));
        Assert.Equal(0, await peer.Socket.ReceiveAsync(new byte[1], SocketFlags.None));
    }

    [Fact]
    public async Task Nobody_listening_is_a_connect_exception()
    {
        int port;
        await using (var server = new ScriptedServer())
        {
            port = server.Port;
        }

        var problem = await Assert.ThrowsAsync<RemotingConnectException>(() => RemotingConnection.ConnectAsync($"127.0.0.1:{port}"));
        Assert.Contains($"127.0.0.1:{port}", problem.Message, StringComparison.Ordinal);
    }
}
