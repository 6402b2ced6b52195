using Akka.Actor;
using Rocket.Actors.Cluster;
using Rocket.Actors.Transactions;
using Xunit;

namespace Rocket.Actors.Tests.Transactions;

/// <summary>How half messages are settled while queues fail, leaders change and power is cut.</summary>
public sealed class TransactionActorTests : TransactionKit
{
    private readonly LedQueue _first;
    private readonly LedQueue _second;

    public TransactionActorTests()
    {
        (_first, _second) = (Queue(Topic, 0), Queue(Topic, 1));
        Serve(Topic, _first, _second);
    }

    [Fact]
    public void A_commit_that_could_not_be_written_is_not_undone_by_a_later_rollback()
    {
        var half = Halves.StoreHalf(Topic, "paid", "K1");
        var actor = Lead();
        _first.Refuses = true;
        Assert.Contains("cannot be written", Say(actor, half, isCommit: true), StringComparison.Ordinal);
        _first.Refuses = false;

        Assert.Null(Say(actor, half, isCommit: false));

        Assert.Equal(["paid"], _first.Bodies);
        Assert.Equal(["0"], Operations.Bodies);
    }

    [Fact]
    public void A_rollback_that_comes_first_is_not_undone_by_a_later_commit()
    {
        var half = Halves.StoreHalf(Topic, "paid", "K1");
        var actor = Lead();
        Assert.Null(Say(actor, half, isCommit: false));
        Assert.Null(Say(actor, half, isCommit: true));
        Assert.Empty(_first.Bodies);
    }

    [Theory]
    [InlineData("K1")]
    [InlineData(null)]
    public void What_an_earlier_leader_has_written_is_not_written_again(string? uniqueKey)
    {
        var half = CommitWithoutNote(uniqueKey);
        Serve(Topic, _second, _first);
        var next = Lead();

        Assert.Null(Say(next, half, isCommit: true));

        Assert.Equal(["paid"], _first.Bodies);
        Assert.Empty(_second.Bodies);
        Assert.Equal(["0"], Operations.Bodies);
    }

    [Fact]
    public void Nothing_is_written_while_a_queue_that_may_have_it_is_not_served()
    {
        var half = CommitWithoutNote("K1");
        Serve(Topic, null, _second);
        var next = Lead();

        Assert.Contains("not served now", Say(next, half, isCommit: true), StringComparison.Ordinal);

        Assert.Empty(_second.Bodies);
        Serve(Topic, _first, _second);
        Assert.Null(Say(next, half, isCommit: true));
        Assert.Equal(["paid"], _first.Bodies);
        Assert.Empty(_second.Bodies);
    }

    [Fact]
    public void A_committed_message_whose_topic_is_not_served_goes_where_a_person_may_look_when_it_is_as_old_as_any_message_may_be()
    {
        var half = Halves.StoreHalf(Topic, "paid", "K1");
        Serve(Topic, null, null);
        var actor = Lead();
        Assert.NotNull(Say(actor, half, isCommit: true));
        Time.Advance(TimeSpan.FromHours(71));
        actor.Tell(TransactionProtocol.CheckDue.Instance);
        Assert.NotNull(Say(actor, half, isCommit: true));
        Assert.Empty(GivenUp.Bodies);

        Time.Advance(TimeSpan.FromHours(2));
        actor.Tell(TransactionProtocol.CheckDue.Instance);

        AwaitAssert(() => Assert.Equal(["0"], Operations.Bodies), Patience);
        Assert.Equal(["paid"], GivenUp.Bodies);
    }

    [Fact]
    public void An_old_committed_message_goes_to_its_consumers_if_they_can_have_it()
    {
        var half = Halves.StoreHalf(Topic, "paid", "K1");
        Serve(Topic, null, null);
        var actor = Lead();
        Assert.NotNull(Say(actor, half, isCommit: true));
        Serve(Topic, _first, _second);
        Time.Advance(TimeSpan.FromHours(73));

        actor.Tell(TransactionProtocol.CheckDue.Instance);

        AwaitAssert(() => Assert.Equal(["0"], Operations.Bodies), Patience);
        Assert.Equal(["paid"], _first.Bodies);
        Assert.Empty(GivenUp.Bodies);
    }

