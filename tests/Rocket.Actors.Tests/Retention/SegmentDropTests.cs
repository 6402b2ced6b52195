using Akka.Actor;
using Rocket.Actors.Cluster;
using Rocket.Actors.Queues;
using Xunit;

namespace Rocket.Actors.Tests.Retention;

/// <summary>A queue that drops a segment while it is written and flushed, or on a disk that fails.</summary>
public sealed class SegmentDropTests : RetentionKit
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_segment_goes_once_and_the_answer_says_so()
    {
        var queue = await FilledAsync(segments: 2);
        var drop = Drop(queue, 0);
        Assert.Same(drop, ExpectMsg<QueueProtocol.SegmentDropped>(Patience).Request);
        Assert.Equal(10, queue.MinimumOffset);
        Assert.Equal(1, Assert.Single(queue.SealedSegments).First.Offset / MessagesPerSegment);

        queue.Actor.Tell(drop);
        Assert.Equal("it is not complete, or no longer there", ExpectMsg<QueueProtocol.SegmentKept>(Patience).Reason);
    }

    [Fact]
    public async Task The_active_segment_never_goes()
    {
        var queue = await FilledAsync(segments: 1);
        var active = queue.SealedSegments[0] with { First = queue.SealedSegments[0].End };
        queue.Actor.Tell(new QueueProtocol.DropSegment(new SegmentDeletion(queue.Id, active with { End = new(active.First.Position + 1, 11) }, "a test")));
        ExpectMsg<QueueProtocol.SegmentDropped>(Patience);
        Assert.Equal((10, 11), (queue.MinimumOffset, queue.VisibleOffset));
        Assert.Empty(queue.SealedSegments);
    }

    [Fact]
    public async Task A_drop_waits_for_the_flush_under_way_and_the_next_flush_for_the_drop()
    {
        FlushDiskType = FlushDiskType.SyncFlush;
        var queue = await FilledAsync(segments: 2);
        var (flush, drop) = (Hold(), Hold());
        var first = SendAsync(queue);
        await flush.Reached;
        Drop(queue, 0);
        var second = SendAsync(queue);
        await HandledAsync(queue.Actor);
        Assert.False(drop.Reached.IsCompleted);
        flush.Release();
        Assert.Equal(AppendOutcome.Stored, await first);

        await drop.Reached;
        Assert.False(second.IsCompleted);
        drop.Release();
        ExpectMsg<QueueProtocol.SegmentDropped>(Patience);
        Assert.Equal(AppendOutcome.Stored, await second);
        Assert.Equal(10, queue.MinimumOffset);
    }

    [Fact]
    public async Task Under_a_steady_load_of_flushes_drops_take_their_turns()
    {
        FlushDiskType = FlushDiskType.SyncFlush;
        var queue = await FilledAsync(segments: 5);
        using var stop = new CancellationTokenSource();
        var load = LoadAsync(queue, stop.Token);
        for (var i = 0; i < 5; i++)
        {
            Drop(queue, 0);
            ExpectMsg<QueueProtocol.SegmentDropped>(Patience);
        }

        await stop.CancelAsync();
        Assert.True(await load > 0);
        Assert.Equal(50, queue.MinimumOffset);
    }

    [Fact]
    public async Task Sends_go_on_being_answered_while_a_drop_takes_its_time_under_async_flush()
    {
        FlushInterval = TimeSpan.FromHours(1);
        var queue = await FilledAsync(segments: 1);
        var drop = Hold();
        Drop(queue, 0);
        await drop.Reached;
        Assert.Equal(AppendOutcome.Stored, await SendAsync(queue));
        drop.Release();
        ExpectMsg<QueueProtocol.SegmentDropped>(Patience);
    }

    [Fact]
    public async Task An_fsync_that_fails_is_final_and_segments_stay()
    {
        var queue = await FilledAsync(segments: 2);
        Disk.BeforeFlush.Enqueue(() => throw new IOException("bad sectors"));
        await ToldAsync(EventFilter.Error(contains: "cannot be flushed"), 1, () => SendAsync(queue));

        Drop(queue, 0);
        Assert.Contains("bad sectors", ExpectMsg<QueueProtocol.SegmentKept>(Patience).Reason, StringComparison.Ordinal);
        Assert.Equal(AppendOutcome.Unavailable, await SendAsync(queue));
        Assert.Equal(0, queue.MinimumOffset);
    }

    [Fact]
    public async Task A_log_is_not_opened_anew_while_a_job_works_on_its_files()
    {
        FlushInterval = TimeSpan.FromHours(1);
        var queue = await FilledAsync(segments: 2);
        var drop = Hold();
        Drop(queue, 0);
        await drop.Reached;
        Disk.BeforeWrite.Enqueue(() => throw new IOException("no space left"));
        Assert.Equal(AppendOutcome.Unavailable, await SendAsync(queue));

        // Told by hand, the time for it has come while the drop is still at work.
        queue.Actor.Tell(QueueProtocol.ReopenDue.Instance);
        Assert.Equal(AppendOutcome.Unavailable, await SendAsync(queue));
        await ToldAsync(EventFilter.Info(contains: "is written again"), 1, drop.Release);
        Assert.Equal(AppendOutcome.Stored, await SendAsync(queue));
        Assert.Equal(10, queue.MinimumOffset);
    }

    [Fact]
    public async Task A_queue_that_finds_no_room_to_write_still_drops_what_its_last_checkpoint_covers()
    {
        // The first drop writes the only checkpoint, over all that is there.
        FlushInterval = TimeSpan.FromHours(1);
        var queue = await FilledAsync(segments: 2);
        Drop(queue, 0);
        ExpectMsg<QueueProtocol.SegmentDropped>(Patience);
        Disk.BeforeWrite.Enqueue(() => throw new IOException("no space left"));
        Assert.Equal(AppendOutcome.Unavailable, await SendAsync(queue));

        Drop(queue, 0);
        ExpectMsg<QueueProtocol.SegmentDropped>(Patience);
        Assert.Equal(20, queue.MinimumOffset);
        await ToldAsync(EventFilter.Info(contains: "is written again"), 1, () => { });
        Assert.Equal((20, 21), (queue.MinimumOffset, queue.VisibleOffset));
        Assert.Equal(AppendOutcome.Stored, await SendAsync(queue));
    }

    [Fact]
    public async Task A_queue_writes_no_further_than_the_room_on_its_disk()
    {
        var queue = await FilledAsync(segments: 0);
        // A send is answered shortly before its bytes are counted.
        await HandledAsync(queue.Actor);
        Broker.Room.Measured(new(900, 100), left: 1000);
        Assert.Equal(AppendOutcome.Stored, await SendAsync(queue));
        await HandledAsync(queue.Actor);
        Assert.False(Broker.Room.IsUsedUp);
        Assert.Equal(AppendOutcome.Stored, await SendAsync(queue));
        Assert.Equal(AppendOutcome.Stored, await SendAsync(queue));
        await HandledAsync(queue.Actor);
        Assert.True(Broker.Room.IsUsedUp);
        Assert.Equal(AppendOutcome.NoRoom, await SendAsync(queue));
        Assert.Equal(4, queue.VisibleOffset);

        Broker.Room.Forget();
        Assert.Equal(AppendOutcome.Stored, await SendAsync(queue));
    }

    [Fact]
    public async Task A_checkpoint_that_finds_no_room_is_not_final()
    {
        var queue = await FilledAsync(segments: 0);
        Disk.BeforeReplacement.Enqueue(() => throw new IOException("no space left"));
        await EventFilter.Info(contains: "is written again").ExpectAsync(1, () => FillAsync(queue, segments: 1));
        Assert.Equal(AppendOutcome.Stored, await SendAsync(queue));
    }

    private async Task<QueueHandle> FilledAsync(int segments)
    {
        var queue = await StartQueueAsync();
        await FillAsync(queue, segments);
        return queue;
    }

    private QueueProtocol.DropSegment Drop(QueueHandle queue, int segment)
    {
        var drop = new QueueProtocol.DropSegment(new SegmentDeletion(queue.Id, queue.SealedSegments[segment], "a test"));
        queue.Actor.Tell(drop, TestActor);
        return drop;
    }

    private HeldFlush Hold()
    {
        var held = new HeldFlush();
        Disk.BeforeFlush.Enqueue(held.Pass);
        return held;
    }

    private static async Task<int> LoadAsync(QueueHandle queue, CancellationToken stop)
    {
        var sent = 0;
        while (!stop.IsCancellationRequested)
        {
            Assert.All(await Task.WhenAll(SendAsync(queue), SendAsync(queue)), outcome => Assert.Equal(AppendOutcome.Stored, outcome));
            sent++;
        }

        return sent;
    }

    private sealed class HeldFlush
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _released = new();

        public Task Reached => _reached.Task.WaitAsync(Patience);

        public void Release() => _released.SetResult();

        public void Pass()
        {
            _reached.SetResult();
            Assert.True(_released.Task.Wait(Patience));
        }
    }
}
