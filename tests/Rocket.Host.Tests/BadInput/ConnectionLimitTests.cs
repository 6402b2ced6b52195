using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Connections;
using Xunit;

namespace Rocket.Host.Tests.BadInput;

/// <summary>A node of its own, since who fills its connections shuts others out until they are given back.</summary>
public sealed class ConnectionLimitTests(ConnectionLimitTests.FewConnectionsRocket rocket) : IClassFixture<ConnectionLimitTests.FewConnectionsRocket>
{
    private const int Connections = 30;

    public sealed class FewConnectionsRocket() : RocketFixture($"rocket.limits.max-connections={Connections}");

    [Fact]
    public async Task Connections_above_the_limit_are_closed_at_once_and_the_others_are_served()
    {
        var clients = new List<RemotingConnection>();
        try
        {
            while (await TryConnectAsync(clients.Count % 2 == 0 ? rocket.Rocket.BrokerPort : rocket.Rocket.NameServerPort) is { } client)
            {
                clients.Add(client);
                Assert.True(clients.Count <= Connections, "no limit on connections");
            }

            Assert.InRange(clients.Count, Connections - 5, Connections);
            foreach (var client in clients)
            {
                await client.ClusterInfoAsync().Succeeded();
            }
        }
        finally
        {
            foreach (var client in clients)
            {
                await client.DisposeAsync();
            }
        }

        RemotingConnection? newcomer = null;
        await Eventually.HoldsAsync(
            async () => (newcomer = await TryConnectAsync(rocket.Rocket.BrokerPort)) is not null);
        await newcomer!.DisposeAsync();
    }

    /// <summary>A connection that is served, or null: the refusal may be seen while connecting, or by the first request.</summary>
    private static async Task<RemotingConnection?> TryConnectAsync(int port)
    {
        RemotingConnection? client = null;
        try
        {
            client = await RemotingConnection.ConnectAsync("127.0.0.1", port);
            await client.ClusterInfoAsync().Succeeded();
            return client;
        }
        catch (Exception problem) when (problem is RemotingConnectException or RemotingConnectionClosedException)
        {
            await (client?.DisposeAsync() ?? default);
            return null;
        }
    }
}
