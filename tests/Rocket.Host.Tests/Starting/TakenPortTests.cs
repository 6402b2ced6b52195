using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Rocket.Host.Tests.Running;
using Xunit;

namespace Rocket.Host.Tests.Starting;

/// <summary>Another process listens on a port that this one needs.</summary>
public sealed class TakenPortTests
{
    [Fact]
    public async Task A_port_in_use_is_named_with_its_key_and_nothing_is_written()
    {
        await using var rocket = await RocketProcess.StartAsync("rocket.broker-defaults.vip-port-enable=on");
        await rocket.CreateTopicAsync();
        Assert.Equal(0, await rocket.StopAsync());
        var before = RefusedStart.Contents(rocket.DataDir);
        foreach (var (key, port) in new[]
                 {
                     ("rocket.name-server.port", rocket.NameServerPort), ("rocket.brokers.broker-a.port", rocket.BrokerPort),
                     ("rocket.brokers.broker-a.port", rocket.BrokerPort - 2), ("akka.remote.dot-netty.tcp.port", rocket.RemotePort),
                     ("rocket.dashboard.port", rocket.OperatorPort),
                 })
        {
            using var other = new TcpListener(IPAddress.Loopback, port);
            other.Start();

            var line = await RefusedStart.OfAsync(rocket.Arguments(), rocket.Folder.FullName);

            Assert.Contains(key, line, StringComparison.Ordinal);
            Assert.Contains(port.ToString(CultureInfo.InvariantCulture), line, StringComparison.Ordinal);
            Assert.Equal(before, RefusedStart.Contents(rocket.DataDir));
        }

        await rocket.StartAgainAsync();
    }

    [Fact]
    public async Task A_port_in_use_leaves_no_data_folder_behind()
    {
        var folder = Directory.CreateTempSubdirectory("rocket-start-");
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        try
        {
            await RefusedStart.OfAsync(
                [
                    "--set", $"rocket.name-server.port={FreePorts.Take()}",
                    "--set", $"rocket.brokers.broker-a.port={((IPEndPoint)other.LocalEndpoint).Port}",
                    "--set", $"akka.remote.dot-netty.tcp.port={FreePorts.Take()}",
                    "--set", "rocket.dashboard.port=off",
                ],
                folder.FullName);

            Assert.Empty(RefusedStart.Contents(folder.FullName));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task An_address_that_is_not_of_this_machine_is_named()
    {
        var folder = Directory.CreateTempSubdirectory("rocket-start-");
        try
        {
            var line = await RefusedStart.OfAsync(
                [
                    "--set", "rocket.bind-host=203.0.113.7",
                    "--set", "rocket.advertised-host=203.0.113.7",
                    "--set", $"rocket.name-server.port={FreePorts.Take()}",
                    "--set", $"rocket.brokers.broker-a.port={FreePorts.Take()}",
                    "--set", $"akka.remote.dot-netty.tcp.port={FreePorts.Take()}",
                    "--set", "rocket.dashboard.port=off",
                ],
                folder.FullName);

            Assert.Contains("203.0.113.7", line, StringComparison.Ordinal);
            Assert.Empty(RefusedStart.Contents(folder.FullName));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