    [Theory]
    [InlineData("K1")]
    [InlineData(null)]
    public void What_an_earlier_leader_gave_up_is_not_given_up_again(string? uniqueKey)
    {
        Halves.StoreHalf(Topic, "paid", uniqueKey);
        Time.Advance(TimeSpan.FromHours(73));
        Operations.Refuses = true;
        var actor = Lead();
        actor.Tell(TransactionProtocol.CheckDue.Instance);
        AwaitAssert(() => Assert.Equal(["paid"], GivenUp.Bodies), Patience);
        Stop(actor);
        Operations.Refuses = false;

        Lead().Tell(TransactionProtocol.CheckDue.Instance);

        AwaitAssert(() => Assert.Equal(["0"], Operations.Bodies), Patience);
        Assert.Equal(["paid"], GivenUp.Bodies);
    }

    [Fact]
    public void What_consumers_have_is_not_given_up()
    {
        CommitWithoutNote("K1");
        Time.Advance(TimeSpan.FromHours(73));

        Lead().Tell(TransactionProtocol.CheckDue.Instance);

        AwaitAssert(() => Assert.Equal(["0"], Operations.Bodies), Patience);
        Assert.Equal(["paid"], _first.Bodies);
        Assert.Empty(GivenUp.Bodies);
    }

    [Fact]
    public void Half_messages_that_are_stored_after_a_power_cut_in_the_place_of_others_are_open()
    {
        Marks.Set(half: 3, operation: 5);
        var actor = Lead();
        AwaitAssert(() => Assert.Equal((0, 0), Marks.Current), Patience);
        var half = Halves.StoreHalf(Topic, "paid", "K1");

        Assert.Null(Say(actor, half, isCommit: true));

        Assert.Equal(["paid"], _first.Bodies);
        Stop(actor);
        var open = Halves.StoreHalf(Topic, "paid too", "K2");
        Assert.Null(Say(Lead(), open, isCommit: true));
        Assert.Equal(["paid", "paid too"], _first.Bodies);
    }

    [Fact]
    public void A_note_about_a_half_message_that_a_power_cut_took_does_not_settle_the_one_in_its_place()
    {
        Operations.StoreSettled(half: 0, ManualTime.Beginning.ToUnixTimeMilliseconds());
        Time.Advance(TimeSpan.FromSeconds(1));
        var half = Halves.StoreHalf(Topic, "paid", "K1");

        Assert.Null(Say(Lead(), half, isCommit: true));

        Assert.Equal(["paid"], _first.Bodies);
    }

    [Fact]
    public void A_word_that_comes_while_the_broker_stops_is_refused()
    {
        var half = Halves.StoreHalf(Topic, "paid", "K1");
        var other = Halves.StoreHalf(Topic, "other", "K2");
        var actor = Lead();
        _first.Holds = true;
        var producer = CreateTestProbe();
        actor.Tell(new TransactionProtocol.Settle(half, IsCommit: true), producer);
        actor.Tell(ShardProtocol.StopEntity.Instance);

        Assert.Contains("stops here", Say(actor, other, isCommit: true), StringComparison.Ordinal);

        _first.Release();
        Assert.Null(producer.ExpectMsg<TransactionProtocol.Settled>(Patience).Failure);
        ExpectTerminated(actor, Patience);
        Assert.Equal(["paid"], _first.Bodies);
        Assert.Equal(["0"], Operations.Bodies);
    }

    /// <summary>A leader writes the message into the first queue and ends before it can note that.</summary>
    private long CommitWithoutNote(string? uniqueKey)
    {
        var half = Halves.StoreHalf(Topic, "paid", uniqueKey);
        var actor = Lead();
        Operations.Refuses = true;
        Assert.Contains("cannot be written", Say(actor, half, isCommit: true), StringComparison.Ordinal);
        Stop(actor);
        Operations.Refuses = false;
        Assert.Equal(["paid"], _first.Bodies);
        return half;
    }
}
