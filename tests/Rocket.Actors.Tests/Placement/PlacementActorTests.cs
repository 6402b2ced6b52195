using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Rocket.Actors.Placement;
using Xunit;

namespace Rocket.Actors.Tests.Placement;

public sealed class PlacementActorTests : TestKit
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly CrashDirectory _directory = new();
    private readonly PlacementTable _table = new();
    private readonly TestProbe _region;

    public PlacementActorTests() => _region = CreateTestProbe();

    private static BrokerPlacement First => new(Epoch.None.Next(0), 1, "node1", BrokerPlacement.Nodes("node1"), "node2");

    [Fact]
    public void A_lone_voter_reads_its_empty_registers_and_asks_for_its_brokers_at_once()
    {
        Start(brokers: ["broker-a", "broker-b"]);
        Assert.Equal(["ensure broker-a", "ensure broker-b"], _region.ReceiveN(2, Patience).Cast<string>().Order());
        Assert.True(_table.TryGet("broker-a", out var placement));
        Assert.Null(placement);
    }

    [Fact]
    public void Brokers_are_asked_for_again_and_again()
    {
        Start(settings => settings with { EnsureInterval = TimeSpan.FromMilliseconds(20) });
        foreach (var asked in _region.ReceiveN(5, Patience))
        {
            Assert.Equal("ensure broker-a", asked);
        }
    }

    [Fact]
    public void A_node_that_leaves_asks_for_no_broker_any_more()
    {
        var placements = Start(settings => settings with { EnsureInterval = TimeSpan.FromMilliseconds(20) });
        _region.ExpectMsg("ensure broker-a", Patience);
        placements.Tell(PlacementProtocol.Leaving.Instance);
        Settle(placements);
        _region.Ref.Tell("has left");
        _region.FishForMessage(message => message is "has left", Patience);

        placements.Tell(PlacementProtocol.Joined.Instance);
        Settle(placements);
        _region.Ref.Tell("asked for nothing");
        _region.ExpectMsg("asked for nothing", Patience);
    }

    [Fact]
    public void A_broker_is_acquired_in_a_new_epoch_each_time()
    {
        var placements = Start();
        placements.Tell(new PlacementProtocol.Acquire("broker-a", null, Epoch.None), TestActor);
        Assert.Equal(new PlacementProtocol.Acquired("broker-a", First), ExpectMsg<PlacementProtocol.Acquired>(Patience));
        Assert.True(_table.TryGet("broker-a", out var published));
        Assert.Equal(First, published);

        placements.Tell(new PlacementProtocol.Acquire("broker-a", First, Epoch.None), TestActor);
        var second = ExpectMsg<PlacementProtocol.Acquired>(Patience).Placement;
        Assert.Equal((2, 2), (second.Version, second.Epoch.Term));
    }

    [Fact]
    public void An_agreed_placement_survives_a_power_cut()
    {
        var placements = Start();
        placements.Tell(new PlacementProtocol.Acquire("broker-a", null, Epoch.None), TestActor);
        ExpectMsg<PlacementProtocol.Acquired>(Patience);

        var restarted = Start(store: PlacementStore.Open(_directory.AfterPowerCut(new Random(1))));
        restarted.Tell(new PlacementProtocol.Read("broker-a"), TestActor);
        Assert.Equal(First, ExpectMsg<PlacementProtocol.Current>(Patience).Placement);
    }

    [Fact]
    public void A_change_based_on_something_else_is_a_conflict_that_shows_what_is_there()
    {
        var placements = Start();
        placements.Tell(new PlacementProtocol.Acquire("broker-a", null, Epoch.None), TestActor);
        ExpectMsg<PlacementProtocol.Acquired>(Patience);

        placements.Tell(new PlacementProtocol.Acquire("broker-a", null, Epoch.None), TestActor);
        Assert.Equal(First, ExpectMsg<PlacementProtocol.Conflict>(Patience).Actual);
    }

    [Fact]
    public void The_master_changes_the_wanted_master()
    {
        var placements = Start();
        placements.Tell(new PlacementProtocol.Acquire("broker-a", null, Epoch.None), TestActor);
        ExpectMsg<PlacementProtocol.Acquired>(Patience);
        var wanted = First with { Version = 2, WantedMaster = "node3" };
        placements.Tell(new PlacementProtocol.Change("broker-a", First, wanted), TestActor);
        Assert.Equal(wanted, ExpectMsg<PlacementProtocol.Changed>(Patience).Placement);
    }

    [Fact]
    public void Nobody_can_take_the_last_member_out_of_the_in_sync_set()
    {
        var placements = Start();
        placements.Tell(new PlacementProtocol.Acquire("broker-a", null, Epoch.None), TestActor);
        ExpectMsg<PlacementProtocol.Acquired>(Patience);
        placements.Tell(new PlacementProtocol.Change("broker-a", First, First with { Version = 2, Master = null, InSync = BrokerPlacement.Nodes() }), TestActor);
        Assert.Contains("nobody would be in sync", ExpectMsg<PlacementProtocol.Refused>(Patience).Reason, StringComparison.Ordinal);
        placements.Tell(new PlacementProtocol.Read("broker-a"), TestActor);
        Assert.Equal(First, ExpectMsg<PlacementProtocol.Current>(Patience).Placement);
    }

    [Fact]
    public void A_node_that_is_not_in_sync_or_holds_no_copy_is_refused()
    {
        var placements = Start();
        placements.Tell(new PlacementProtocol.Acquire("broker-a", First with { InSync = BrokerPlacement.Nodes("node2") }, Epoch.None), TestActor);
        Assert.Contains("not in sync", ExpectMsg<PlacementProtocol.Refused>(Patience).Reason, StringComparison.Ordinal);
        placements.Tell(new PlacementProtocol.Acquire("broker-z", null, Epoch.None), TestActor);
        Assert.Contains("no copy", ExpectMsg<PlacementProtocol.Refused>(Patience).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void While_the_disk_refuses_the_outcome_is_unknown_and_afterwards_the_broker_can_be_acquired()
    {
        var placements = Start(settings => settings with { AttemptTimeout = TimeSpan.FromMilliseconds(20), RoundTimeout = TimeSpan.FromMilliseconds(200) });
        placements.Tell(new PlacementProtocol.Read("broker-a"), TestActor);
        ExpectMsg<PlacementProtocol.Current>(Patience);

        _directory.FailFrom = _directory.Steps;
        placements.Tell(new PlacementProtocol.Acquire("broker-a", null, Epoch.None), TestActor);
        ExpectMsg<PlacementProtocol.Unknown>(Patience);

        _directory.FailFrom = int.MaxValue;
        placements.Tell(new PlacementProtocol.Acquire("broker-a", null, Epoch.None), TestActor);
        Assert.Equal(First, ExpectMsg<PlacementProtocol.Acquired>(Patience).Placement);
    }

    [Fact]
    public void A_damaged_register_stops_its_broker_only()
    {
        PlacementStore.Open(_directory).Write("broker-a", AcceptorState.Empty);
        _directory.SetBytes("broker-a", []);
        var placements = Start(brokers: ["broker-a", "broker-b"]);
        placements.Tell(new PlacementProtocol.Acquire("broker-a", null, Epoch.None), TestActor);
        Assert.Contains("/memory/placement/broker-a", ExpectMsg<PlacementProtocol.Refused>(Patience).Reason, StringComparison.Ordinal);
        placements.Tell(new PlacementProtocol.Acquire("broker-b", null, Epoch.None), TestActor);
        ExpectMsg<PlacementProtocol.Acquired>(Patience);
        Assert.Equal("ensure broker-b", _region.ExpectMsg<string>(Patience));
        Assert.False(_table.TryGet("broker-a", out _));
    }

    [Fact]
    public void A_misplaced_broker_is_noted_until_it_is_acquired()
    {
        var placements = Start();
        placements.Tell(new PlacementProtocol.Misplaced("broker-a"), TestActor);
        AwaitAssert(() => Assert.Equal("node1", _table.MisplacedAt("broker-a")), Patience);
        placements.Tell(new PlacementProtocol.Acquire("broker-a", null, Epoch.None), TestActor);
        ExpectMsg<PlacementProtocol.Acquired>(Patience);
        Assert.Null(_table.MisplacedAt("broker-a"));
    }

    [Fact]
    public void A_disk_that_refuses_is_told_of_once_in_a_while_however_often_it_is_tried_and_so_is_its_end()
    {
        var time = new ManualTime();
        var store = PlacementStore.Open(_directory);
        _directory.FailFrom = 0;
        EventFilter.Error(contains: "This voter can't vote, its disk refuses").Expect(2, Patience, () =>
        {
            EventFilter.Warning(contains: "no majority").Expect(0, () =>
            {
                var placements = Start(settings => settings with
                {
                    Time = time,
                    EnsureInterval = TimeSpan.FromMilliseconds(20),
                    AttemptTimeout = TimeSpan.FromMilliseconds(5),
                    RoundTimeout = TimeSpan.FromMilliseconds(50),
                }, store: store);
                for (var i = 0; i < 3; i++)
                {
                    placements.Tell(new PlacementProtocol.Read("broker-a"), TestActor);
                    ExpectMsg<PlacementProtocol.Unknown>(Patience);
                }

                time.Advance(TimeSpan.FromSeconds(2));
                placements.Tell(new PlacementProtocol.Read("broker-a"), TestActor);
                ExpectMsg<PlacementProtocol.Unknown>(Patience);
            });
        });
        EventFilter.Info(contains: "This voter votes again").ExpectOne(Patience, () =>
        {
            _directory.FailFrom = int.MaxValue;
            AwaitCondition(() => _table.TryGet("broker-a", out _), Patience);
        });
    }

    /// <summary>Returns when the actor has handled everything that it was told before.</summary>
    private void Settle(IActorRef placements)
    {
        placements.Tell(new Identify(null), TestActor);
        ExpectMsg<ActorIdentity>(Patience);
    }

    private IActorRef Start(
        Func<PlacementSettings, PlacementSettings>? change = null,
        string[]? brokers = null,
        PlacementStore? store = null)
    {
        var settings = new PlacementSettings("node1", ["node1"], [.. (brokers ?? ["broker-a"]).Select(name => new HeldBroker(name, "node2"))])
        {
            EnsureInterval = TimeSpan.FromMinutes(1),
        };
        return Sys.ActorOf(PlacementActor.Props(
            change?.Invoke(settings) ?? settings,
            store ?? PlacementStore.Open(_directory),
            _table,
            new NamedNodes("node1", "node2"),
            _region,
            broker => "ensure " + broker,
            name => throw new InvalidOperationException($"A lone voter has no link to {name}.")));
    }
}
