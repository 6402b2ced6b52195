using System.Collections.Concurrent;
using Rocket.Actors.Metadata.Journal;
using Rocket.Actors.Queues;
using Rocket.Actors.Replication;
using Rocket.Actors.Storage;
using Xunit;

namespace Rocket.Actors.Tests.Metadata.Journal;

/// <summary>The journal writes on one thread, the broker flushes on another one, and a third reads for copies that are behind.</summary>
public sealed class MetadataCopiesTests : IDisposable
{
    private const int Records = 3000;

    private readonly string _path = Directory.CreateTempSubdirectory("rocket-metadata-copies-").FullName;
    private readonly FlushThreads _threads = new(1);
    private readonly RecordLog _log;

    public MetadataCopiesTests() =>
        _log = RecordLog.Open(new FileDirectory(_path, 16), "broker-a metadata", new LogOptions(1 << 20, 64 * 1024, CheckpointEvery: 16 * 1024), new MetadataRecordIndexer(), TimeProvider.System, _ => { });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Whoever_writes_flushes_and_reads_at_once_the_copy_is_sent_everything_once_and_in_order(bool flushes)
    {
        var copies = new MetadataCopies(_log, flushes, _threads, hasCopies: true);
        copies.Begin([]);
        var session = CountingSession.Begin(copies);
        var flusher = Task.Run(() =>
        {
            while (_log.Watermarks.AppendedOffset < Records)
            {
                copies.Flush();
            }
        });

        for (var written = 0; written < Records; written++)
        {
            if (written % 100 == 50)
            {
                session = CountingSession.Begin(copies);
            }

            await AppendAsync(copies);
        }

        await flusher;
        await session.HasAllAsync(Records);
    }

    [Fact]
    public async Task A_copy_that_is_aligned_before_it_is_known_who_counts_is_sent_everything()
    {
        var before = MetadataCopies.None(_log, flushes: false);
        await AppendAsync(before);
        var copies = new MetadataCopies(_log, flushes: false, _threads, hasCopies: true);
        var session = CountingSession.Begin(copies);
        copies.Begin([]);
        await AppendAsync(copies);
        await session.HasAllAsync(2);
    }

    public void Dispose()
    {
        _threads.Dispose();
        _log.Dispose();
        Directory.Delete(_path, recursive: true);
    }

    private async Task AppendAsync(MetadataCopies copies)
    {
        using var batch = new LogBatch();
        batch.Begin(_log, 1);
        var record = new EventsDeletionRecord("broker-a", 1, 1);
        record.Write(batch.Add(record.Size), storedAt: 0);
        batch.Seal(tagHash: 0, 0, keyHashes: []);
        await copies.Append(batch).WaitAsync(TimeSpan.FromSeconds(20));
    }

    /// <summary>A copy that counts what it is sent, and that the link has room for now and then only.</summary>
    private sealed class CountingSession(MetadataCopies copies) : ICopySession
    {
        private readonly BlockingCollection<(long First, long End)> _received = [];
        private readonly ConcurrentQueue<LogPoint> _unacknowledged = [];
        private readonly Lock _inOrder = new();
        private string? _failure;

        public string Node => "node2";

        public static CountingSession Begin(MetadataCopies copies)
        {
            var session = new CountingSession(copies);
            copies.Aligned(session, 0, default);
            return session;
        }

        public bool TrySend(int log, in RecordRun run, long visibleOffset, LogPoint minimum)
        {
            if (Random.Shared.Next(4) == 0)
            {
                // Said from another thread, and perhaps before this call has returned.
                ThreadPool.QueueUserWorkItem(_ => copies.RoomAgain(this));
                return false;
            }

            _received.Add((run.First.Offset, run.End.Offset));
            _unacknowledged.Enqueue(run.End);
            ThreadPool.QueueUserWorkItem(_ => Acknowledge());
            return true;
        }

        public void SendMarks(int log, long visibleOffset, LogPoint minimum)
        {
        }

        public void CaughtUp(int log)
        {
        }

        public void HoldsVisible(int log)
        {
        }

        public void Lost(int log) => _failure = "records are gone";

        public void CannotRead(int log, LogPoint from, string reason) => _failure = $"cannot read from {from}: {reason}";

        /// <summary>Ends once the copy has everything; fails if it was sent something twice or out of order.</summary>
        public async Task HasAllAsync(long offset)
        {
            await Task.Run(() =>
            {
                for (var next = 0L; next < offset;)
                {
                    Assert.True(_received.TryTake(out var run, TimeSpan.FromSeconds(20)), $"nothing came behind {next} of {offset}; {_failure}");
                    Assert.Equal(next, run.First);
                    next = run.End;
                }
            });
            Assert.Null(_failure);
        }

        private void Acknowledge()
        {
            lock (_inOrder)
            {
                while (_unacknowledged.TryDequeue(out var end))
                {
                    copies.Acknowledged(this, end, default);
                }
            }
        }
    }
}
