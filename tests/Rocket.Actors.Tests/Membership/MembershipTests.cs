using System.Collections.Concurrent;
using Akka.Actor;
using Rocket.Actors.Membership;
using Rocket.Actors.Tests.Wire;
using Xunit;

namespace Rocket.Actors.Tests.Membership;

/// <summary>What an operator is told of a cluster of two.</summary>
public sealed class MembershipTests
{
    [Fact]
    public async Task A_listener_hears_how_things_stand_and_what_happens_until_it_has_heard_enough()
    {
        await using var one = await ClusterNode.Start();
        var actor = one.System.ActorOf(Props.Create(() => new MembershipActor(TimeProvider.System)));
        var (watching, gone) = (new Listener(), new Listener());
        actor.Tell(new MembershipProtocol.Watch(watching));
        actor.Tell(new MembershipProtocol.Watch(gone));
        await Eventually.Holds(() => watching.Heard("leader", one) && gone.Heard("leader", one), "both are told how things stand");
        Assert.Equal(("up", one.Cluster.SelfAddress.ToString()), (watching.First.Kind, watching.First.Address));
        actor.Tell(new MembershipProtocol.Unwatch(gone));

        await using var two = await ClusterNode.Start(one);
        await Eventually.Holds(() => watching.Heard("up", two), "the second member is up");
        await two.Cluster.LeaveAsync().WaitAsync(TimeSpan.FromSeconds(20));

        await Eventually.Holds(() => watching.Heard("leaving", two) && watching.Heard("removed", two), "the second member has left");
        Assert.False(gone.Heard("up", two));
    }

    [Fact]
    public async Task A_view_has_the_oldest_member_first_and_knows_which_is_this()
    {
        await using var one = await ClusterNode.Start();
        await using var two = await ClusterNode.Start(one);
        await Eventually.Holds(() => View(two).Members.All(member => member.Status == "Up") && View(two).Members.Count == 2, "both are up");

        var view = View(two);

        Assert.Equal([AddressOf(one), AddressOf(two)], view.Members.Select(member => member.Address));
        Assert.Equal([1, 2], view.Members.Select(member => member.Age));
        Assert.Equal(AddressOf(two), view.Self?.Address);
        Assert.True(view.Self!.IsCalled(AddressOf(two)[(AddressOf(two).IndexOf('@', StringComparison.Ordinal) + 1)..]));
        Assert.False(view.Self.IsCalled("127.0.0.1"));
        Assert.NotNull(view.Leader);
        Assert.Null(view.Coordinator);
    }

    private static MembershipView View(ClusterNode node) => new ClusterMembership(node.Cluster).Current;

    private static string AddressOf(ClusterNode node) => node.Cluster.SelfAddress.ToString();

    private sealed class Listener : IMembershipListener
    {
        private readonly ConcurrentQueue<MembershipEvent> _heard = new();

        public MembershipEvent First => _heard.First();

        public bool Heard(string kind, ClusterNode node) => _heard.Any(happened => happened.Kind == kind && happened.Address == AddressOf(node));

        public void Happened(MembershipEvent happened) => _heard.Enqueue(happened);
    }
}
