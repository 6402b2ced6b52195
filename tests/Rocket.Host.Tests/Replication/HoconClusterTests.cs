using System.Globalization;
using Rocket.Host.Tests.Clustering;
using Rocket.Host.Tests.Commands;
using Rocket.Host.Tests.Configuration;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Connections;
using Xunit;
using Xunit.Abstractions;

namespace Rocket.Host.Tests.Replication;

/// <summary>The files of <c>hocon/</c> as they are published, with other ports and folders: each set becomes the cluster that it promises.</summary>
[Collection(ReplicationCollection.Name)]
public sealed class HoconClusterTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("ha-node1", "ha-node2", "witness")]
    [InlineData("node1", "node2")]
    public async Task Two_masters_and_two_slaves_write_everything_twice(params string[] files)
    {
        using var folder = new TemporaryFolder();
        var nodes = files.ToDictionary(file => file.Replace("ha-", "", StringComparison.Ordinal), file => new FileNode(file, file == "witness" ? [] : ["broker-a", "broker-b"]));
        var voters = nodes.Select(node => $"rocket.voters.{node.Key}=\"127.0.0.1:{node.Value.LinkPort}\"").ToList();
        try
        {
            foreach (var (name, node) in nodes)
            {
                node.Start([.. voters, $"rocket.data-dir=\"{Path.Combine(folder.Path, name)}\""], folder.Path);
            }

            foreach (var (name, node) in nodes)
            {
                await node.Run.WaitForOutputAsync($"Rocket {name} ready", ProcessCluster.Patience);
            }

            var (node1, node2) = (nodes["node1"], nodes["node2"]);
            foreach (var node in nodes.Values)
            {
                await WaitForBrokerAsync(node, "broker-a", node1.PortOf("broker-a"), node2.PortOf("broker-a"));
                await WaitForBrokerAsync(node, "broker-b", node2.PortOf("broker-b"), node1.PortOf("broker-b"));
                Assert.Equal(["broker-a", "node1"], (await WaitForBothInSyncAsync(node)).Row("broker-a").Take(2));
                Assert.Equal(["broker-b", "node2"], (await WaitForBothInSyncAsync(node)).Row("broker-b").Take(2));
            }

            output.WriteLine((await WaitForBothInSyncAsync(node1)).Output);
            foreach (var port in new[] { node1.PortOf("broker-a"), node2.PortOf("broker-a"), node1.PortOf("broker-b"), node2.PortOf("broker-b") })
            {
                await using var client = await RemotingConnection.ConnectAsync("127.0.0.1", port);
                await client.SendAsync(SendRequest.For("Greetings", "hello")).Succeeded();
            }

            foreach (var node in nodes.Values)
            {
                Assert.DoesNotContain("No coordinator found", node.Run.Output, StringComparison.Ordinal);
                Assert.DoesNotContain(" ERR ", node.Run.Output, StringComparison.Ordinal);
                node.Run.Terminate();
            }

            foreach (var node in nodes.Values)
            {
                Assert.Equal(0, await node.Run.WaitForExitAsync(ProcessCluster.Patience));
                Assert.Equal("", node.Run.Error);
                foreach (var line in node.Run.Output.Split('\n').Where(line => line.Contains(" ERR ", StringComparison.Ordinal)))
                {
                    output.WriteLine($"while all stopped at once: {line}");
                }
            }
        }
        finally
        {
            foreach (var node in nodes.Values)
            {
                node.Dispose();
            }
        }
    }

    private static async Task WaitForBrokerAsync(FileNode node, string broker, params int[] ports)
    {
        await using var client = await RemotingConnection.ConnectAsync("127.0.0.1", node.NameServerPort);
        await Eventually.HoldsAsync(async () =>
            (await client.ClusterInfoAsync().Succeeded()).Cluster.Brokers.GetValueOrDefault(broker)?.Addresses is { } told
            && told.OrderBy(address => address.Key).Select(address => address.Value).SequenceEqual(ports.Select(AddressOf)));
    }

    private static async Task<CommandRun> WaitForBothInSyncAsync(FileNode node)
    {
        CommandRun? run = null;
        await Eventually.HoldsAsync(async () =>
        {
            run = await CommandRun.OfAsync($"rocket brokers --node {AddressOf(node.OperatorPort)}");
            return run.ExitCode == 0 && run.Lines.Count(line => line.Contains("node1, node2", StringComparison.Ordinal)) == 2;
        });
        return run!;
    }

    private static string AddressOf(int port) => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");
}
