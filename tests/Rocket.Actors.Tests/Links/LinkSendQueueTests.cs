using Rocket.Actors.Links;
using Xunit;

namespace Rocket.Actors.Tests.Links;

public sealed class LinkSendQueueTests
{
    private const int Budget = 10_000;
    private readonly FakeConnection _connection = new();
    private readonly LinkSendQueue _queue;

    public LinkSendQueueTests() => _queue = new LinkSendQueue(_connection, Budget, maxFrames: 100);

    [Fact]
    public void Frames_come_out_in_the_order_in_which_they_went_in_whatever_their_kind()
    {
        Assert.Equal(LinkSend.Queued, _queue.TrySend(LinkFrame.Copy(LinkKind.RecordBatch, [1]), null));
        Assert.True(_queue.Send(LinkFrame.Copy(LinkKind.Ping, [])));
        Assert.Equal(LinkSend.Queued, _queue.TrySend(LinkFrame.Copy(LinkKind.ForwardedReply, [2]), null));
        Assert.Equal([LinkKind.RecordBatch, LinkKind.Ping, LinkKind.ForwardedReply], Drain());
    }

    [Fact]
    public void Bulk_is_refused_over_the_budget_and_small_frames_still_go()
    {
        var bulk = Fill();
        Assert.Equal(LinkSend.Full, _queue.TrySend(bulk, null));
        Assert.True(_queue.Send(LinkFrame.Copy(LinkKind.Ping, [])));
        bulk.Release();
    }

    [Fact]
    public void A_refused_frame_stays_the_callers_and_can_be_sent_later()
    {
        var bulk = Fill();
        Assert.Equal(LinkSend.Full, _queue.TrySend(bulk, null));
        Drain();
        Assert.Equal(LinkSend.Queued, _queue.TrySend(bulk, null));
        Drain();
        Assert.Throws<InvalidOperationException>(bulk.Release);
    }

    [Fact]
    public void Who_was_refused_is_told_once_when_half_of_the_queue_is_sent()
    {
        var listener = new Listener();
        var bulk = Fill();
        Assert.Equal(LinkSend.Full, _queue.TrySend(bulk, listener));
        Assert.Equal(LinkSend.Full, _queue.TrySend(bulk, listener));
        Take();
        Assert.Equal(0, listener.Calls);
        Drain();
        Assert.Equal(1, listener.Calls);
        bulk.Release();
    }

    [Fact]
    public void A_closed_queue_takes_nothing_and_tells_who_waits()
    {
        var listener = new Listener();
        var bulk = Fill();
        Assert.Equal(LinkSend.Full, _queue.TrySend(bulk, listener));
        _queue.Close();
        Assert.Equal(1, listener.Calls);
        Assert.Equal(LinkSend.Closed, _queue.TrySend(bulk, listener));
        Assert.False(_queue.Send(LinkFrame.Copy(LinkKind.Ping, [])));
        _queue.Drop();
        Assert.Equal(0, _queue.Bytes);
        bulk.Release();
    }

    [Fact]
    public void So_many_small_frames_wait_and_no_more()
    {
        for (var sent = 0; sent < 100; sent++)
        {
            Assert.True(_queue.Send(LinkFrame.Copy(LinkKind.Ping, [])));
        }

        Assert.False(_queue.Send(LinkFrame.Copy(LinkKind.Ping, [])));
        Assert.Equal(100, Drain().Count);
    }

    [Fact]
    public void Bulk_that_is_sent_as_if_it_were_small_is_dropped_in_the_end()
    {
        var sent = 0;
        while (_queue.Send(LinkFrame.Copy(LinkKind.RecordBatch, new byte[8000])))
        {
            sent++;
        }

        Assert.InRange(sent, 5, 15);
        Drain();
    }

    [Fact]
    public async Task Nobody_who_waits_for_room_is_forgotten_while_others_send_and_the_writer_takes()
    {
        const int perSender = 20_000;
        var senders = Enumerable.Range(0, 4).Select(_ => Task.Run(SendAllAsync)).ToArray();
        var writer = Task.Run(async () =>
        {
            var taken = 0;
            while (taken < senders.Length * perSender && await _queue.WaitAsync())
            {
                taken += Drain().Count;
            }
        });
        await Task.WhenAll([.. senders, writer]).WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(0, _queue.Bytes);

        async Task SendAllAsync()
        {
            for (var number = 0; number < perSender; number++)
            {
                var frame = LinkFrame.Copy(LinkKind.RecordBatch, new byte[100]);
                var listener = new Listener();
                while (_queue.TrySend(frame, listener) == LinkSend.Full)
                {
                    await listener.Room.Task.WaitAsync(TimeSpan.FromSeconds(30));
                    listener = new Listener();
                }
            }
        }
    }

    // Fills the queue and makes one more frame.
    private LinkFrame Fill()
    {
        var frame = LinkFrame.Copy(LinkKind.RecordBatch, new byte[4000]);
        while (_queue.TrySend(frame, null) == LinkSend.Queued)
        {
            frame = LinkFrame.Copy(LinkKind.RecordBatch, new byte[4000]);
        }

        return frame;
    }

    private LinkKind Take()
    {
        Assert.True(_queue.TryTake(out var frame));
        var kind = frame.Kind;
        _queue.Sent(frame);
        return kind;
    }

    private List<LinkKind> Drain()
    {
        List<LinkKind> kinds = [];
        while (_queue.TryTake(out var frame))
        {
            kinds.Add(frame.Kind);
            _queue.Sent(frame);
        }

        return kinds;
    }

    private sealed class Listener : ILinkRoomListener
    {
        private int _calls;

        public int Calls => Volatile.Read(ref _calls);

        public TaskCompletionSource Room { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void OnRoom(ILinkConnection connection)
        {
            Interlocked.Increment(ref _calls);
            Room.TrySetResult();
        }
    }
}
