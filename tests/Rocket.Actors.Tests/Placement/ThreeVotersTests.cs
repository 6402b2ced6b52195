using Akka.Actor;
using Akka.TestKit.Xunit2;
using Rocket.Actors.Placement;
using Xunit;

namespace Rocket.Actors.Tests.Placement;

public sealed class ThreeVotersTests : TestKit
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly string[] Names = ["node1", "node2", "node3"];
    private readonly Dictionary<string, Voter> _voters = [];

    public ThreeVotersTests()
    {
        foreach (var name in Names)
        {
            _voters.Add(name, new Voter());
        }

        foreach (var name in Names)
        {
            StartVoter(name);
        }

        foreach (var voter in _voters.Values)
        {
            AwaitAssert(() => Assert.True(voter.Table.TryGet("broker-a", out _)), Patience);
        }
    }

    [Fact]
    public void What_one_gets_agreed_the_others_hear_of()
    {
        var placement = Acquire("node2", null);
        foreach (var voter in _voters.Values)
        {
            AwaitAssert(() => Assert.True(voter.Table.TryGet("broker-a", out var known) && placement.Equals(known)), Patience);
        }

        Assert.Equal(1, placement.Epoch.Voter);
    }

    [Fact]
    public void Two_of_three_agree_and_one_alone_does_not()
    {
        _voters["node3"].IsCut = true;
        var placement = Acquire("node1", null);
        _voters["node2"].IsCut = true;
        _voters["node1"].Actor.Tell(new PlacementProtocol.Acquire("broker-a", placement, Epoch.None), TestActor);
        ExpectMsg<PlacementProtocol.Unknown>(Patience);

        _voters["node3"].IsCut = false;
        _voters["node3"].Actor.Tell(new PlacementProtocol.Read("broker-a"), TestActor);
        var actual = ExpectMsg<PlacementProtocol.Current>(Patience).Placement;
        Assert.True(actual!.Version is 1 or 2, $"{actual}");
        Assert.Equal(actual, Read("node1"));
    }

    [Fact]
    public void Of_two_that_want_a_broker_at_once_one_gets_it()
    {
        _voters["node1"].Actor.Tell(new PlacementProtocol.Acquire("broker-a", null, Epoch.None), TestActor);
        _voters["node2"].Actor.Tell(new PlacementProtocol.Acquire("broker-a", null, Epoch.None), TestActor);
        var answers = ReceiveN(2, Patience);
        var winner = Assert.Single(answers.OfType<PlacementProtocol.Acquired>());
        var loser = Assert.Single(answers.OfType<PlacementProtocol.Conflict>());
        Assert.Equal(winner.Placement, loser.Actual);
    }

    [Fact]
    public void A_voter_that_was_away_reads_what_the_others_agreed_on()
    {
        _voters["node3"].IsCut = true;
        var placement = Acquire("node1", null);
        _voters["node3"].IsCut = false;
        Assert.Equal(placement, Read("node3"));
    }

    [Fact]
    public void Every_voter_hears_of_a_misplaced_broker()
    {
        _voters["node2"].Actor.Tell(new PlacementProtocol.Misplaced("broker-a"), TestActor);
        foreach (var voter in _voters.Values)
        {
            AwaitAssert(() => Assert.Equal("node2", voter.Table.MisplacedAt("broker-a")), Patience);
        }
    }

    [Fact]
    public void A_voter_that_lost_its_folder_leaves_the_in_sync_set_before_it_may_lead_what_a_register_says_that_it_holds()
    {
        var alone = Acquire("node2", null);
        var both = alone with { Version = alone.Version + 1, InSync = BrokerPlacement.Nodes("node1", "node2") };
        _voters["node2"].Actor.Tell(new PlacementProtocol.Change("broker-a", alone, both), TestActor);
        ExpectMsg<PlacementProtocol.Changed>(Patience);
        Lose("node2");
        AwaitAssert(() => Assert.Equal(both with { Version = both.Version + 1, Master = null, InSync = BrokerPlacement.Nodes("node1") }, KnownAt("node1")), Patience);
        AwaitAssert(() => Assert.Empty(_voters["node2"].Table.Doubtful), Patience);
        _voters["node2"].Actor.Tell(new PlacementProtocol.Acquire("broker-a", KnownAt("node1"), Epoch.None), TestActor);
        ExpectMsg<PlacementProtocol.Refused>(Patience);
    }

    [Fact]
    public void A_voter_that_lost_the_only_whole_copy_leads_no_more_until_a_person_decides()
    {
        var alone = Acquire("node2", null);
        Lose("node2");
        AwaitAssert(() => Assert.Equal(alone with { Version = alone.Version + 1, Master = null, InSync = BrokerPlacement.Nodes() }, KnownAt("node1")), Patience);
        AwaitAssert(() => Assert.Empty(_voters["node2"].Table.Doubtful), Patience);
    }

    [Fact]
    public void A_voter_that_lost_a_broker_of_which_there_is_no_other_copy_leads_it_again()
    {
        var alone = Acquire("node2", null);
        Lose("node2", isAlone: true);
        AwaitAssert(() => Assert.True(_voters["node2"].Table.MayVote && _voters["node2"].Table.Doubtful.Count == 0), Patience);
        Assert.Equal(alone, Read("node2"));
        Assert.Equal("node2", Acquire("node2", alone).Master);
    }

    [Fact]
    public void The_first_start_ever_doubts_nothing()
    {
        foreach (var voter in _voters.Values)
        {
            Assert.True(voter.Table.MayVote);
            Assert.Empty(voter.Table.Doubtful);
        }
    }

    private BrokerPlacement? KnownAt(string node) => _voters[node].Table.TryGet("broker-a", out var placement) ? placement : null;

    /// <summary>Stops a voter and starts it with an empty folder.</summary>
    private void Lose(string name, bool isAlone = false)
    {
        Watch(_voters[name].Actor);
        Sys.Stop(_voters[name].Actor);
        ExpectTerminated(_voters[name].Actor, Patience);
        _voters[name].Store = PlacementStore.Open(new CrashDirectory());
        _voters[name].Table = new PlacementTable();
        StartVoter(name, isAlone);
    }

    private BrokerPlacement Acquire(string node, BrokerPlacement? basedOn)
    {
        _voters[node].Actor.Tell(new PlacementProtocol.Acquire("broker-a", basedOn, Epoch.None), TestActor);
        return ExpectMsg<PlacementProtocol.Acquired>(Patience).Placement;
    }

    private BrokerPlacement? Read(string node)
    {
        _voters[node].Actor.Tell(new PlacementProtocol.Read("broker-a"), TestActor);
        return ExpectMsg<PlacementProtocol.Current>(Patience).Placement;
    }

    private void StartVoter(string name, bool isAlone = false)
    {
        var settings = new PlacementSettings(name, Names, [new HeldBroker("broker-a", "node1", isAlone)])
        {
            EnsureInterval = TimeSpan.FromMilliseconds(100),
            IntroduceInterval = TimeSpan.FromMilliseconds(50),
            AttemptTimeout = TimeSpan.FromMilliseconds(100),
            RoundTimeout = TimeSpan.FromMilliseconds(1500),
        };
        _voters[name].Actor = Sys.ActorOf(
            PlacementActor.Props(
                settings, _voters[name].Store, _voters[name].Table, new NamedNodes(Names), CreateTestProbe(), broker => "ensure " + broker,
                other => new Link(_voters[name], _voters[other])),
            name);
    }

    private sealed class Voter
    {
        private volatile bool _isCut;

        public IActorRef Actor { get; set; } = ActorRefs.Nobody;

        public PlacementStore Store { get; set; } = PlacementStore.Open(new CrashDirectory());

        public PlacementTable Table { get; set; } = new();

        public bool IsCut
        {
            get => _isCut;
            set => _isCut = value;
        }
    }

    private sealed class Link(Voter from, Voter to) : IVoterLink
    {
        public void Send(IVoterMessage message)
        {
            if (!from.IsCut && !to.IsCut)
            {
                to.Actor.Tell(message, ActorRefs.NoSender);
            }
        }
    }
}
