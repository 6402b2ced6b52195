using Rocket.Benchmarks.Faults;
using Rocket.TestCluster.Nodes;
using Xunit;

namespace Rocket.TestClient.Tests.Load;

public sealed class FaultPlanTests
{
    [Fact]
    public void A_seed_gives_the_same_sequence_again_and_another_seed_another_one()
    {
        Assert.Equal(FaultPlan.Of(7, 100, FaultKindNames.All), FaultPlan.Of(7, 100, FaultKindNames.All));
        Assert.NotEqual(FaultPlan.Of(7, 100, FaultKindNames.All), FaultPlan.Of(8, 100, FaultKindNames.All));
    }

    [Fact]
    public void A_longer_sequence_begins_like_a_shorter_one() =>
        Assert.Equal(FaultPlan.Of(7, 20, FaultKindNames.All), FaultPlan.Of(7, 100, FaultKindNames.All).Take(20));

    [Fact]
    public void Every_kind_comes_before_one_comes_again()
    {
        var faults = FaultPlan.Of(7, 3 * FaultKindNames.All.Count, FaultKindNames.All);
        Assert.All(faults.Chunk(FaultKindNames.All.Count), round => Assert.Equal(FaultKindNames.All, round.Select(fault => fault.Kind).Order()));
        Assert.Equal(Enumerable.Range(1, faults.Count), faults.Select(fault => fault.Number));
        Assert.Equal([ReplicatedNodes.BrokerA, ReplicatedNodes.BrokerB], faults.Select(fault => fault.Broker).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Kinds_are_named_as_they_are_typed()
    {
        Assert.Equal("kill-while-returning", FaultKind.KillWhileReturning.Name());
        Assert.Equal("stop", FaultKind.Stop.Name());
    }

    [Fact]
    public void Percentiles_are_values_that_were_measured()
    {
        var times = Enumerable.Range(1, 20).Select(seconds => TimeSpan.FromSeconds(seconds));
        Assert.Equal("10.00 / 19.00 / 20.00", FaultReport.Percentiles(times));
        Assert.Equal("3.00 / 3.00 / 3.00", FaultReport.Percentiles([TimeSpan.FromSeconds(3)]));
    }

    [Fact]
    public void The_log_of_a_node_is_searched_once_for_errors_and_for_what_belongs_to_them()
    {
        var folder = Directory.CreateTempSubdirectory("rocket-logs-");
        try
        {
            var file = Path.Combine(folder.FullName, "node1-001.log");
            var logs = new NodeLogs(folder.FullName);
            File.WriteAllText(file, "2026-01-01 12:00:00.000 INF Rocket  fine\n2026-01-01 12:00:00.001 ERR Rocket  bad\n   at Some.Where()\n2026-01-01 12:00:00.002 INF Rocket  fine\n2026-01-01 12:00:00.003 ERR half a li");
            Assert.Equal("node1-001.log:2: 2026-01-01 12:00:00.001 ERR Rocket  bad\n       at Some.Where()", Assert.Single(logs.ReadErrors()));
            Assert.Empty(logs.ReadErrors());
            File.AppendAllText(file, "ne\n");
            Assert.EndsWith("half a line", Assert.Single(logs.ReadErrors()), StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
