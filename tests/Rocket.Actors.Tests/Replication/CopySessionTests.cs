using System.Collections.Concurrent;
using Akka.TestKit.Xunit2;
using Rocket.Actors.Links;
using Rocket.Actors.Replication;
using Rocket.Actors.Replication.Wire;
using Rocket.Actors.Storage;
using Xunit;

namespace Rocket.Actors.Tests.Replication;

public sealed class CopySessionTests : TestKit
{
    private readonly ReplicationRouter _router = new();
    private readonly ManualTime _time = new();
    private readonly byte[] _megabyte = new byte[1 << 20];

    [Fact]
    public void A_full_window_refuses_until_half_of_it_was_taken_and_each_log_is_told_once()
    {
        var (session, link, log) = Begin();
        var end = SendUntilRefused(session);
        Assert.InRange(session.Outstanding, CopySession.Window, CopySession.Window + (2 << 20));
        Assert.False(session.TrySend(0, Run(end), -1, default));
        Assert.Empty(log.Invited);

        link.Acknowledge(link.Next<SentRecords>());
        Assert.Empty(log.Invited);
        while (link.Count<SentRecords>() > 0)
        {
            link.Acknowledge(link.Next<SentRecords>());
        }

        Assert.Single(log.Invited);
        Assert.Equal(0, session.Outstanding);
        Assert.True(session.LacksNothing);
        Assert.True(session.TrySend(0, Run(end), -1, default));
        Assert.False(session.LacksNothing);
    }

    [Fact]
    public void A_full_link_refuses_until_it_has_room()
    {
        var (session, link, log) = Begin();
        link.IsFull = true;
        Assert.False(session.TrySend(0, Run(default), -1, default));
        Assert.False(session.TrySend(0, Run(default), -1, default));
        Assert.True(session.LacksNothing);
        Assert.Equal(0, session.Outstanding);
        link.Drain();
        Assert.Single(log.Invited);
        Assert.True(session.TrySend(0, Run(default), -1, default));
    }

    [Fact]
    public void Under_sync_flush_news_is_what_was_flushed()
    {
        var (session, link, _) = Begin(flushes: true);
        Assert.True(session.TrySend(0, Run(default), -1, default));
        var records = link.Next<SentRecords>();
        link.Acknowledge(0, records.End, default, records.Bytes);
        Assert.False(session.LacksNothing);
        Assert.Equal(long.MinValue, session.HeardAt);
        link.Acknowledge(records with { Bytes = 0 });
        Assert.True(session.LacksNothing);
        Assert.Equal(_time.GetTimestamp(), session.HeardAt);
    }

    [Theory]
    [InlineData(0, 2, 0, 0, "although nothing behind")]
    [InlineData(0, 1, 1_000_000_000, 0, "bytes of")]
    [InlineData(7, 1, 0, 0, "a log with the number 7, which has none")]
    [InlineData(0, 0, 0, 1, "cannot be flushed")]
    public void A_copy_that_acknowledges_what_it_was_not_sent_loses_its_link(int log, int appended, long taken, int flushed, string lie)
    {
        var (session, link, owner) = Begin();
        Assert.True(session.TrySend(0, Run(default), -1, default));
        var records = link.Next<SentRecords>();
        var violation = Assert.Throws<LinkViolationException>(() => link.Acknowledge(log, Behind(appended), Behind(flushed), taken == 0 ? records.Bytes : taken));
        Assert.Contains(lie, violation.Message, StringComparison.Ordinal);
        Assert.Equal(0, owner.Acknowledgements);
        Assert.False(session.LacksNothing);

        LogPoint Behind(int runs) => runs == 0 ? default : new LogPoint(runs * Run(default).End.Position, runs);
    }

    [Fact]
    public void What_was_acknowledged_is_never_taken_back()
    {
        var (session, link, _) = Begin();
        Assert.True(session.TrySend(0, Run(default), -1, default));
        var records = link.Next<SentRecords>();
        link.Acknowledge(0, records.End, default, records.Bytes);
        Assert.Contains("although it had acknowledged", Assert.Throws<LinkViolationException>(() => link.Acknowledge(0, default, default, 0)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_called_on_a_log_after_the_end()
    {
        var (session, link, log) = Begin();
        Assert.True(session.TrySend(0, Run(default), -1, default));
        session.End();
        link.Acknowledge(link.Next<SentRecords>());
        link.Drain();
        Assert.False(session.TrySend(0, Run(default), -1, default));
        Assert.Equal((1, 0, 0), (log.Endings, log.Acknowledgements, log.Invited.Count));
    }

    [Fact]
    public void Marks_are_told_as_they_are_written()
    {
        var (session, link, _) = Begin();
        session.SendMarks(0, 17, new LogPoint(300, 4));
        Assert.Equal(new Marks(session.Id, 0, 17, new LogPoint(300, 4)), link.Next<Marks>());
    }

    [Fact]
    public void Sending_and_acknowledging_allocate_nothing()
    {
        var (session, link, _) = Begin();
        var payload = new byte[1000];
        var at = default(LogPoint);
        var trips = new RoundTrip(session, link);
        for (var i = 0; i < 200; i++)
        {
            at = trips.Send(payload, at);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            at = trips.Send(payload, at);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private (CopySession Session, CopyLink Link, InvitedLog Log) Begin(bool flushes = false)
    {
        var link = new CopyLink("node2", _router);
        var session = new CopySession(link, flushes, TestActor, _time);
        var log = new InvitedLog();
        session.Add(0, log);
        _router.Register(session.Id, link, session);
        session.TrySend(new Follow("broker-a", default, session.Id, flushes));
        link.Next<Follow>();
        session.Expect(0, default);
        session.Begin(0, default);
        return (session, link, log);
    }

    private LogPoint SendUntilRefused(CopySession session)
    {
        var end = default(LogPoint);
        while (session.TrySend(0, Run(end), -1, default))
        {
            end = Run(end).End;
        }

        return end;
    }

    private RecordRun Run(LogPoint first) => new(first, 1, _megabyte, [], []);

    private sealed class InvitedLog : ICopiedLog
    {
        public ConcurrentQueue<ICopySession> Invited { get; } = new();

        public int Acknowledgements { get; private set; }

        public int Endings { get; private set; }

        public RecordLog Log => throw new NotSupportedException();

        public void Aligned(ICopySession session, int log, LogPoint at)
        {
        }

        public void Acknowledged(ICopySession session, LogPoint appended, LogPoint flushed) => Acknowledgements++;

        public void RoomAgain(ICopySession session) => Invited.Enqueue(session);

        public void Ended(ICopySession session) => Endings++;

        public void Count(string node, bool counts)
        {
        }
    }

    /// <summary>One batch there and its acknowledgement back.</summary>
    private sealed class RoundTrip(CopySession session, CopyLink link)
    {
        private readonly byte[] _ack = new byte[17 + 36];
        private long _taken;

        public LogPoint Send(byte[] payload, LogPoint at)
        {
            link.Swallows = true;
            var run = new RecordRun(at, 1, payload, [], []);
            Assert.True(session.TrySend(0, run, -1, default));
            _taken += RecordFrame.SizeOf(run);
            var frame = AckFrame.Rent(session.Id, _taken, [new LogAck(0, run.End, run.End)]);
            frame.Bytes[LinkFrameLayout.HeadBytes..].CopyTo(_ack);
            frame.Release();
            session.Acknowledged(_ack);
            return run.End;
        }
    }
}
