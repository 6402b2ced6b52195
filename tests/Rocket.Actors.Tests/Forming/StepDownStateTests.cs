using Rocket.Actors.Forming;
using Xunit;

namespace Rocket.Actors.Tests.Forming;

public sealed class StepDownStateTests
{
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Start = TimeSpan.FromSeconds(100);

    [Fact]
    public void Of_two_that_a_third_one_hears_the_one_with_the_higher_name_steps_down_after_a_while()
    {
        var state = new StepDownState("node2", 3, Settle);
        VoterHearing[] others = [Unheard("node1"), Heard("witness", "node1", "node2")];
        Assert.Null(state.Look(Start, false, others));
        Assert.Null(state.Look(Start + (0.9 * Settle), false, others));
        Assert.Equal("the link with node1 is cut, and witness hears both", state.Look(Start + Settle, false, others));
    }

    [Fact]
    public void The_one_with_the_lower_name_and_the_third_one_stay()
    {
        Assert.False(StepsDown("node1", 3, Unheard("node2"), Heard("witness", "node1", "node2")));
        Assert.False(StepsDown("witness", 3, Heard("node1", "witness"), Heard("node2", "witness")));
    }

    [Fact]
    public void A_voter_that_nobody_else_hears_is_dead_or_cut_off_and_no_reason() =>
        Assert.False(StepsDown("node2", 3, Unheard("node1"), Heard("witness", "node2")));

    [Fact]
    public void One_that_hears_nobody_leaves_it_to_the_resolver() => Assert.False(StepsDown("node2", 3, Unheard("node1"), Unheard("witness")));

    [Fact]
    public void A_death_that_others_notice_a_little_later_is_no_reason()
    {
        var state = new StepDownState("node2", 3, Settle);
        Assert.Null(state.Look(Start, false, [Unheard("node1"), Heard("witness", "node1", "node2")]));
        Assert.Null(state.Look(Start + (0.5 * Settle), false, [Unheard("node1"), Heard("witness", "node2")]));
        Assert.Null(state.Look(Start + Settle, false, [Unheard("node1"), Heard("witness", "node1", "node2")]));
        Assert.NotNull(state.Look(Start + (2 * Settle), false, [Unheard("node1"), Heard("witness", "node1", "node2")]));
    }

    [Fact]
    public void As_long_as_akkas_failure_detector_hears_it_nothing_is_done_and_then_at_once()
    {
        var state = new StepDownState("node2", 3, Settle);
        VoterHearing witness = Heard("witness", "node1", "node2");
        Assert.Null(state.Look(Start, false, [Unheard("node1") with { IsMissed = false }, witness]));
        Assert.Null(state.Look(Start + (5 * Settle), false, [Unheard("node1") with { IsMissed = false }, witness]));
        Assert.NotNull(state.Look(Start + (6 * Settle), false, [Unheard("node1"), witness]));
    }

    [Fact]
    public void One_that_this_node_hears_and_that_does_not_hear_it_is_a_cut_too()
    {
        Assert.True(StepsDown("node2", 3, Heard("node1", "witness"), Heard("witness", "node1", "node2")));
        Assert.False(StepsDown("node1", 3, Heard("node2", "witness"), Heard("witness", "node1", "node2")));
    }

    [Fact]
    public void The_one_that_misses_most_steps_down_whatever_its_name_is()
    {
        // node1 hears node5 only, everybody else hears all but node1.
        Assert.True(StepsDown("node1", 5, Unheard("node2"), Unheard("node3"), Unheard("node4"), Heard("node5", "node1", "node2", "node3", "node4")));
        Assert.False(StepsDown(
            "node4", 5, Unheard("node1"), Heard("node2", "node3", "node4", "node5"), Heard("node3", "node2", "node4", "node5"), Heard("node5", "node1", "node2", "node3", "node4")));
    }

    [Fact]
    public void Two_cuts_cost_two()
    {
        // node1 does not hear node2, node3 does not hear node4.
        VoterHearing fifth = Heard("node5", "node1", "node2", "node3", "node4");
        Assert.True(StepsDown("node2", 5, Unheard("node1"), Heard("node3", "node1", "node2", "node5"), Heard("node4", "node1", "node2", "node5"), fifth));
        Assert.True(StepsDown("node4", 5, Heard("node1", "node3", "node4", "node5"), Heard("node2", "node3", "node4", "node5"), Unheard("node3"), fifth));
        Assert.False(StepsDown("node1", 5, Unheard("node2"), Heard("node3", "node1", "node2", "node5"), Heard("node4", "node1", "node2", "node5"), fifth));
        Assert.False(StepsDown("node3", 5, Heard("node1", "node3", "node4", "node5"), Heard("node2", "node3", "node4", "node5"), Unheard("node4"), fifth));
    }

    [Fact]
    public void The_only_one_that_could_lead_a_broker_stays_whatever_its_name_is()
    {
        var state = new StepDownState("node2", 3, Settle);
        VoterHearing[] others = [Unheard("node1"), Heard("witness", "node1", "node2")];
        Assert.Null(state.Look(Start, true, others));
        Assert.Null(state.Look(Start + Settle, true, others));
        Assert.True(StepsDown("node1", 3, Unheard("node2") with { IsAlone = true }, Heard("witness", "node1", "node2")));
        Assert.False(StepsDown("node1", 3, Unheard("node2"), Heard("witness", "node1", "node2")));
    }

    [Fact]
    public void Nobody_steps_down_where_no_majority_would_be_left()
    {
        // Of five voters two are dead; a cut between two of the other three leaves the resolver nothing to save either.
        Assert.False(StepsDown("node2", 5, Unheard("node1"), Heard("node3", "node1", "node2")));
    }

    private static bool StepsDown(string self, int voters, params VoterHearing[] others)
    {
        var state = new StepDownState(self, voters, Settle);
        state.Look(Start, false, others);
        return state.Look(Start + Settle, false, others) is not null;
    }

    private static VoterHearing Heard(string name, params string[] hears) => new(name, IsHeard: true, IsMissed: false, hears);

    private static VoterHearing Unheard(string name) => new(name, IsHeard: false, IsMissed: true, []);
}
