using Rocket.Actors.Cluster;
using Rocket.Host.Configuration;
using Xunit;

namespace Rocket.Host.Tests.Configuration;

/// <summary>What a configuration may say about several nodes, and what follows from it.</summary>
public sealed class SeveralNodesTests
{
    private const string Three = """
        rocket {
          failover = automatic
          voters {
            node3 = "10.0.0.3:10912"
            node1 = "127.0.0.1:10912"
            node2 = "10.0.0.2:10912"
          }
        }
        """;

    private const string Witness = Three + "\nrocket.brokers {\n}\n";

    [Fact]
    public void Voters_are_in_the_order_of_their_names_whatever_the_order_in_the_file_is() =>
        Assert.Equal(["node1", "node2", "node3"], Load(Three).Node.Voters.Keys);

    [Fact]
    public void Automatic_failover_sets_the_resolver_with_a_majority_of_the_voters()
    {
        var configuration = Load(Three);
        Assert.Equal(FailoverMode.Automatic, configuration.Node.Failover);
        var akka = configuration.Akka;
        Assert.StartsWith("Akka.Cluster.SBR.", akka.GetString("akka.cluster.downing-provider-class"), StringComparison.Ordinal);
        Assert.Equal("static-quorum", akka.GetString("akka.cluster.split-brain-resolver.active-strategy"));
        Assert.Equal(2, akka.GetInt("akka.cluster.split-brain-resolver.static-quorum.quorum-size"));
        Assert.Equal("voter", akka.GetString("akka.cluster.split-brain-resolver.static-quorum.role"));
        Assert.Equal(TimeSpan.FromMilliseconds(1500), akka.GetTimeSpan("akka.cluster.split-brain-resolver.stable-after"));
        Assert.Contains(configuration.Effective, setting => setting.Key.EndsWith("quorum-size", StringComparison.Ordinal) && setting.IsDerived);
    }

    [Fact]
    public void What_a_file_says_of_Akkas_keys_holds_instead() =>
        Assert.Equal(TimeSpan.FromSeconds(7), Load(Three + "\nakka.cluster.split-brain-resolver.stable-after = 7 s\n").Akka.GetTimeSpan("akka.cluster.split-brain-resolver.stable-after"));

    [Fact]
    public void Manual_failover_removes_nobody()
    {
        var akka = Load(Three.Replace("automatic", "manual", StringComparison.Ordinal)).Akka;
        Assert.Equal("", akka.GetString("akka.cluster.downing-provider-class"));
        Assert.False(akka.HasPath("akka.cluster.split-brain-resolver.static-quorum.quorum-size"));
    }

    [Fact]
    public void A_node_without_brokers_is_a_witness_and_does_not_get_the_role_data()
    {
        var configuration = Load(Witness);
        Assert.Empty(configuration.Node.Brokers);
        Assert.Equal(["voter", "node-node1"], configuration.Akka.GetStringList("akka.cluster.roles"));
        Assert.Contains("data", Load(Three).Akka.GetStringList("akka.cluster.roles"));
    }

    [Fact]
    public void The_secret_is_shown_nowhere()
    {
        var configuration = Load(Three + "\nrocket.replication.secret = \"a secret of some length\"\n");
        Assert.NotNull(configuration.Node.Links.Secret);
        Assert.Equal("\"***\"", Assert.Single(configuration.Effective, setting => setting.Key == "rocket.replication.secret").Value);
        Assert.DoesNotContain("of some length", configuration.Node.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rocket.voters.node4=10.0.0.4:10912", "4 voters (rocket.voters) survive the loss of no more nodes than 3 do")]
    [InlineData("rocket.replication.secret=short", "rocket.replication.secret has 5 characters; 16 or more can't be guessed from a handshake that somebody recorded")]
    public void What_is_hardly_meant_is_a_warning(string set, string warning) => Assert.Equal([warning], Load(Three, set).Warnings);

    [Fact]
    public void An_address_that_others_can_not_reach_is_a_warning() => Assert.Contains(
        "rocket.bind-host = 127.0.0.1 takes connections from this machine only, but the other nodes are told 10.0.0.1:10912 (rocket.voters)",
        Load(Three, "rocket.voters.node1=10.0.0.1:10912").Warnings);

    [Theory]
    [InlineData("rocket.voters.node2=10.0.0.3:10912", "test.hocon:4: rocket.voters.node3 = \"10.0.0.3:10912\": node2 has the same address")]
    [InlineData("rocket.voters.node1=127.0.0.1:10913", "--set: rocket.voters.node1 = \"127.0.0.1:10913\": this node listens on rocket.replication.port = 10912; both have to be the same")]
    [InlineData("rocket.replication.port=10913", "test.hocon:5: rocket.voters.node1 = \"127.0.0.1:10912\": this node listens on rocket.replication.port = 10913; both have to be the same")]
    [InlineData("rocket.node-name=node9", "test.hocon:5: rocket.voters has node1, node2, node3, but not this node, node9 (rocket.node-name)")]
    [InlineData("rocket.brokers.broker-a.replicas=[node1, node7]", "--set: rocket.brokers.broker-a.replicas = [node1, node7]: node7 is none of the nodes in rocket.voters (node1, node2, node3)")]
    [InlineData("rocket.brokers.broker-a.replicas=[node2]", "--set: rocket.brokers.broker-a.replicas = [node2]: this node, node1, is not among them; a broker stands in the files of those nodes only that hold a copy")]
    [InlineData("rocket.brokers.broker-a.replicas=[node1, node1]", "--set: rocket.brokers.broker-a.replicas = [node1, node1]: names a node twice")]
    [InlineData("rocket.brokers.broker-a.replicas=[node1, node2]", "--set: rocket.brokers.broker-a.replicas = [node1, node2]: replication between nodes is not in this version: only this node, node1, may stand here")]
    [InlineData("rocket.name-server.port=10912", "port 10912 is wanted twice: by rocket.name-server.port (--set) and by rocket.replication.port (reference.hocon)")]
    public void A_mistake_is_one_exact_line(string set, string line)
    {
        var (configuration, errors) = Loading.FromText(Three, set);
        Assert.Null(configuration);
        Assert.Equal([line], errors.Select(error => System.Text.RegularExpressions.Regex.Replace(error, @"reference\.hocon:\d+", "reference.hocon")));
    }

    private static NodeConfiguration Load(string text, params string[] sets)
    {
        var (configuration, errors) = Loading.FromText(text, sets);
        Assert.Empty(errors);
        return configuration!;
    }
}
