using System.Buffers.Binary;
using Rocket.Actors.Links;
using Rocket.Host.Tests.Running;
using Xunit;

namespace Rocket.Host.Tests.Links;

/// <summary>Two nodes of one cluster, linked over real sockets.</summary>
public sealed class LinkTests
{
    private readonly SortedDictionary<string, string> _voters = LinkedNode.Addresses(2);

    [Fact]
    public async Task Frames_arrive_once_and_in_order_and_answers_return_the_way_they_came()
    {
        const int count = 5000;
        await using var first = await StartAsync("node1");
        await using var second = await StartAsync("node2");
        await first.WaitForLinkAsync("node2");
        second.OnFrame = (from, kind) =>
        {
            Assert.Equal(LinkDirection.Accepted, from.Direction);
            if (kind == LinkKind.RecordBatch)
            {
                from.Send(LinkFrame.Copy(LinkKind.ReplicationAck, BitConverter.GetBytes(second.Received.Count)));
            }

            return ValueTask.CompletedTask;
        };
        for (var number = 0; number < count; number++)
        {
            var payload = new byte[4 + (number % 700)];
            BinaryPrimitives.WriteInt32BigEndian(payload, number);
            Assert.True(first.Hub.Send("node2", LinkFrame.Copy(LinkKind.RecordBatch, payload)));
        }

        await Eventually.HoldsAsync(() => first.Received.Count == count);
        Assert.Equal(Enumerable.Range(0, count), second.Received.Select(frame => BinaryPrimitives.ReadInt32BigEndian(frame.Payload)));
        Assert.Equal(Enumerable.Range(1, count), first.Received.Select(frame => BitConverter.ToInt32(frame.Payload)));
        Assert.All(second.Received, frame => Assert.Equal("node1", frame.From));
    }

    [Fact]
    public async Task A_frame_of_the_greatest_size_arrives()
    {
        await using var first = await StartAsync("node1", LinkedNode.QuickSettings with { DeadAfter = TimeSpan.FromSeconds(20) });
        await using var second = await StartAsync("node2", LinkedNode.QuickSettings with { DeadAfter = TimeSpan.FromSeconds(20) });
        await first.WaitForLinkAsync("node2");
        var payload = new byte[LinkFrameLayout.MaxPayloadBytes];
        Random.Shared.NextBytes(payload);
        Assert.Equal(LinkSend.Queued, first.Hub.TrySend("node2", LinkFrame.Copy(LinkKind.RecordBatch, payload)));
        await Eventually.HoldsAsync(() => !second.Received.IsEmpty);
        Assert.True(payload.AsSpan().SequenceEqual(second.Received.First().Payload));
    }

    [Fact]
    public async Task A_receiver_that_is_slow_fills_the_senders_queue_loses_nothing_and_is_not_taken_for_dead()
    {
        await using var first = await StartAsync("node1", LinkedNode.QuickSettings with { BulkQueueBytes = 256 << 10 });
        await using var second = await StartAsync("node2");
        var mayGoOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        second.OnFrame = (_, _) => new ValueTask(mayGoOn.Task);
        await first.WaitForLinkAsync("node2");
        var link = first.Hub.Find("node2")!;
        var sent = 0;
        var frame = NewFrame();
        var room = new Room();
        while (link.TrySend(frame, room) is LinkSend.Queued || await room.IsThereAsync(TimeSpan.FromMilliseconds(500)))
        {
            (sent, frame, room) = room.IsTold ? (sent, frame, new Room()) : (sent + 1, NewFrame(), room);
        }

        Assert.InRange(sent, 5, 1000);
        Assert.True(link.Send(LinkFrame.Copy(LinkKind.ReplicationAck, [])), "small frames still go");

        // Longer than dead-after: neither side gives the link up.
        await Task.Delay(LinkedNode.QuickSettings.DeadAfter * 2);
        Assert.True(link.IsOpen);
        Assert.False(room.IsTold);
        mayGoOn.SetResult();
        Assert.True(await room.IsThereAsync(TimeSpan.FromSeconds(10)));
        Assert.Equal(LinkSend.Queued, link.TrySend(frame, room));
        await Eventually.HoldsAsync(() => second.Received.Count == sent + 2);

        static LinkFrame NewFrame() => LinkFrame.Copy(LinkKind.RecordBatch, new byte[64 << 10]);
    }

    [Fact]
    public async Task A_node_that_comes_back_is_linked_again_as_another_start()
    {
        await using var first = await StartAsync("node1");
        await using (await StartAsync("node2"))
        {
            await first.WaitForLinkAsync("node2");
        }

        await Eventually.HoldsAsync(() => first.Hub.Find("node2") is null);
        await using var second = await StartAsync("node2", starts: 2);
        await first.WaitForLinkAsync("node2");
        Assert.Equal(2, first.Hub.Find("node2")!.Peer.StartCounter);
        await second.WaitForLinkAsync("node1");
        Assert.True(first.Log.Has("Link with node2"), string.Join('\n', first.Log.All));
    }

    [Fact]
    public async Task An_idle_link_stays()
    {
        await using var first = await StartAsync("node1");
        await using var second = await StartAsync("node2");
        await first.WaitForLinkAsync("node2");
        var link = first.Hub.Find("node2");
        await Task.Delay(LinkedNode.QuickSettings.DeadAfter * 3);
        Assert.True(link!.IsOpen);
        Assert.Same(link, first.Hub.Find("node2"));
    }

