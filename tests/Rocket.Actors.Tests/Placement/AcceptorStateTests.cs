using Rocket.Actors.Placement;
using Xunit;

namespace Rocket.Actors.Tests.Placement;

public sealed class AcceptorStateTests
{
    private static readonly Ballot Low = Ballot.None.Next(0);
    private static readonly Ballot High = Low.Next(1);
    private static readonly BrokerPlacement Value = PlacementValues.Of(1);

    [Fact]
    public void A_promise_tells_what_was_accepted()
    {
        var accepted = AcceptorState.Empty.OnAccept(Low, Value).Next;
        var (next, answer) = accepted.OnPrepare(High);
        Assert.Equal(new Promise(High, Low, Value), answer);
        Assert.Equal(new AcceptorState(High, Low, Value), next);
    }

    [Fact]
    public void A_lower_or_equal_ballot_is_refused_without_a_change()
    {
        var promised = AcceptorState.Empty.OnPrepare(High).Next;
        Assert.Equal((promised, new Nack(Low, High)), promised.OnPrepare(Low));
        Assert.Equal((promised, new Nack(High, High)), promised.OnPrepare(High));
        Assert.Equal((promised, new Nack(Low, High)), promised.OnAccept(Low, Value));
    }

    [Fact]
    public void A_repeated_accept_is_answered_again()
    {
        var (accepted, first) = AcceptorState.Empty.OnPrepare(Low).Next.OnAccept(Low, Value);
        Assert.Equal((accepted, first), accepted.OnAccept(Low, Value));
        Assert.Equal(new Accepted(Low), first);
    }

    [Fact]
    public void A_second_value_under_one_ballot_is_an_error()
    {
        var accepted = AcceptorState.Empty.OnAccept(Low, Value).Next;
        Assert.Throws<InvalidOperationException>(() => accepted.OnAccept(Low, PlacementValues.Of(2)));
    }
}
