using CsCheck;
using Rocket.Actors.Placement;
using Xunit;

namespace Rocket.Actors.Tests.Placement;

public sealed class BallotTests
{
    private static readonly Gen<Ballot> Any = Gen.Select(Gen.Long[0, 1L << 40], Gen.Int[0, 255], (round, voter) => new Ballot((round << 8) | (uint)voter));

    [Fact]
    public void The_next_ballot_is_above_and_belongs_to_its_voter() =>
        Gen.Select(Any, Gen.Int[0, 255]).Sample((ballot, voter) =>
        {
            var next = ballot.Next(voter);
            Assert.True(next > ballot);
            Assert.Equal(voter, next.Voter);
            Assert.Equal(ballot.Round + 1, next.Round);
        });

    [Fact]
    public void Two_voters_never_own_the_same_ballot() =>
        Gen.Select(Any, Any, Gen.Int[0, 255], Gen.Int[0, 255]).Where((_, _, one, other) => one != other)
            .Sample((first, second, one, other) => first.Next(one) != second.Next(other));

    [Fact]
    public void None_is_below_every_ballot()
    {
        Assert.True(Ballot.None < Ballot.None.Next(0));
        Assert.Equal("1.0", Ballot.None.Next(0).ToString());
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(256)]
    public void A_voter_beyond_the_low_bits_is_refused(int voter) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Ballot.None.Next(voter));

    [Fact]
    public void Epochs_rise_with_each_term_and_carry_their_owner()
    {
        var first = Epoch.None.Next(2);
        var second = first.Next(1);
        Assert.True(Epoch.None < first && first < second);
        Assert.Equal((1, 2), (first.Term, first.Voter));
        Assert.Equal((2, 1), (second.Term, second.Voter));
        Assert.Equal("2.1", second.ToString());
    }
}
