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

        _pending.CompleteUpTo(2, AppendOutcome.Stored);
        Assert.Equal(appends[..1], answered);
        _pending.CompleteUpTo(2, AppendOutcome.Stored);
        _pending.CompleteUpTo(4, AppendOutcome.Stored);
        Assert.Equal(appends, answered);
        Assert.Equal(0, _pending.Count);
        Assert.All(appends, append => Assert.Equal([AppendOutcome.Stored], append.Answers));
    }

    [Fact]
    public void Those_whose_flush_takes_too_long_are_answered_so_and_the_others_wait_on()
    {
        var early = Add(1, since: 0);
        var late = Add(2, since: 10);
        _pending.Expire(9, ownOffset: 0, flushTimeout: 10, slaveTimeout: 1);
        Assert.Equal(2, _pending.Count);
        _pending.Expire(10, ownOffset: 0, flushTimeout: 10, slaveTimeout: 1);
        Assert.Equal([AppendOutcome.FlushTimeout], early.Answers);
        _pending.CompleteUpTo(2, AppendOutcome.Stored);
        Assert.Equal([AppendOutcome.Stored], late.Answers);
        Assert.Single(early.Answers);
    }

    [Fact]
    public void Those_that_are_firm_here_and_wait_for_a_copy_too_long_are_answered_so()
    {
        var copied = Add(1, since: 0);
        var unflushed = Add(2, since: 0);
        _pending.Expire(5, ownOffset: 1, flushTimeout: 10, slaveTimeout: 5);
        Assert.Equal([AppendOutcome.SlaveTimeout], copied.Answers);
        Assert.Empty(unflushed.Answers);
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

    private TestAppend Add(long end, long since = 0)
    {
        var append = TestAppend.Of("a").OfferedTo(_queue.Handle);
        _pending.Add(append, end, since);
        return append;
    }
}
