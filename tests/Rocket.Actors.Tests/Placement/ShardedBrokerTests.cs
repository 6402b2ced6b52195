using Akka.Actor;
using Akka.Cluster;
using Akka.Cluster.Sharding;
using Akka.Configuration;
using Akka.TestKit.Xunit2;
using Rocket.Actors.Placement;
using Xunit;

namespace Rocket.Actors.Tests.Placement;

/// <summary>The strategy within a real cluster of one member.</summary>
public sealed class ShardedBrokerTests() : TestKit(Settings)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static Config Settings => ConfigurationFactory.ParseString(
        """
        akka.actor.provider = cluster
        akka.remote.dot-netty.tcp.hostname = 127.0.0.1
        akka.remote.dot-netty.tcp.port = 0
        akka.cluster.roles = [data, node-node1]
        akka.cluster.sharding.state-store-mode = ddata
        akka.cluster.sharding.remember-entities = off
        akka.cluster.sharding.distributed-data.durable.keys = []
        akka.cluster.sharding.rebalance-interval = 200ms
        akka.loglevel = WARNING
        """).WithFallback(ClusterSharding.DefaultConfig())
        .WithFallback(Akka.Cluster.Tools.Singleton.ClusterSingleton.DefaultConfig())
        .WithFallback(Akka.DistributedData.DistributedData.DefaultConfig());

    [Fact]
    public async Task A_failed_allocation_is_retried_and_a_misplaced_shard_is_given_back()
    {
        var cluster = Akka.Cluster.Cluster.Get(Sys);
        await cluster.JoinAsync(cluster.SelfAddress);
        var nodes = new ClusterNodes(cluster, quorum: 0);
        AwaitAssert(() => Assert.Equal(["node1"], nodes.Present), Patience);
        Assert.Equal("node1", nodes.NodeOf(TestActor));

        var table = new PlacementTable();
        var strategy = new PlacementAllocationStrategy(table, nodes, broker => broker == "broker-a" ? ["node1"] : [], TimeProvider.System, _ => { });
        var region = await ClusterSharding.Get(Sys).StartAsync(
            "broker", _ => Props.Create(() => new Entity(TestActor)), ClusterShardingSettings.Create(Sys).WithRole("data"), new Extractor(), strategy, PoisonPill.Instance);

        EventFilter.Error().Expect(0, () =>
        {
            region.Tell("broker-a");
            ExpectNoMsg(TimeSpan.FromMilliseconds(500));
        });

        table.Learn("broker-a", null);
        ExpectStart(region);
        table.NoteMisplaced("broker-a", "node1");
        ExpectMsg("stopped", Patience);
        ExpectStart(region);
    }

    /// <summary>As the placement actor does: ask until it is there.</summary>
    private void ExpectStart(IActorRef region) => AwaitAssert(
        () =>
        {
            region.Tell("broker-a");
            ExpectMsg("started", TimeSpan.FromSeconds(1));
        },
        Patience);

    private sealed class Entity(IActorRef probe) : UntypedActor
    {
        protected override void PreStart() => probe.Tell("started");

        protected override void PostStop() => probe.Tell("stopped");

        protected override void OnReceive(object message)
        {
        }
    }

    private sealed class Extractor : IMessageExtractor
    {
        public string EntityId(object message) => "broker";

        public object EntityMessage(object message) => message;

        public string ShardId(object message) => (string)message;

        public string ShardId(string entityId, object? messageHint = null) => messageHint as string ?? entityId;
    }
}
