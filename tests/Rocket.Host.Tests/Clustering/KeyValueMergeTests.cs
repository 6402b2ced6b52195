using System.Text;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Xunit;

namespace Rocket.Host.Tests.Clustering;

/// <summary>Two brokers that no other node has a copy of, each of which is away for a while: the name server's settings of both become one.</summary>
[Collection(ClusteringCollection.Name)]
public sealed class KeyValueMergeTests
{
    private const string Space = "merged";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task What_was_deleted_or_changed_while_a_broker_was_away_stays_so_when_it_is_back()
    {
        await using var cluster = ProcessCluster.WithWitness();
        await cluster.StartAllAsync();
        await WaitForBothAsync(cluster);

        // Everything goes to broker-a, the first by name, and broker-b takes it over.
        await PutAsync(cluster, "node3", ("deleted", "before"), ("changed", "before"), ("kept", "before"));
        await WaitForMetadataAsync(cluster, "node2", "broker-b", "deleted", "changed", "kept");
        await cluster["node1"].Run.KillAsync();

        // broker-b knows them from its own metadata alone.
        await cluster["node2"].Run.KillAsync();
        cluster.Start("node2");
        await cluster.WaitUntilReadyAsync("node2");
        await WaitForAsync(cluster, "node2", ("deleted", "before"), ("changed", "before"), ("kept", "before"));
        await PutAsync(cluster, "node2", ("changed", "after"), ("added", "after"));
        await using (var names = await cluster["node2"].ConnectToNameServerAsync())
        {
            await names.KvDeleteAsync(Space, "deleted").Succeeded();
        }

        cluster.Start("node1");
        await cluster.WaitUntilReadyAsync("node1");
        await WaitForBothAsync(cluster);
        foreach (var node in cluster.Nodes)
        {
            await WaitForAsync(cluster, node.Name, ("deleted", null), ("changed", "after"), ("kept", "before"), ("added", "after"));
        }

        // The other way round: what broker-a took over outlives a broker-b that is away.
        await WaitForMetadataAsync(cluster, "node1", "broker-a", "added");
        await cluster["node2"].Run.KillAsync();
        await cluster["node1"].Run.KillAsync();
        cluster.Start("node1");
        await cluster.WaitUntilReadyAsync("node1");
        await WaitForAsync(cluster, "node1", ("deleted", null), ("changed", "after"), ("kept", "before"), ("added", "after"));
    }

    private static async Task WaitForBothAsync(ProcessCluster cluster)
    {
        foreach (var node in cluster.Nodes)
        {
            await cluster.WaitForRoutesAsync(node.Name, "broker-a", "broker-b");
        }
    }

    private static async Task PutAsync(ProcessCluster cluster, string node, params (string Key, string Value)[] settings)
    {
        await using var names = await cluster[node].ConnectToNameServerAsync();
        foreach (var (key, value) in settings)
        {
            await names.KvPutAsync(Space, key, value).Succeeded();
        }
    }

    /// <summary>Waits until a node tells these; null: it tells none.</summary>
    private static async Task WaitForAsync(ProcessCluster cluster, string node, params (string Key, string? Value)[] settings)
    {
        await using var names = await cluster[node].ConnectToNameServerAsync();
        foreach (var (key, value) in settings)
        {
            await Eventually.HoldsAsync(
                async () => await names.KvGetAsync(Space, key) is var answer
                    && (value is null ? answer.Code == ResponseCode.QueryNotFound : answer.Code == ResponseCode.Success && answer.Value == value),
                Patience,
                () => $"{node}: {key} is {value}");
        }
    }

    /// <summary>Waits until a broker's metadata on a node's disk have these keys: there is no other sign of what it took over.</summary>
    private static Task WaitForMetadataAsync(ProcessCluster cluster, string node, string broker, params string[] keys) => Eventually.HoldsAsync(
        () => MetadataOf(cluster[node].DataDir, broker) is var metadata && keys.All(key => metadata.Contains($"\"key\":\"{key}\"", StringComparison.Ordinal)), Patience);

    private static string MetadataOf(string dataDir, string broker) => string.Concat(
        Directory.EnumerateFiles(Path.Combine(dataDir, "brokers", broker, "metadata"), "*.log").Select(Read));

    private static string Read(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(stream, Encoding.Latin1);
        return reader.ReadToEnd();
    }
}
