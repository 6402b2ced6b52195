using Akka.Actor;
using Akka.TestKit.Xunit2;
using Rocket.Actors.Placement;
using Xunit;

namespace Rocket.Actors.Tests.Placement;

/// <summary>A person's word that the other one of two voters is dead.</summary>
public sealed class TwoVotersTests : TestKit
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly string[] Names = ["node1", "node2"];

    private readonly IActorRef[] _actors = [ActorRefs.Nobody, ActorRefs.Nobody];
    private readonly PlacementTable[] _tables = [new(), new()];
    private readonly CrashDirectory[] _folders = [new(), new()];
    private volatile bool _roundsPass = true;
    private volatile bool _isCut;

    public TwoVotersTests()
    {
        Start(0);
        Start(1);
        AwaitAssert(() => Assert.All(_tables, table => Assert.True(table.TryGet("broker-a", out _))), Patience);
    }

    [Fact]
    public void The_one_that_is_left_decides_alone()
    {
        _isCut = true;
        Assert.Equal("node2", Assert.IsType<PlacementProtocol.VotedOut>(VoteOut("node2")).Voter);
        _actors[0].Tell(new PlacementProtocol.Acquire("broker-a", null, Epoch.None), TestActor);
        ExpectMsg<PlacementProtocol.Acquired>(Patience);
    }

    [Fact]
    public void One_that_was_away_is_not_believed_before_it_has_read_what_the_other_one_decided_meanwhile()
    {
        _roundsPass = false;
        Sys.Stop(_actors[0]);
        _tables[0] = new PlacementTable();
        Start(0);
        AwaitAssert(() => Assert.True(_tables[0].MayVote), Patience);
        Assert.Contains("node1 has not read the placement of broker-a", Assert.IsType<PlacementProtocol.VoteRefused>(VoteOut("node2")).Reason, StringComparison.Ordinal);

        _roundsPass = true;
        AwaitAssert(() => Assert.True(_tables[0].TryGet("broker-a", out _)), Patience);
        _isCut = true;
        Assert.IsType<PlacementProtocol.VotedOut>(VoteOut("node2"));
    }

    [Fact]
    public void A_person_may_let_it_go_on_with_what_it_knows()
    {
        _isCut = true;
        Sys.Stop(_actors[0]);
        _tables[0] = new PlacementTable();
        Start(0);
        _actors[0].Tell(PlacementProtocol.VoteNow.Instance);
        AwaitAssert(() => Assert.True(_tables[0].MayVote), Patience);
        Assert.IsType<PlacementProtocol.VotedOut>(VoteOut("node2"));
        AwaitAssert(() => Assert.True(_tables[0].TryGet("broker-a", out _)), Patience);
    }

    private object VoteOut(string voter)
    {
        _actors[0].Tell(new PlacementProtocol.VoteOut(voter), TestActor);
        return ReceiveOne(Patience);
    }

    private void Start(int index)
    {
        var settings = new PlacementSettings(Names[index], Names, [new HeldBroker("broker-a", "node1")])
        {
            EnsureInterval = TimeSpan.FromMilliseconds(100),
            IntroduceInterval = TimeSpan.FromMilliseconds(50),
            AttemptTimeout = TimeSpan.FromMilliseconds(100),
            RoundTimeout = TimeSpan.FromMilliseconds(300),
        };
        _actors[index] = Sys.ActorOf(PlacementActor.Props(
            settings, PlacementStore.Open(_folders[index]), _tables[index], new NamedNodes(Names), CreateTestProbe(), broker => "ensure " + broker, other => new Link(this, Array.IndexOf(Names, other))));
    }

    private sealed class Link(TwoVotersTests test, int to) : IVoterLink
    {
        public void Send(IVoterMessage message)
        {
            if (!test._isCut && (test._roundsPass || message is not (VoterRequest or VoterAnswer)))
            {
                test._actors[to].Tell(message, ActorRefs.NoSender);
            }
        }
    }
}
