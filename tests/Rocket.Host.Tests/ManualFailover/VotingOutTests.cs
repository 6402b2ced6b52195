using Rocket.Host.Tests.Clustering;
using Rocket.TestClient.Codes;
using Xunit;

namespace Rocket.Host.Tests.ManualFailover;

/// <summary>A node of a pair dies, and a person says so.</summary>
[Collection(ClusteringCollection.Name)]
public sealed class VotingOutTests
{
    [Fact]
    public async Task The_slave_leads_a_dead_masters_broker_by_a_persons_word_and_hands_it_back_when_the_master_is_there_again()
    {
        await using var pair = await ManualPair.StartAsync();
        var topic = await pair.CreateTopicAsync();
        Assert.Equal((ResponseCode.Success, 0L), await pair.SendAsync("node1", "broker-a", topic, "before"));
        Assert.Equal((ResponseCode.Success, 0L), await pair.SendAsync("node2", "broker-b", topic, "before"));
        var early = await pair.DoAsync("node2", "cluster down node1 --yes");
        Assert.Equal(1, early.ExitCode);
        Assert.Contains("node1 is up", early.Error, StringComparison.Ordinal);

        await pair["node1"].Run.KillAsync();
        await pair.VoteOutAsync("node2", "node1");
        await pair.WaitUntilLedAsync("broker-a", "node2", "node2");
        await pair.WaitUntilLedAsync("broker-b", "node2", "node2");
        Assert.Equal((ResponseCode.Success, 1L), await pair.SendAsync("node2", "broker-a", topic, "alone"));
        Assert.Equal((ResponseCode.Success, 1L), await pair.SendAsync("node2", "broker-b", topic, "alone"));
        Assert.Equal(["before", "alone"], await pair.ReadAsync("node2", "broker-a", topic));

        pair.Start("node1");
        await pair.WaitUntilLedAsync("broker-a", "node1", "node1, node2");
        await pair.WaitUntilLedAsync("broker-b", "node2", "node1, node2");
        Assert.Equal((ResponseCode.Success, 2L), await pair.SendAsync("node1", "broker-a", topic, "back"));
        Assert.Equal(["before", "alone", "back"], await pair.ReadAsync("node1", "broker-a", topic));
        Assert.Contains("node1 is back and votes for itself again", pair["node2"].Run.Output, StringComparison.Ordinal);
    }
}
