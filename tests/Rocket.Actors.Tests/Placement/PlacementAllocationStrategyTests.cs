using System.Collections.Immutable;
using Akka.Actor;
using Akka.TestKit.Xunit2;
using Rocket.Actors.Placement;
using Xunit;

namespace Rocket.Actors.Tests.Placement;

public sealed class PlacementAllocationStrategyTests : TestKit
{
    private readonly PlacementTable _table = new();
    private readonly ManualTime _time = new();
    private readonly List<string> _lines = [];
    private readonly Dictionary<string, IActorRef> _regions = [];

    public PlacementAllocationStrategyTests()
    {
        foreach (var name in (string[])["node1", "node2", "node3"])
        {
            _regions.Add(name, Sys.ActorOf(Props.Empty, name));
        }
    }

    [Theory]
    [InlineData("node2", "node1,node2,node3", "node2")] // the wanted master
    [InlineData("node2", "node1,node3", "node1")] // else the last master
    [InlineData("node2", "node3", "node3")] // else whoever is in sync
    [InlineData(null, "node1,node2,node3", "node1")]
    public async Task A_shard_goes_to_the_best_member_of_the_in_sync_set(string? wanted, string present, string expected)
    {
        _table.Learn("broker-a", new BrokerPlacement(new Epoch(0x100), 1, "node1", BrokerPlacement.Nodes("node1", "node2", "node3"), wanted));
        Assert.Equal(_regions[expected], await Allocate(present));
    }

    [Fact]
    public async Task A_node_that_is_not_in_sync_gets_nothing_even_when_it_is_wanted()
    {
        _table.Learn("broker-a", new BrokerPlacement(new Epoch(0x100), 1, "node1", BrokerPlacement.Nodes("node1"), "node2"));
        Assert.Equal(_regions["node1"], await Allocate("node1,node2"));
    }

    [Fact]
    public async Task A_broker_without_a_placement_goes_to_its_first_replica_that_is_up()
    {
        _table.Learn("broker-a", null);
        Assert.Equal(_regions["node3"], await Allocate("node1,node3"));
        Assert.Equal(_regions["node1"], await Allocate("node1,node2"));
    }

    [Theory]
    [InlineData("node2,node3", "nobody of the in-sync set [node1] is up")]
    [InlineData("", "nobody of the in-sync set [node1] is up")]
    public async Task When_nobody_fits_the_answer_is_nobody_and_it_is_said_after_a_while(string present, string reason)
    {
        _table.Learn("broker-a", new BrokerPlacement(new Epoch(0x100), 1, "node1", BrokerPlacement.Nodes("node1"), null));
        var strategy = Strategy(present);
        Assert.Equal(ActorRefs.Nobody, await strategy.AllocateShard(TestActor, "broker-a", Allocations([])));
        Assert.Empty(_lines);
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(ActorRefs.Nobody, await strategy.AllocateShard(TestActor, "broker-a", Allocations([])));
        Assert.Equal(ActorRefs.Nobody, await strategy.AllocateShard(TestActor, "broker-a", Allocations([])));
        Assert.Equal($"Broker broker-a can be led by nobody now: {reason}", Assert.Single(_lines));
    }

    [Fact]
    public async Task A_broker_whose_placement_was_not_read_yet_goes_to_nobody() => Assert.Equal(ActorRefs.Nobody, await Allocate("node1,node2,node3"));

    [Fact]
    public void A_failing_lookup_faults_the_task_instead_of_throwing()
    {
        _table.Learn("broker-a", null);
        var strategy = new PlacementAllocationStrategy(_table, new FailingNodes(), _ => [], _time, _lines.Add);
        Assert.True(strategy.AllocateShard(TestActor, "broker-a", Allocations([])).IsFaulted);
        _table.NoteMisplaced("broker-a", "node1");
        Assert.True(strategy.Rebalance(Allocations(["broker-a"]), []).IsFaulted);
    }

    [Fact]
    public async Task Only_a_misplaced_shard_is_given_back_and_only_from_where_it_is_misplaced()
    {
        var strategy = Strategy("node1,node2,node3");
        Assert.Empty(await strategy.Rebalance(Allocations(["broker-a", "broker-b"]), []));
        _table.NoteMisplaced("broker-a", "node1");
        Assert.Equal(["broker-a"], await strategy.Rebalance(Allocations(["broker-a", "broker-b"]), []));
        Assert.Empty(await strategy.Rebalance(Allocations(["broker-a"]), ["broker-a"]));
        _table.NoteMisplaced("broker-a", "node2");
        Assert.Empty(await strategy.Rebalance(Allocations(["broker-a"]), []));
    }

    [Fact]
    public async Task A_shard_that_was_misplaced_goes_elsewhere_if_it_can()
    {
        _table.Learn("broker-a", new BrokerPlacement(new Epoch(0x100), 1, "node1", BrokerPlacement.Nodes("node1", "node2"), "node1"));
        _table.NoteMisplaced("broker-a", "node1");
        Assert.Equal(_regions["node2"], await Allocate("node1,node2"));
        Assert.Equal(_regions["node1"], await Allocate("node1"));
    }

    private static string[] Split(string names) => names.Split(',', StringSplitOptions.RemoveEmptyEntries);

    private Task<IActorRef> Allocate(string present) => Strategy(present).AllocateShard(TestActor, "broker-a", Allocations([]));

    private PlacementAllocationStrategy Strategy(string present) =>
        new(_table, new NamedNodes(Split(present)), broker => broker == "broker-a" ? ["node3", "node1"] : [], _time, _lines.Add);

    /// <summary>Every region, the first with these shards.</summary>
    private ImmutableDictionary<IActorRef, IImmutableList<string>> Allocations(ImmutableList<string> ofNode1) =>
        _regions.ToImmutableDictionary(entry => entry.Value, entry => (IImmutableList<string>)(entry.Key == "node1" ? ofNode1 : []));

    private sealed class FailingNodes : IClusterNodes
    {
        public IReadOnlyCollection<string> Present => throw new InvalidOperationException("no cluster");

        public bool IsCutOff => throw new InvalidOperationException("no cluster");

        public string NodeOf(IActorRef actor) => throw new InvalidOperationException("no cluster");
    }
}
