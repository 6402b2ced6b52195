using System.Net.Sockets;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Connections;
using Xunit;

namespace Rocket.Host.Tests.BadInput;

/// <summary>Clients that come faster than anybody could read about them, and more than the system has files for.</summary>
public sealed class FloodTests
{
    private const int LogLines = 20;

    [Fact]
    public async Task A_thousand_that_misbehave_do_not_flood_the_log()
    {
        await using var rocket = await RocketProcess.StartAsync($"rocket.limits.client-log-lines={LogLines}");
        var topic = await rocket.CreateTopicAsync();
        for (var round = 0; round < 4; round++)
        {
            using var crowd = await Crowd.ConnectAsync(rocket.BrokerPort, 250);
            await crowd.SendAsync(new byte[8]);
            foreach (var socket in crowd.Sockets)
            {
                await AssertClosedAsync(socket);
            }
        }

        await using var client = await rocket.ConnectAsync();
        await client.SendAsync(SendRequest.For(topic, "x")).Succeeded();
        Assert.Equal(LogLines, rocket.Output.Split('\n').Count(line => line.Contains(" closed: ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task More_connections_than_the_system_has_files_for_are_refused_and_the_node_goes_on()
    {
        await using var rocket = await RocketProcess.StartWithOpenFilesAsync(1100);
        await rocket.Run.WaitForOutputAsync("300 connections and 300 files of the storage instead of 10000 and 4096", TimeSpan.FromSeconds(5));
        var topic = await rocket.CreateTopicAsync(queues: 8);
        await using var client = await rocket.ConnectAsync();
        var served = 0;
        for (var round = 0; round < 4; round++)
        {
            using var crowd = await Crowd.ConnectAsync(rocket.BrokerPort, 500, mayBeRefused: true);
            served = 0;
            foreach (var socket in crowd.Sockets)
            {
                served += await IsServedAsync(socket) ? 1 : 0;
            }

            await client.SendAsync(SendRequest.For(topic, "x", queueId: round)).Succeeded();
        }

        Assert.InRange(served, 250, 299);
        await Eventually.HoldsAsync(async () =>
        {
            await using var newcomer = await rocket.ConnectAsync();
            return await IsAnsweredAsync(newcomer);
        });
    }

    private static async Task<bool> IsAnsweredAsync(RemotingConnection client)
    {
        try
        {
            return (await client.ClusterInfoAsync()).Code == ResponseCode.Success;
        }
        catch (RemotingConnectionClosedException)
        {
            return false;
        }
    }

    private static async Task<bool> IsServedAsync(Socket socket)
    {
        try
        {
            await socket.SendAllAsync(RawFrames.Json("{\"code\":106,\"opaque\":5,\"flag\":0}"));
            return await socket.ReceiveAsync(new byte[1]) == 1;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static async Task AssertClosedAsync(Socket socket)
    {
        try
        {
            Assert.Equal(0, await socket.ReceiveAsync(new byte[1]));
        }
        catch (SocketException)
        {
            // Reset, since the node had not read everything.
        }
    }
}
