using Rocket.Actors.Placement;
using Xunit;

namespace Rocket.Actors.Tests.Placement;

public sealed class RegisterRoundTests
{
    private static readonly BrokerPlacement Old = PlacementValues.Of(1);
    private static readonly BrokerPlacement New = PlacementValues.Of(2);
    private static readonly BrokerPlacement Other = PlacementValues.Of(2, "node2");

    [Fact]
    public void A_lone_voter_agrees_with_itself()
    {
        var round = RegisterRound.Changing(0, 1, Ballot.None, null, New);
        Assert.Equal(new RoundStep.Send(new Prepare(round.Ballot.Next(0)), Audience.Self), round.Begin());
        Assert.Equal(new RoundStep.Send(new Accept(round.Ballot, New), Audience.All), round.OnAnswer(0, Promised(round, null)));
        Assert.Equal(new RoundStep.Finished(new RoundOutcome.Agreed(New)), round.OnAnswer(0, new Accepted(round.Ballot)));
    }

    [Fact]
    public void Others_hear_a_ballot_only_after_the_own_acceptor_promised_it()
    {
        var round = RegisterRound.Changing(1, 3, Ballot.None, Old, New);
        Assert.Equal(Audience.Self, round.Begin().To);
        Assert.IsType<RoundStep.Wait>(round.OnAnswer(0, Promised(round, Old)));
        Assert.Equal(new RoundStep.Send(new Prepare(round.Ballot), Audience.Others), round.OnAnswer(1, Promised(round, Old)));
        Assert.Equal(new RoundStep.Send(new Accept(round.Ballot, New), Audience.All), round.OnAnswer(0, Promised(round, Old)));
    }

    [Fact]
    public void One_of_two_voters_decides_alone_by_a_persons_word_for_the_other_one_and_never_without_itself()
    {
        var round = RegisterRound.Changing(1, 2, Ballot.None, Old, New).Without(0);
        round.Begin();
        Assert.IsType<RoundStep.Wait>(round.OnAnswer(0, Promised(round, Old)));
        Assert.Equal(new RoundStep.Send(new Accept(round.Ballot, New), Audience.All), round.OnAnswer(1, Promised(round, Old)));
        Assert.IsType<RoundStep.Wait>(round.OnAnswer(0, new Accepted(round.Ballot)));
        Assert.Equal(new RoundStep.Finished(new RoundOutcome.Agreed(New)), round.OnAnswer(1, new Accepted(round.Ballot)));
        Assert.Throws<InvalidOperationException>(() => RegisterRound.Changing(0, 3, Ballot.None, Old, New).Without(1));
        Assert.Throws<InvalidOperationException>(() => RegisterRound.Changing(0, 2, Ballot.None, Old, New).Without(0));
    }

    [Fact]
    public void A_majority_counts_each_voter_once()
    {
        var round = Prepared(voters: 5, Old, New);
        Assert.IsType<RoundStep.Wait>(round.OnAnswer(0, Promised(round, Old)));
        Assert.IsType<RoundStep.Wait>(round.OnAnswer(1, Promised(round, Old)));
        Assert.IsType<RoundStep.Wait>(round.OnAnswer(1, Promised(round, Old)));
        Assert.IsType<RoundStep.Wait>(round.OnAnswer(7, Promised(round, Old)));
        Assert.IsType<RoundStep.Send>(round.OnAnswer(2, Promised(round, Old)));
    }

    [Fact]
    public void A_value_that_is_not_the_base_is_written_back_unchanged_and_reported()
    {
        var round = Prepared(voters: 3, Old, New);
        var step = round.OnAnswer(1, new Promise(round.Ballot, new Ballot(9), Other));
        Assert.Equal(new RoundStep.Send(new Accept(round.Ballot, Other), Audience.All), step);
        round.OnAnswer(0, new Accepted(round.Ballot));
        Assert.Equal(new RoundStep.Finished(new RoundOutcome.Conflict(Other)), round.OnAnswer(2, new Accepted(round.Ballot)));
    }

    [Fact]
    public void A_change_of_a_register_that_is_empty_but_should_not_be_is_a_conflict()
    {
        var round = RegisterRound.Changing(0, 1, Ballot.None, Old, New);
        round.Begin();
        Assert.Equal(new RoundStep.Finished(new RoundOutcome.Conflict(null)), round.OnAnswer(0, Promised(round, null)));
    }

