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

    private void StartVoter(string name)
    {
        var settings = new PlacementSettings(name, Names, [new HeldBroker("broker-a", "node1")])
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

        public PlacementStore Store { get; } = PlacementStore.Open(new CrashDirectory());

        public PlacementTable Table { get; } = new();

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
