using System.Net;
using System.Net.Sockets;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Wire;
using Xunit;

namespace Rocket.Host.Tests.BadInput;

/// <summary>Clients that ask for more than they take.</summary>
[Collection(HostileCollection.Name)]
public sealed class GreedyClientTests(HostileRocket rocket)
{
    [Theory]
    [InlineData(RequestCode.PullMessage)]
    [InlineData(RequestCode.QueryMessage)]
    public async Task A_client_that_does_not_read_its_answers_is_disconnected(int code)
    {
        var topic = await rocket.CreateTopicAsync();
        await using (var client = await rocket.ConnectAsync())
        {
            for (var i = 0; i < 64; i++)
            {
                await client.SendAsync(SendRequest.For(topic, new byte[30_000], keys: "greed")).Succeeded();
            }
        }

        var before = rocket.Rocket.Run.WorkingSet;
        using var greedy = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        await greedy.ConnectAsync(IPAddress.Loopback, rocket.Rocket.BrokerPort);
        var remote = ((IPEndPoint)greedy.LocalEndPoint!).ToString();
        var request = FrameEncoder.ToArray(
            code == RequestCode.PullMessage
                ? new PullRequest { ConsumerGroup = "greedy", Topic = topic }.ToCommand()
                : new QueryMessageRequest(topic, "greed") { MaxNum = 64 }.ToCommand());
        var sending = Task.Run(async () =>
        {
            try
            {
                // 240 KB are asked for by each pull, 1.9 MB by each query; the node holds 2 MiB at most, and as much again in the buffers of the socket.
                for (var i = 0; i < 1000; i++)
                {
                    await greedy.SendAsync(request);
                }
            }
            catch (SocketException)
            {
                // Disconnected.
            }
        });

        await rocket.Rocket.Run.WaitForOutputAsync(remote + " ", TimeSpan.FromSeconds(20));

        greedy.Close();
        await sending;
        Assert.InRange(rocket.Rocket.Run.WorkingSet - before, long.MinValue, 100L * 1024 * 1024);
        await rocket.AssertOthersAreServedAsync();
    }

    [Fact]
    public async Task A_client_with_more_in_flight_than_its_budget_is_slowed_down_and_answered()
    {
        var topic = await rocket.CreateTopicAsync(queues: 4);
        await using var client = await rocket.ConnectAsync();

        var sends = Enumerable.Range(0, 4000).Select(i => client.SendAsync(SendRequest.For(topic, new byte[1024], queueId: i % 4))).ToArray();
        await rocket.AssertOthersAreServedAsync();

        Assert.All(await Task.WhenAll(sends), answer => Assert.Equal(ResponseCode.Success, answer.Code));
    }

    [Fact]
    public async Task Clients_that_come_and_go_leave_nothing_behind()
    {
        var topic = await rocket.CreateTopicAsync();
        for (var i = 0; i < 300; i++)
        {
            var client = await rocket.ConnectAsync();
            _ = client.PullAsync(new PullRequest { ConsumerGroup = "passing", Topic = topic }.Waiting(TimeSpan.FromMinutes(1)))
                .ContinueWith(static pull => pull.Exception, TaskScheduler.Default);
            if (i % 3 == 0)
            {
                await client.SendRawAsync(new byte[] { 0, 0, 1 });
            }

            client.Abort();
        }

        await rocket.AssertOthersAreServedAsync();
        await using var last = await rocket.ConnectAsync();
        await last.SendAsync(SendRequest.For(topic, "x")).Succeeded();
    }
}
