using Rocket.Actors.Queues;
using Rocket.Actors.Storage;
using Rocket.Actors.Tests.Storage;
using Xunit;

namespace Rocket.Actors.Tests.Queues;

public sealed class QueueStateOrdinalTests
{
    private const long Boundary = PhysicalOffset.BytesPerOrdinal;

    [Fact]
    public void Appends_wait_for_the_first_ordinal_and_keep_their_order()
    {
        using var queue = new QueueScenario(ordinals: []);
        TestAppend[] appends = [TestAppend.Of("a"), TestAppend.Of("b"), TestAppend.Of("c")];
        Assert.All(appends, append => Assert.False(queue.Take(append)));
        Assert.True(queue.State.NeedsOrdinal);
        queue.State.Write();
        Assert.All(appends, append => Assert.Empty(append.Answers));

        Assert.True(queue.State.Granted(42));
        Assert.False(queue.State.NeedsOrdinal);
        queue.State.Write();
        Assert.Equal(["a", "b", "c"], queue.Stored().Select(message => message.Body));
        Assert.Equal([0L, 1L, 2L], appends.Select(append => append.QueueOffset));
        Assert.All(queue.Stored(), message => Assert.Equal((42L << 40) + message.Position, message.PhysicalOffset));
    }

    [Fact]
    public void A_log_goes_on_under_its_next_ordinal_once_2_to_the_40_bytes_are_full()
    {
        var room = RecordLayout.HeaderSize + TestMessage.Encode("fits").Length;
        using var queue = new QueueScenario(ordinals: [3], start: new LogPoint(Boundary - room, 1000));
        TestAppend[] appends = [TestAppend.Of("fits"), TestAppend.Of("next")];
        Assert.False(queue.Take(appends[0]));
        Assert.False(queue.Take(appends[1]));

        queue.State.Granted(9);
        queue.State.Write();
        Assert.Equal(["fits", "next"], queue.Stored().Select(message => message.Body));
        Assert.Equal([(3L << 40) + Boundary - room, 9L << 40], queue.Stored().Select(message => message.PhysicalOffset));
        Assert.Equal([1000L, 1001L], appends.Select(append => append.QueueOffset));
        Assert.True(queue.Handle.Ordinals.TryPosition(9L << 40, out var position));
        Assert.Equal(Boundary, position);
    }

    [Fact]
    public void An_append_of_several_records_waits_for_the_ordinal_that_its_last_one_needs()
    {
        var room = RecordLayout.HeaderSize + TestMessage.Encode("1").Length;
        using var queue = new QueueScenario(ordinals: [3], start: new LogPoint(Boundary - (2 * room), 0));
        var append = TestAppend.Of("1", "2", "3");
        queue.Take(append);
        Assert.True(queue.State.NeedsOrdinal);
        queue.State.Granted(9);
        queue.State.Write();
        Assert.Equal([AppendOutcome.Stored], append.Answers);
        Assert.Equal([3, 3, 9], queue.Stored().Select(message => PhysicalOffset.OrdinalOf(message.PhysicalOffset)));
    }

    [Fact]
    public void A_grant_that_is_not_enough_leaves_the_appends_waiting_for_the_next_one()
    {
        using var queue = new QueueScenario(ordinals: [], start: new LogPoint(Boundary, 5));
        var append = TestAppend.Of("a");
        queue.Take(append);
        Assert.False(queue.State.Granted(1));
        Assert.True(queue.State.NeedsOrdinal);
        Assert.True(queue.State.Granted(2));
        queue.State.Write();
        Assert.Equal(2, PhysicalOffset.OrdinalOf(queue.Stored()[0].PhysicalOffset));
    }

    [Fact]
    public void Appends_that_no_ordinal_will_come_for_are_answered_and_the_next_ones_ask_again()
    {
        using var queue = new QueueScenario(ordinals: []);
        var append = TestAppend.Of("a");
        queue.Take(append);
        queue.State.RefuseWithoutOrdinal();
        Assert.Equal([AppendOutcome.Unavailable], append.Answers);
        Assert.False(queue.State.NeedsOrdinal);
        queue.Take(TestAppend.Of("b"));
        Assert.True(queue.State.NeedsOrdinal);
    }

    [Fact]
    public void A_failure_answers_those_that_wait_for_an_ordinal_too()
    {
        using var queue = new QueueScenario(ordinals: []);
        var append = TestAppend.Of("a");
        queue.Take(append);
        queue.State.Fail();
        Assert.Equal([AppendOutcome.Unavailable], append.Answers);
    }

    [Fact]
    public void A_grant_whose_appends_cannot_be_written_throws_and_every_one_of_them_is_answered_once()
    {
        using var queue = new QueueScenario(ordinals: []);
        TestAppend[] appends = [TestAppend.Of("a"), TestAppend.Large(1 << 20), TestAppend.Of("c")];
        Assert.All(appends, append => queue.Take(append));
        queue.Faults.Write = DiskFaults.Of(".log");
        Assert.Throws<LogPoisonedException>(() => queue.State.Granted(1));
        queue.State.Fail();
        Assert.All(appends, append => Assert.Equal([AppendOutcome.Unavailable], append.Answers));
    }
}