    [Fact]
    public async Task A_peer_that_falls_silent_is_given_up()
    {
        await using var first = await StartAsync("node1");
        var (peer, step) = await RawPeer.LinkAsync(LinkedNode.Identity("node2", _voters), "node1");
        Assert.IsType<HandshakeStep.Agreed>(step);
        await peer.WaitForEndAsync();
        await Eventually.HoldsAsync(() => first.Log.Has("nothing was heard for 0.6 s"));
        peer.Dispose();
    }

    [Fact]
    public async Task A_peer_that_speaks_but_reads_nothing_is_given_up()
    {
        await using var first = await StartAsync("node1", LinkedNode.QuickSettings with { WriteTimeout = TimeSpan.FromSeconds(1) });
        var (peer, _) = await RawPeer.LinkAsync(LinkedNode.Identity("node2", _voters), "node1");
        using var ended = new CancellationTokenSource();
        var pinging = PingAsync();
        var frame = LinkFrame.Copy(LinkKind.RecordBatch, new byte[1 << 20]);
        while (first.Hub.TrySend("node2", frame.Share()) == LinkSend.Queued)
        {
            await Task.Yield();
        }

        await Eventually.HoldsAsync(() => first.Hub.Find("node2") is null);
        await Eventually.HoldsAsync(() => first.Log.Has("it read nothing for 1 s"));
        await ended.CancelAsync();
        await pinging;
        peer.Dispose();

        async Task PingAsync()
        {
            while (!ended.IsCancellationRequested)
            {
                try
                {
                    await peer.SendAsync(LinkFrame.Copy(LinkKind.Ping, []).Bytes.ToArray());
                    await Task.Delay(50, ended.Token);
                }
                catch (Exception end) when (end is System.Net.Sockets.SocketException or OperationCanceledException)
                {
                    return;
                }
            }
        }
    }

    [Theory]
    [InlineData("00000005000000002100000000", "CRC-32C")]
    [InlineData("7FFFFFFF000000002100000000", "bytes is none")]
    public async Task A_peer_that_sends_garbage_is_closed_with_one_line_and_the_others_go_on(string hex, string expected)
    {
        var voters = LinkedNode.Addresses(3);
        await using var first = await LinkedNode.StartAsync(LinkedNode.Identity("node1", voters));
        await using var third = await LinkedNode.StartAsync(LinkedNode.Identity("node3", voters));
        await first.WaitForLinkAsync("node3");
        var other = first.Hub.Find("node3");
        var (peer, _) = await RawPeer.LinkAsync(LinkedNode.Identity("node2", voters), "node1");
        await peer.SendAsync(Convert.FromHexString(hex));
        var (kind, payload) = await peer.ReadFrameAsync();
        while (kind == LinkKind.Ping)
        {
            (kind, payload) = await peer.ReadFrameAsync();
        }

        Assert.Equal(LinkKind.Refusal, kind);
        Assert.Contains(expected, HandshakeState.ReadRefusal(payload), StringComparison.Ordinal);
        await peer.WaitForEndAsync();
        await Eventually.HoldsAsync(() => first.Log.Count("Link with node2 (accepted) has ended") == 1);
        Assert.True(first.Log.Has(expected), string.Join('\n', first.Log.All));
        Assert.True(other!.IsOpen);
        peer.Dispose();
    }

    [Fact]
    public async Task A_peer_that_says_what_makes_no_sense_is_told_so_before_the_link_ends()
    {
        await using var first = await StartAsync("node1");
        await using var second = await StartAsync("node2");
        await first.WaitForLinkAsync("node2");
        first.OnFrame = (_, _) => throw new LinkViolationException("node2 acknowledges 7 bytes of 3");
        await second.WaitForLinkAsync("node1");
        second.Hub.Send("node1", LinkFrame.Copy(LinkKind.RecordBatch, [1]));
        await Eventually.HoldsAsync(() => first.Log.Has("has ended: it sent what is not the protocol: node2 acknowledges 7 bytes of 3"));
        await Eventually.HoldsAsync(() => second.Log.Has("has ended: the other side says: node2 acknowledges 7 bytes of 3"));
    }

    [Fact]
    public async Task A_receiver_that_throws_costs_its_own_link_only_and_the_link_begins_anew()
    {
        await using var first = await StartAsync("node1");
        await using var second = await StartAsync("node2");
        second.OnFrame = (_, _) => throw new InvalidOperationException("a fault in a receiver");
        await first.WaitForLinkAsync("node2");
        var link = first.Hub.Find("node2")!;
        first.Hub.Send("node2", LinkFrame.Copy(LinkKind.RecordBatch, [1]));
        await Eventually.HoldsAsync(() => !link.IsOpen);
        second.OnFrame = null;
        await first.WaitForLinkAsync("node2");
        first.Hub.Send("node2", LinkFrame.Copy(LinkKind.RecordBatch, [2]));
        await Eventually.HoldsAsync(() => second.Received.Any(frame => frame.Payload is [2]));
    }

    private Task<LinkedNode> StartAsync(string node, LinkSettings? settings = null, long starts = 1) =>
        LinkedNode.StartAsync(LinkedNode.Identity(node, _voters, starts), settings);

    private sealed class Room : ILinkRoomListener
    {
        private readonly TaskCompletionSource _told = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool IsTold => _told.Task.IsCompleted;

        public void OnRoom(ILinkConnection connection) => _told.TrySetResult();

        public async Task<bool> IsThereAsync(TimeSpan patience) => await Task.WhenAny(_told.Task, Task.Delay(patience)) == _told.Task;
    }
}
