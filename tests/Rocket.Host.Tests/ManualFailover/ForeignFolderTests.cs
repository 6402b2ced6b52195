using Rocket.Host.Tests.Clustering;
using Rocket.TestClient.Codes;
using Xunit;

namespace Rocket.Host.Tests.ManualFailover;

/// <summary>A person puts the folders of two brokers in each other's place.</summary>
[Collection(ClusteringCollection.Name)]
public sealed class ForeignFolderTests
{
    [Fact]
    public async Task The_folder_of_another_broker_is_neither_followed_into_nor_led_and_both_sides_say_why()
    {
        await using var pair = await ManualPair.StartAsync();
        var topic = await pair.CreateTopicAsync();
        Assert.Equal((ResponseCode.Success, 0L), await pair.SendAsync("node1", "broker-a", topic, "a0"));
        Assert.Equal((ResponseCode.Success, 0L), await pair.SendAsync("node2", "broker-b", topic, "b0"));
        await StopAndSwapAsync(pair);
        pair.Start("node2");
        foreach (var (broker, owner) in new[] { ("broker-a", "broker-b"), ("broker-b", "broker-a") })
        {
            await pair["node2"].Run.WaitForOutputAsync($"The copy of broker {broker} is not used: {pair["node2"].DataDir}/brokers/{broker}/fence: the folder belongs to broker {owner}", ProcessCluster.Patience);
            await pair["node1"].Run.WaitForOutputAsync($"Broker {broker}: node2 does not follow yet: {pair["node2"].DataDir}/brokers/{broker}/fence: the folder belongs to broker {owner}", ProcessCluster.Patience);
        }

        await pair["node2"].Run.WaitForOutputAsync("Rocket node2 ready", ProcessCluster.Patience);
        await pair.WaitUntilLedAsync("broker-a", "node1", "node1");
        await pair.WaitUntilLedAsync("broker-b", "node1", "node1");
        Assert.Equal((ResponseCode.Success, 1L), await pair.SendAsync("node1", "broker-a", topic, "a1"));
        Assert.Equal((ResponseCode.Success, 1L), await pair.SendAsync("node1", "broker-b", topic, "b1"));

        await StopAndSwapAsync(pair);
        pair.Start("node2");
        await pair.WaitUntilLedAsync("broker-a", "node1", "node1, node2");
        await pair.WaitUntilLedAsync("broker-b", "node2", "node1, node2");
        Assert.Equal(["a0", "a1"], await pair.ReadAsync("node1", "broker-a", topic));
        Assert.Equal(["b0", "b1"], await pair.ReadAsync("node2", "broker-b", topic));
    }

    private static async Task StopAndSwapAsync(ManualPair pair)
    {
        pair["node2"].Run.Terminate();
        Assert.Equal(0, await pair["node2"].Run.WaitForExitAsync(ProcessCluster.Patience));
        var brokers = Path.Combine(pair["node2"].DataDir, "brokers");
        Directory.Move(Path.Combine(brokers, "broker-a"), Path.Combine(brokers, "aside"));
        Directory.Move(Path.Combine(brokers, "broker-b"), Path.Combine(brokers, "broker-a"));
        Directory.Move(Path.Combine(brokers, "aside"), Path.Combine(brokers, "broker-b"));
    }
}
