using Rocket.Actors.Placement;
using Rocket.Actors.Replication;
using Xunit;

namespace Rocket.Actors.Tests.Replication;

public sealed class InSyncStateTests
{
    private const long Limit = 100;
    private const long LeaveOutAfter = 300;

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

    [Fact]
    public void Of_two_voters_a_copy_that_is_silent_is_left_out_and_the_register_is_not_asked()
    {
        var state = Pair(inSync: ["a", "b"]);
        Assert.False(state.TryPropose(Limit + 1, out _));
        Assert.False(state.ShouldLeaveOut(LeaveOutAfter, out _));
        Assert.True(state.ShouldLeaveOut(LeaveOutAfter + 1, out var gone));
        Assert.Equal("b", gone);
        Assert.True(state.Counts("b")); // not before it is on the disk
        state.LeaveOut("b");
        Assert.False(state.Counts("b"));
        Assert.Equal(["b"], state.LeftOut);
        Assert.False(state.ShouldLeaveOut(LeaveOutAfter + 2, out _));
        Assert.False(state.TryPropose(LeaveOutAfter + 2, out _));
        state.Known(state.Agreed with { Version = state.Agreed.Version + 1, WantedMaster = "b" });
        Assert.False(state.Counts("b"));
    }

    [Fact]
    public void A_copy_that_was_left_out_is_taken_back_once_it_counts_and_holds_everything()
    {
        var state = Pair(inSync: ["a", "b"], "b");
        Assert.False(state.Counts("b"));
        state.Attached("b", 1);
        Assert.True(state.Progressed("b", isClose: true, holdsVisible: true, lacksNothing: true, now: 2));
        Assert.False(state.ShouldTakeBack(2, out _)); // it was looked at before it counted
        state.Progressed("b", isClose: true, holdsVisible: true, lacksNothing: true, now: 3);
        Assert.True(state.ShouldTakeBack(3, out var back));
        state.TakeBack(back);
        Assert.Empty(state.LeftOut);
        Assert.True(state.Counts("b"));
        Assert.False(state.TryPropose(4, out _));
    }

    [Fact]
    public void A_copy_that_was_left_out_and_goes_again_while_it_catches_up_ceases_to_count_at_once()
    {
        var state = Pair(inSync: ["a", "b"], "b");
        state.Attached("b", 1);
        state.Progressed("b", isClose: true, holdsVisible: false, lacksNothing: false, now: 1);
        Assert.True(state.IsStuckJoining("b", Limit + 2));
        Assert.True(state.Detached("b"));
        Assert.False(state.Counts("b"));
        Assert.Equal(["b"], state.LeftOut);
    }

    [Fact]
    public void By_a_persons_word_the_removal_of_a_copy_is_proposed_and_once_agreed_nobody_is_left_out()
    {
        var state = Pair(inSync: ["a", "b"], "b");
        state.VotedOut = "b";
        Assert.True(state.TryPropose(1, out var proposal));
        Assert.Equal(["a"], proposal.InSync);
        state.Agree(proposal);
        Assert.Empty(state.LeftOut);
        Assert.False(state.Counts("b"));
    }

    [Fact]
    public void A_copy_is_left_out_although_nobody_knows_what_became_of_a_proposal()
    {
        var state = Pair(inSync: ["a"]);
        state.Attached("b", 1);
        state.Progressed("b", isClose: true, holdsVisible: true, lacksNothing: true, now: 1);
        state.Progressed("b", isClose: true, holdsVisible: true, lacksNothing: true, now: 2);
        Assert.True(state.TryPropose(2, out var proposal));
        state.OutcomeUnknown();
        state.Detached("b");
        Assert.True(state.Counts("b"));
        Assert.True(state.ShouldLeaveOut(LeaveOutAfter + 3, out var gone));
        state.LeaveOut(gone);
        Assert.False(state.Counts("b"));
        state.Known(proposal);
        Assert.False(state.Counts("b"));
        Assert.Equal(["b"], state.LeftOut);
    }

    private static InSyncState Pair(string[] inSync, params string[] leftOut) =>
        new("a", ["a", "b"], new BrokerPlacement(Epoch.None.Next(0), 3, "a", BrokerPlacement.Nodes(inSync), "a"), Limit, now: 0, LeaveOutAfter, leftOut);

    private static InSyncState State(string[] inSync) =>
        new("a", ["a", "b"], new BrokerPlacement(Epoch.None.Next(0), 3, "a", BrokerPlacement.Nodes(inSync), "a"), Limit, now: 0);
}
