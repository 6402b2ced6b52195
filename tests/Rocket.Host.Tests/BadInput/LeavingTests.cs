using System.Net;
using System.Net.Sockets;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Wire;
using Xunit;

namespace Rocket.Host.Tests.BadInput;

/// <summary>Clients that close their half of the connection.</summary>
[Collection(HostileCollection.Name)]
public sealed class LeavingTests(HostileRocket rocket)
{
    [Fact]
    public async Task A_client_that_closes_its_half_and_reads_nothing_is_disconnected()
    {
        var topic = await rocket.CreateTopicAsync();
        await using (var client = await rocket.ConnectAsync())
        {
            for (var i = 0; i < 8; i++)
            {
                await client.SendAsync(SendRequest.For(topic, new byte[30_000])).Succeeded();
            }
        }

        using var crowd = await Crowd.ConnectAsync(rocket.Rocket.BrokerPort, 1, receiveBytes: 4096);
        var remote = ((IPEndPoint)crowd.Sockets[0].LocalEndPoint!).ToString();
        var pulls = new ByteBuffer();
        for (var i = 0; i < 200; i++)
        {
            FrameEncoder.Write(pulls, new PullRequest { ConsumerGroup = "leaving", Topic = topic }.ToCommand());
        }

        await crowd.SendAsync(pulls.WrittenMemory);
        crowd.Sockets[0].Shutdown(SocketShutdown.Send);

        await rocket.Rocket.Run.WaitForOutputAsync(remote + " ", TimeSpan.FromSeconds(20));
        await rocket.AssertOthersAreServedAsync();
    }
}
