using System.Globalization;
using System.Text;
using Rocket.Host.Tests.Clustering;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Connections;

namespace Rocket.Host.Tests.SlaveReads;

/// <summary>Processes of which node1 leads broker-a and node2 holds a copy of it.</summary>
internal sealed class CopiedBroker(ProcessCluster cluster, params string[] more) : IAsyncDisposable
{
    public const string Name = "broker-a";

    private readonly int _copyPort = FreePorts.Take();

    public ClusterNode Master => cluster["node1"];

    public ClusterNode Slave => cluster["node2"];

    public string MasterAddress => Address(Master.BrokerPort);

    public string SlaveAddress => Address(_copyPort);

    public async Task StartAsync()
    {
        foreach (var node in cluster.Nodes)
        {
            Start(node);
        }

        foreach (var node in cluster.Nodes)
        {
            await cluster.WaitUntilReadyAsync(node.Name);
        }

        await WaitForAddressesAsync(Slave, (0, MasterAddress), (1, SlaveAddress));
    }

    public void Start(ClusterNode node)
    {
        string[] copy =
        [
            "rocket.brokers.broker-a.replicas = [node1, node2]",
            "rocket.broker-defaults.broker-role = sync-master",
            string.Create(CultureInfo.InvariantCulture, $"rocket.brokers.broker-a.port = {(node == Master ? node.BrokerPort : _copyPort)}"),
        ];
        cluster.Start(node.Name, node.Broker is null ? more : [.. copy, .. more]);
    }

    /// <summary>A connection to the copy's port.</summary>
    public Task<RemotingConnection> ConnectToSlaveAsync() => RemotingConnection.ConnectAsync("127.0.0.1", _copyPort, new RemotingConnectionOptions());

    /// <summary>Creates a topic with one queue, once the copy counts: then SEND_OK says that it has the message, too.</summary>
    public async Task<string> CreateTopicAsync()
    {
        var topic = await Master.CreateTopicAsync();
        await using var client = await Master.ConnectAsync();
        await Eventually.HoldsAsync(
            async () => (await client.SendAsync(SendRequest.For(topic, "first"u8.ToArray(), tags: "first"))).Code == ResponseCode.Success, ProcessCluster.Patience);
        return topic;
    }

    /// <summary>Sends messages whose bodies are their numbers; every tenth has the tag <c>tenth</c>.</summary>
    public async Task SendAsync(string topic, int count)
    {
        await using var client = await Master.ConnectAsync();
        for (var number = 0; number < count; number++)
        {
            var request = SendRequest.For(topic, Encoding.UTF8.GetBytes(Body(number)), tags: number % 10 == 0 ? "tenth" : "other", keys: $"key-{number}");
            Xunit.Assert.Equal(ResponseCode.Success, (await client.SendAsync(request)).Code);
        }
    }

    public static string Body(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Waits until the copy's metadata have these bytes, visible: what is written after them says so.</summary>
    public async Task WaitForMetadataAsync(string text)
    {
        await Eventually.HoldsAsync(() => MetadataOfSlave().Contains(text, StringComparison.Ordinal));
        var later = await Master.CreateTopicAsync();
        await Eventually.HoldsAsync(() => MetadataOfSlave().Contains(later, StringComparison.Ordinal));
    }

    public static async Task WaitForAddressesAsync(ClusterNode node, params (long Id, string Address)[] expected)
    {
        await using var client = await node.ConnectToNameServerAsync();
        await Eventually.HoldsAsync(
            async () => (await client.ClusterInfoAsync().Succeeded()).Cluster.Brokers.TryGetValue(Name, out var broker)
                && broker.Addresses.OrderBy(copy => copy.Key).Select(copy => (copy.Key, copy.Value)).SequenceEqual(expected),
            ProcessCluster.Patience);
    }

    public ValueTask DisposeAsync() => cluster.DisposeAsync();

    private static string Address(int port) => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");

    private string MetadataOfSlave() => string.Concat(Directory
        .EnumerateFiles(Path.Combine(Slave.DataDir, "brokers", Name, "metadata"), "*.log")
        .Select(Read));

    private static string Read(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(stream, Encoding.Latin1);
        return reader.ReadToEnd();
    }
}
