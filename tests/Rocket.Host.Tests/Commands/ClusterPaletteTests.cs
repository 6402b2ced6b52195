using Xunit;

namespace Rocket.Host.Tests.Commands;

/// <summary>cluster show, status, down, join and what they refuse.</summary>
[Collection(CommandsCollection.Name)]
public sealed class ClusterPaletteTests(CommandsRocket rocket)
{
    private string Address => $"akka.tcp://rocket@127.0.0.1:{rocket.Rocket.RemotePort}";

    [Fact]
    public async Task Show_lists_the_only_member_with_its_marks()
    {
        var run = await CommandRun.OfAsync(rocket.Rocket, "cluster show");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(["node", "address", "status", "roles", "age", "reachable", "marks"], run.Row("node"));
        Assert.Equal(["node1", Address, "Up", "data, voter", "1", "yes", "this, leader, oldest"], run.Row("node1"));
    }

    [Fact]
    public async Task Show_as_json_has_types()
    {
        var row = Assert.Single((await CommandRun.JsonOfAsync(rocket.Rocket, "cluster show")).Rows());

        Assert.Equal(("node1", Address), (row["node"].GetString(), row["address"].GetString()));
        Assert.Equal(1, row["age"].GetInt32());
        Assert.True(row["reachable"].GetBoolean());
    }

    [Fact]
    public async Task Status_says_how_things_stand_in_a_line_each()
    {
        var run = await CommandRun.OfAsync(rocket.Rocket, "cluster status");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(["this node", $"node1 at {Address}, Up"], run.Row("this node"));
        Assert.Equal(["leader", "node1"], run.Row("leader"));
        Assert.Equal(["reachability", "all members reachable, 1 of 1"], run.Row("reachability"));
        Assert.Equal(["voters", "node1"], run.Row("voters"));
        Assert.Equal(["sharding coordinator", "on node1, answers: 1 region(s), 1 shard(s)"], run.Row("sharding coordinator"));
    }

    [Theory]
    [InlineData("cluster down node2 --yes", "node1 is the only voter of its cluster: there is no other node to vote out")]
    [InlineData("cluster down node1 --yes", "node1 does not vote itself out; cluster leave stops it")]
    [InlineData("cluster join akka.tcp://rocket@127.0.0.1:1", "node1 is the only voter of its cluster (rocket.voters), so it forms that cluster alone and joins no other")]
    [InlineData("cluster form --yes", "node1 is the only voter of its cluster (rocket.voters): it forms it by itself")]
    [InlineData("cluster leave node2 --yes", "this is node1, not node2; a node is asked to leave over its own port (--node)")]
    public async Task What_a_lone_node_cannot_do_is_refused_in_one_line(string line, string reason)
    {
        var run = await CommandRun.OfAsync(rocket.Rocket, line);

        Assert.Equal((1, "", reason + "\n"), (run.ExitCode, run.Output, run.Error));
    }

    [Fact]
    public async Task The_address_of_this_node_is_this_node_too()
    {
        var run = await CommandRun.OfAsync(rocket.Rocket, $"cluster down 127.0.0.1:{rocket.Rocket.RemotePort} --yes");

        Assert.Equal((1, "node1 does not vote itself out; cluster leave stops it\n"), (run.ExitCode, run.Error));
    }

    [Theory]
    [InlineData("cluster leave")]
    [InlineData("cluster down node2")]
    [InlineData("rocket force-master broker-a node1")]
    public async Task A_script_that_does_not_say_yes_is_not_asked_and_nothing_happens(string line)
    {
        var run = await CommandRun.OfAsync(rocket.Rocket, line);

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.EndsWith("asks before it is done, and nobody is here to answer: give --yes\n", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_person_who_says_no_has_refused()
    {
        var run = await CommandRun.OfAsync($"cluster leave --node 127.0.0.1:{rocket.Rocket.OperatorPort}", input: "\n", hasPerson: true);

        Assert.Equal(1, run.ExitCode);
        Assert.EndsWith("Go on? [y/N] not confirmed, nothing is done\n", run.Error, StringComparison.Ordinal);
        Assert.False(rocket.Rocket.Run.HasExited);
    }
}
