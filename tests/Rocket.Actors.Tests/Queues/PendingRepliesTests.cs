using Rocket.Actors.Queues;
using Xunit;

namespace Rocket.Actors.Tests.Queues;

public sealed class PendingRepliesTests : IDisposable
{
    private readonly QueueScenario _queue = new();
    private readonly PendingReplies _pending = new();

    public void Dispose() => _queue.Dispose();

    [Fact]
    public void Those_that_a_flush_covers_are_answered_oldest_first()
    {
        List<TestAppend> answered = [];
        TestAppend[] appends = [Add(1), Add(3), Add(4)];
        foreach (var append in appends)
        {
            append.Answered = answered.Add;
        }

        _pending.CompleteUpTo(2);
        Assert.Equal(appends[..1], answered);
        _pending.CompleteUpTo(2);
        _pending.CompleteUpTo(4);
        Assert.Equal(appends, answered);
        Assert.Equal(0, _pending.Count);
        Assert.All(appends, append => Assert.Equal([AppendOutcome.Stored], append.Answers));
    }

    [Fact]
    public void Those_whose_time_is_over_are_answered_so_and_the_others_wait_on()
    {
        var early = Add(1, deadline: 10);
        var late = Add(2, deadline: 20);
        _pending.Expire(9);
        Assert.Equal(2, _pending.Count);
        _pending.Expire(10);
        Assert.Equal([AppendOutcome.FlushTimeout], early.Answers);
        _pending.CompleteUpTo(2);
        Assert.Equal([AppendOutcome.Stored], late.Answers);
        Assert.Single(early.Answers);
    }

    [Fact]
    public void Ends_rise_until_all_have_failed()
    {
        Add(5);
        Assert.Throws<InvalidOperationException>(() => Add(5));
        _pending.FailAll(AppendOutcome.Unavailable);
        Assert.Equal(0, _pending.Count);
        Add(1);
    }

    private TestAppend Add(long end, long deadline = long.MaxValue)
    {
        var append = TestAppend.Of("a").OfferedTo(_queue.Handle);
        _pending.Add(append, end, deadline);
        return append;
    }
}