    [Fact]
    public void Finding_what_an_earlier_attempt_offered_completes_it()
    {
        var round = Prepared(voters: 3, Old, New);
        Assert.Equal(new RoundStep.Send(new Accept(round.Ballot, New), Audience.All), round.OnAnswer(1, Promised(round, Old)));
        round.Retry();
        round.OnAnswer(0, new Promise(round.Ballot, new Ballot(9), New));
        Assert.Equal(new RoundStep.Send(new Accept(round.Ballot, New), Audience.All), round.OnAnswer(1, Promised(round, Old)));
        round.OnAnswer(0, new Accepted(round.Ballot));
        Assert.Equal(new RoundStep.Finished(new RoundOutcome.Agreed(New)), round.OnAnswer(1, new Accepted(round.Ballot)));
    }

    [Fact]
    public void Finding_the_same_value_from_somebody_else_is_a_conflict()
    {
        var round = Prepared(voters: 3, Old, New);
        round.OnAnswer(1, new Promise(round.Ballot, new Ballot(9), New));
        round.OnAnswer(0, new Accepted(round.Ballot));
        Assert.Equal(new RoundStep.Finished(new RoundOutcome.Conflict(New)), round.OnAnswer(1, new Accepted(round.Ballot)));
    }

    [Fact]
    public void The_value_of_the_highest_ballot_counts()
    {
        var round = RegisterRound.Reading(0, 3, Ballot.None);
        round.Begin();
        round.OnAnswer(0, new Promise(round.Ballot, new Ballot(9), Other));
        Assert.Equal(new RoundStep.Send(new Accept(round.Ballot, Other), Audience.All), round.OnAnswer(1, new Promise(round.Ballot, new Ballot(8), Old)));
    }

    [Fact]
    public void Reading_an_empty_register_writes_nothing()
    {
        var round = RegisterRound.Reading(0, 1, Ballot.None);
        round.Begin();
        Assert.Equal(new RoundStep.Finished(new RoundOutcome.Agreed(null)), round.OnAnswer(0, Promised(round, null)));
    }

    [Fact]
    public void Refusals_count_once_no_majority_is_left_and_the_next_attempt_goes_above_them()
    {
        var round = Prepared(voters: 3, Old, New);
        var before = round.Ballot;
        Assert.IsType<RoundStep.Wait>(round.OnAnswer(1, new Nack(round.Ballot, new Ballot(5000))));
        Assert.IsType<RoundStep.Wait>(round.OnAnswer(1, new Nack(round.Ballot, new Ballot(5000))));
        Assert.IsType<RoundStep.Refused>(round.OnAnswer(2, new Nack(round.Ballot, new Ballot(4000))));

        round.Retry();
        Assert.True(round.Ballot > new Ballot(5000));
        Assert.IsType<RoundStep.Wait>(round.OnAnswer(0, new Promise(before, Ballot.None, null)));
    }

    [Fact]
    public void The_refusal_of_a_repeated_prepare_means_nothing()
    {
        var round = Prepared(voters: 3, Old, New);
        Assert.IsType<RoundStep.Wait>(round.OnAnswer(1, new Nack(round.Ballot, round.Ballot)));
        Assert.IsType<RoundStep.Wait>(round.OnAnswer(2, new Nack(round.Ballot, round.Ballot)));
        Assert.IsType<RoundStep.Send>(round.OnAnswer(2, Promised(round, Old)));
    }

    [Fact]
    public void A_round_that_was_given_up_is_unknown_and_takes_no_answer()
    {
        var round = Prepared(voters: 3, Old, New);
        Assert.IsType<RoundOutcome.Unknown>(round.GiveUp());
        Assert.IsType<RoundStep.Wait>(round.OnAnswer(1, Promised(round, Old)));
        Assert.Throws<InvalidOperationException>(round.Retry);
    }

    /// <summary>A round of voter 0 that its own acceptor has promised.</summary>
    private static RegisterRound Prepared(int voters, BrokerPlacement basedOn, BrokerPlacement proposed)
    {
        var round = RegisterRound.Changing(0, voters, Ballot.None, basedOn, proposed);
        round.Begin();
        round.OnAnswer(0, Promised(round, basedOn));
        return round;
    }

    private static Promise Promised(RegisterRound round, BrokerPlacement? value) =>
        new(round.Ballot, value is null ? Ballot.None : new Ballot(1), value);
}
