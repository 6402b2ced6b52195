using System.Net;
using System.Net.Sockets;
using System.Text;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Connections;
using Rocket.TestClient.Messages;
using Xunit;

namespace Rocket.Host.Tests.Sending;

/// <summary>Clients that come over IPv6, and a broker that is reached at an IPv6 address.</summary>
public sealed class IPv6Tests
{
    [SkippableFact]
    public async Task A_client_over_IPv6_is_the_born_host_of_its_messages()
    {
        Demand();
        await using var rocket = await RocketProcess.StartAsync("rocket.bind-host=\"::\"");
        var topic = await rocket.CreateTopicAsync();
        await using var client = await RemotingConnection.ConnectAsync("::1", rocket.BrokerPort);
        await using var other = await rocket.ConnectAsync();

        var first = await client.SendAsync(SendRequest.For(topic, "over IPv6")).Succeeded();
        await other.SendAsync(SendRequest.For(topic, "over IPv4")).Succeeded();

        var stored = await client.ReadQueueAsync(topic);
        Assert.Equal([SystemFlag.BornHostV6, 0], stored.Select(message => message.SystemFlag));
        Assert.Equal([IPAddress.IPv6Loopback, IPAddress.Loopback], stored.Select(message => message.BornHost.Address));
        Assert.All(stored, message => Assert.Equal(IPAddress.Loopback, message.StoreHost.Address));
        Assert.Equal(first.OffsetMessageIds.Single(), stored[0].OffsetMessageId);
    }

    [SkippableFact]
    public async Task A_broker_with_an_IPv6_address_is_found_there_and_its_message_ids_lead_there()
    {
        Demand();
        await using var rocket = await RocketProcess.StartAsync("rocket.bind-host=\"::1\"", "rocket.advertised-host=\"::1\"");
        await using var names = await RemotingConnection.ConnectAsync("::1", rocket.NameServerPort);
        var topic = UniqueNames.Topic();
        await using (var creator = await RemotingConnection.ConnectAsync("::1", rocket.BrokerPort))
        {
            await creator.CreateTopicAsync(new CreateTopicRequest(topic) { ReadQueueNums = 1, WriteQueueNums = 1 }).Succeeded();
        }

        var master = IPEndPoint.Parse((await names.RouteAsync(topic).Succeeded()).Route.MasterOf("broker-a")!);
        Assert.Equal(new IPEndPoint(IPAddress.IPv6Loopback, rocket.BrokerPort), master);
        await using var client = await RemotingConnection.ConnectAsync(master.Address.ToString(), master.Port);
        var answer = await client.SendAsync(SendRequest.For(topic, "over IPv6", keys: "k")).Succeeded();

        // 56 digits: an address of 16 bytes, a port, and an offset.
        Assert.Equal(56, answer.MessageId.Length);
        var id = answer.OffsetMessageIds.Single();
        Assert.Equal(master, id.StoreHost);
        foreach (var message in new[]
                 {
                     await client.ReadOneAsync(topic, 0, 0), (await client.ViewAsync(id.PhysicalOffset).Succeeded()).Messages.Single(),
                     (await client.QueryMessageAsync(new QueryMessageRequest(topic, "k")).Succeeded()).Messages.Single(),
                 })
        {
            Assert.Equal(SystemFlag.BornHostV6 | SystemFlag.StoreHostV6, message.SystemFlag);
            Assert.Equal((master, "over IPv6"), (message.StoreHost, Encoding.UTF8.GetString(message.Body.Span)));
        }

        await rocket.KillAsync();
        await rocket.StartAgainAsync();
        await using var again = await RemotingConnection.ConnectAsync("::1", rocket.BrokerPort);
        Assert.Equal(id, (await again.ReadOneAsync(topic, 0, 0)).OffsetMessageId);
    }

    private static void Demand()
    {
        Skip.IfNot(Socket.OSSupportsIPv6, "this system has no IPv6");
        try
        {
            using var probe = new TcpListener(IPAddress.IPv6Loopback, 0);
            probe.Start();
        }
        catch (SocketException problem)
        {
            Skip.If(true, $"nothing can listen on ::1 here: {problem.Message}");
        }
    }
}
