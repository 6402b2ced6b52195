using Rocket.Host.Tests.Clustering;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Codes;
using Xunit;

namespace Rocket.Host.Tests.ManualFailover;

/// <summary>One of two nodes loses its data folder, and nobody says anything: it comes back with an empty one, or with an old copy.</summary>
[Collection(ClusteringCollection.Name)]
public sealed class LostFolderTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_node_that_lost_its_folder_gets_everything_from_the_other_one_and_takes_nothing_from_it(bool hasOldCopy)
    {
        await using var pair = await ManualPair.StartAsync();
        var topic = await pair.CreateTopicAsync();
        Assert.Equal((ResponseCode.Success, 0L), await pair.SendAsync("node1", "broker-a", topic, "first"));
        Assert.Equal((ResponseCode.Success, 0L), await pair.SendAsync("node2", "broker-b", topic, "first"));
        await pair["node2"].Run.KillAsync();
        FolderCopy.Make(pair["node2"].DataDir, pair["node2"].DataDir + "-old");
        pair.Start("node2");
        await pair.WaitUntilLedAsync("broker-a", "node1", "node1, node2");
        await pair.WaitUntilLedAsync("broker-b", "node2", "node1, node2");
        await pair.SendUntilAsync(ResponseCode.Success, "node1", "broker-a", topic);
        await pair.SendUntilAsync(ResponseCode.Success, "node2", "broker-b", topic);
        var (a, b) = (await pair.ReadAsync("node1", "broker-a", topic), await pair.ReadAsync("node2", "broker-b", topic));
        Assert.True(a.Count >= 2 && b.Count >= 2);

        await pair["node2"].Run.KillAsync();
        Directory.Delete(pair["node2"].DataDir, recursive: true);
        if (hasOldCopy)
        {
            Directory.Move(pair["node2"].DataDir + "-old", pair["node2"].DataDir);
        }

        pair.Start("node2");
        await pair.WaitUntilLedAsync("broker-a", "node1", "node1, node2");
        await pair.WaitUntilLedAsync("broker-b", "node2", "node1, node2");
        Assert.Equal(a, await pair.ReadAsync("node1", "broker-a", topic));
        Assert.Equal(b, await pair.ReadAsync("node2", "broker-b", topic));
        await pair.SendUntilAsync(ResponseCode.Success, "node1", "broker-a", topic);
        await pair.SendUntilAsync(ResponseCode.Success, "node2", "broker-b", topic);

        // What it has now is all that there is.
        await pair["node1"].Run.KillAsync();
        await pair.VoteOutAsync("node2", "node1");
        await pair.WaitUntilLedAsync("broker-a", "node2", "node2");
        Assert.Equal(a, (await pair.ReadAsync("node2", "broker-a", topic)).Take(a.Count));
        Assert.Equal(b, (await pair.ReadAsync("node2", "broker-b", topic)).Take(b.Count));
    }
}
