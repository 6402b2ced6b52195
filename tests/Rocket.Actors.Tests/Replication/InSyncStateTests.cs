using Rocket.Actors.Placement;
using Rocket.Actors.Replication;
using Xunit;

namespace Rocket.Actors.Tests.Replication;

public sealed class InSyncStateTests
{
    private const long Limit = 100;

    [Fact]
    public void A_copy_counts_before_its_addition_is_proposed()
    {
        var state = State(inSync: ["a"]);
        Assert.False(state.Progressed("b", isClose: true, holdsVisible: true, lacksNothing: true, now: 1));
        state.Attached("b", now: 1);
        Assert.False(state.Progressed("b", isClose: false, holdsVisible: false, lacksNothing: false, now: 2));
        Assert.False(state.TryPropose(2, out _));

        Assert.True(state.Progressed("b", isClose: true, holdsVisible: true, lacksNothing: false, now: 3));
        Assert.True(state.Counts("b"));
        Assert.False(state.TryPropose(3, out _)); // it was looked at before it counted
        Assert.False(state.Progressed("b", isClose: true, holdsVisible: true, lacksNothing: false, now: 4));
        Assert.True(state.TryPropose(4, out var proposal));
        Assert.Equal(["a", "b"], proposal.InSync);
        Assert.Equal(state.Agreed.Version + 1, proposal.Version);
        Assert.False(state.TryPropose(5, out _));
    }

    [Fact]
    public void A_copy_that_leaves_while_it_joins_ceases_to_count_at_once()
    {
        var state = State(inSync: ["a"]);
        state.Attached("b", 1);
        state.Progressed("b", isClose: true, holdsVisible: false, lacksNothing: false, now: 1);
        Assert.True(state.Detached("b"));
        Assert.False(state.Counts("b"));
    }

    [Fact]
    public void A_copy_whose_addition_is_proposed_counts_whatever_happens_until_the_outcome_is_known()
    {
        var state = State(inSync: ["a"]);
        state.Attached("b", 1);
        state.Progressed("b", isClose: true, holdsVisible: false, lacksNothing: false, now: 1);
        state.Progressed("b", isClose: true, holdsVisible: true, lacksNothing: false, now: 1);
        Assert.True(state.TryPropose(1, out _));
        Assert.False(state.Detached("b"));
        Assert.True(state.Counts("b"));
        state.OutcomeUnknown();
        Assert.True(state.Counts("b"));
        Assert.Equal(["b"], state.Known(state.Agreed));
        Assert.False(state.Counts("b"));
    }

    [Fact]
    public void A_silent_copy_counts_until_its_removal_is_agreed()
    {
        var state = State(inSync: ["a", "b"]);
        Assert.False(state.TryPropose(Limit, out _));
        Assert.True(state.TryPropose(Limit + 1, out var proposal));
        Assert.Equal(["a"], proposal.InSync);
        Assert.True(state.Counts("b"));
        Assert.Equal(["b"], state.Agree(proposal));
        Assert.False(state.Counts("b"));
        Assert.Equal(proposal, state.Agreed);
    }

    [Fact]
    public void A_copy_that_lacks_nothing_may_be_silent_and_one_that_has_failed_is_removed_at_once()
    {
        var state = State(inSync: ["a", "b"]);
        state.Attached("b", 1);
        state.Progressed("b", isClose: true, holdsVisible: true, lacksNothing: true, now: 500);
        Assert.False(state.TryPropose(550, out _));
        Assert.False(state.Failed("b"));
        Assert.True(state.TryPropose(551, out var proposal));
        Assert.Equal(["a"], proposal.InSync);
    }

    [Fact]
    public void A_copy_that_was_removed_ceases_to_count_although_it_is_attached_and_held_everything()
    {
        var state = State(inSync: ["a", "b"]);
        state.Attached("b", 1);
        state.Progressed("b", isClose: true, holdsVisible: true, lacksNothing: false, now: 1);
        Assert.True(state.TryPropose(Limit + 2, out var removal));
        Assert.Equal(["b"], state.Known(removal));
        Assert.False(state.Counts("b"));
        Assert.False(state.TryPropose(Limit + 2, out _));
    }

    [Fact]
    public void A_copy_that_joins_and_falls_silent_is_stuck_unless_its_addition_is_open()
    {
        var state = State(inSync: ["a"]);
        state.Attached("b", 1);
        state.Progressed("b", isClose: true, holdsVisible: false, lacksNothing: false, now: 1);
        Assert.False(state.IsStuckJoining("b", Limit + 1));
        Assert.True(state.IsStuckJoining("b", Limit + 2));
        state.Heard("b", 50);
        state.Heard("b", 20);
        Assert.False(state.IsStuckJoining("b", 50 + Limit));
        state.Progressed("b", isClose: true, holdsVisible: true, lacksNothing: false, now: 51);
        Assert.True(state.TryPropose(51, out _));
        Assert.False(state.IsStuckJoining("b", 1000));
    }

    [Fact]
    public void Another_master_or_another_epoch_ends_the_reign()
    {
        var state = State(inSync: ["a", "b"]);
        state.Known(state.Agreed with { Epoch = state.Agreed.Epoch.Next(1), Master = "b" });
        Assert.True(state.IsDeposed);
        Assert.False(state.TryPropose(1000, out _));
    }

    private static InSyncState State(string[] inSync) =>
        new("a", ["a", "b"], new BrokerPlacement(Epoch.None.Next(0), 3, "a", BrokerPlacement.Nodes(inSync), "a"), Limit, now: 0);
}
