using Akka.Actor;
using Rocket.Actors.Queues;
using Xunit;

namespace Rocket.Actors.Tests.Queues;

public sealed class AppendTests : IDisposable
{
    private readonly QueueScenario _queue = new();

    public void Dispose() => _queue.Dispose();

    [Fact]
    public void An_offered_append_is_answered_once_and_gives_its_budget_back()
    {
        var append = TestAppend.Of("a").OfferedTo(_queue.Handle);
        Assert.Equal(append.AdmittedBytes, _queue.Handle.OutstandingBytes);
        append.Answer(AppendOutcome.Unavailable);
        Assert.Equal([AppendOutcome.Unavailable], append.Answers);
        Assert.Equal(0, _queue.Handle.OutstandingBytes);
        Assert.Throws<InvalidOperationException>(() => append.Answer(AppendOutcome.Stored));
        Assert.Equal(0, _queue.Handle.OutstandingBytes);
    }

    [Fact]
    public void It_is_offered_once_and_taken_once()
    {
        var append = TestAppend.Of("a").OfferedTo(_queue.Handle);
        Assert.Throws<InvalidOperationException>(() => append.OfferedTo(_queue.Handle));
        append.Take(17);
        Assert.Equal(17, append.QueueOffset);
        Assert.Throws<InvalidOperationException>(() => append.Take(18));
        Assert.Throws<InvalidOperationException>(append.GiveUp);
        append.Answer(AppendOutcome.Stored);
    }

    [Fact]
    public void It_is_not_taken_or_answered_without_having_been_offered()
    {
        var append = TestAppend.Of("a");
        Assert.Throws<InvalidOperationException>(() => append.Take(0));
        Assert.Throws<InvalidOperationException>(() => append.Answer(AppendOutcome.Stored));
        append.GiveUp();
        Assert.Empty(append.Answers);
    }

    [Fact]
    public void It_can_be_used_again_after_its_answer_and_forgets_the_last_time()
    {
        var append = TestAppend.Of("a").WithoutWaiting().OfferedTo(_queue.Handle);
        append.Answer(AppendOutcome.FlushTimeout);
        append.Encode().OfferedTo(_queue.Handle);
        Assert.Equal((AppendOutcome.Pending, true, 1), (append.Outcome, append.WaitsForFlush, append.RecordCount));
        _queue.State.Take(append);
        _queue.State.Write();
        Assert.Equal([AppendOutcome.FlushTimeout, AppendOutcome.Stored], append.Answers);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(100_000)]
    public void Its_buffer_is_returned_once_and_not_read_after_that(int bytes)
    {
        var append = TestAppend.Large(bytes).OfferedTo(_queue.Handle);
        append.ReturnBuffer();
        append.ReturnBuffer();
        Assert.Throws<InvalidOperationException>(() => append.Buffer);
        append.Answer(AppendOutcome.Unavailable);
        Assert.True(append.Encode().Buffer.Length >= bytes);
    }

    [Fact]
    public void A_small_buffer_stays_with_its_append()
    {
        var append = TestAppend.Of("a").OfferedTo(_queue.Handle);
        var buffer = append.Buffer;
        append.Answer(AppendOutcome.Unavailable);
        Assert.Same(buffer, append.Encode().Buffer);
    }

    [Fact]
    public void A_full_budget_refuses_and_an_idle_queue_takes_an_append_larger_than_its_budget()
    {
        var queue = new QueueHandle(_queue.Handle.Id, ActorRefs.Nobody, _queue.Log, QueueOrdinals.None, outstandingBytes: 1000);
        var large = TestAppend.Large(5000);
        Assert.True(large.TryOffer(queue));
        var next = TestAppend.Of("a");
        Assert.False(next.TryOffer(queue));
        Assert.Equal(large.AdmittedBytes, queue.OutstandingBytes);

        large.Answer(AppendOutcome.Unavailable);
        Assert.True(next.TryOffer(queue));
    }
}
