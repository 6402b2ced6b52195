using Rocket.Actors.Storage;
using Xunit;

namespace Rocket.Actors.Tests.Storage;

public sealed class ConcurrencyTests
{
    [Fact]
    public void A_hundred_logs_share_sixteen_open_files()
    {
        var path = Directory.CreateTempSubdirectory("rocket-many-").FullName;
        try
        {
            var handles = new OpenFiles(16);
            var root = new FileDirectory(path, handles);
            var logs = Open();
            using var batch = new LogBatch();
            for (var round = 0; round < 3; round++)
            {
                foreach (var log in logs)
                {
                    Append(log, batch, 20);
                    Assert.InRange(handles.Count, 1, 16);
                }
            }

            Check();
            foreach (var log in logs)
            {
                log.Checkpoint();
            }

            Check();
            foreach (var log in logs)
            {
                log.Dispose();
            }

            Assert.Equal(0, handles.Count);
            logs = Open();
            Check();
            foreach (var log in logs)
            {
                log.Dispose();
            }

            RecordLog[] Open() => [.. Enumerable.Range(0, 100).Select(i => RecordLog.Open(
                root.Directory($"TopicTest@{i}"), $"TopicTest@{i}", new LogOptions(SegmentSize: 4096), new TestIndexer(), TimeProvider.System, null))];

            void Check()
            {
                Parallel.ForEach(logs, log => Assert.Equal(60, ReadAll(log.Reader, 0)));
                Assert.InRange(handles.Count, 1, 16);
            }
        }
        finally
        {
            Directory.Delete(path, recursive: true);
        }
    }

    [Fact]
    public async Task Readers_see_whole_records_while_others_write_flush_and_drop()
    {
        using var scenario = new LogScenario(new LogOptions(SegmentSize: 16 * 1024, CheckpointEvery: 32 * 1024), maxOpenFiles: 8);
        var log = scenario.Log;
        using var stop = new CancellationTokenSource();
        using var progress = new CountdownEvent(4);
        var others = Enumerable.Range(0, 4).Select(i => Task.Factory.StartNew(
            () => Repeat(i == 0 ? () => FlushAndDrop(log) : () => Read(log), progress, stop.Token),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)).ToArray();
        using (var batch = new LogBatch())
        {
            for (var i = 0; i < 500 || (!progress.IsSet && !others.Any(other => other.IsFaulted)); i++)
            {
                Append(log, batch, 10);
            }
        }

        await stop.CancelAsync();
        await Task.WhenAll(others);
        Assert.Null(log.Poisoned);
        FlushAndDrop(log);
        Assert.True(log.Watermarks.MinimumOffset > 0);
        scenario.Reopen().ExpectAll(log.Watermarks.MinimumOffset, log.Watermarks.AppendedOffset);
    }

    [Fact]
    public async Task Segments_that_are_told_while_others_write_are_whole_and_follow_one_another()
    {
        using var scenario = new LogScenario(new LogOptions(SegmentSize: 4096), maxOpenFiles: 64);
        var log = scenario.Log;
        using var stop = new CancellationTokenSource();
        using var progress = new CountdownEvent(8);
        var others = Enumerable.Range(0, 8).Select(i => Task.Factory.StartNew(
            () => Repeat(() => ExpectWhole(i % 2 == 0 ? log.SealedSegments : log.Segments, areSealed: i % 2 == 0), progress, stop.Token),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)).ToArray();
        using (var batch = new LogBatch())
        {
            for (var i = 0; i < 3000 || (!progress.IsSet && !others.Any(other => other.IsFaulted)); i++)
            {
                Append(log, batch, 10);
                if (log.Segments.Count > 4)
                {
                    log.Flush();
                    log.DropSegmentsBefore(log.Segments[2].First.Position);
                }
            }
        }

        await stop.CancelAsync();
        await Task.WhenAll(others);
    }

    private static void ExpectWhole(IReadOnlyList<SegmentInfo> segments, bool areSealed)
    {
        LogPoint? end = null;
        foreach (var segment in segments)
        {
            Assert.True(segment.End.Offset > segment.First.Offset && (end is null || segment.First == end), $"{string.Join(", ", segments)}");
            Assert.Equal(LogScenario.FirstTimestamp + segment.End.Offset - 1, segment.NewestStoreTimestamp);
            Assert.True(segment.IsSealed || !areSealed);
            end = segment.End;
        }
    }

    /// <summary>Does something again and again, and says when it has been done five times.</summary>
    private static void Repeat(Action action, CountdownEvent progress, CancellationToken stop)
    {
        for (var done = 0; !stop.IsCancellationRequested; done++)
        {
            if (done == 5)
            {
                progress.Signal();
            }

            action();
        }
    }

    private static void Append(RecordLog log, LogBatch batch, int count)
    {
        batch.Begin(log, 1);
        for (var i = 0; i < count; i++)
        {
            var offset = batch.NextOffset;
            batch.Add(LogScenario.Payload(offset));
            batch.Seal((int)(offset % 3), LogScenario.FirstTimestamp + offset, [(ulong)(offset % 10), (ulong)(1000 + offset)]);
        }

        log.Append(batch);
        batch.Clear();
    }

    private static void Read(RecordLog log)
    {
        try
        {
            var first = log.Watermarks.MinimumOffset;
            ReadAll(log.Reader, first);
            var last = log.Watermarks.AppendedOffset - 1;
            if (last < first)
            {
                return;
            }

            var found = new long[2];
            Assert.Equal(1, log.Reader.FindByKey((ulong)(1000 + last), 0, long.MaxValue, found));
            Assert.Equal(last, found[0]);
            Assert.Equal(last, log.Reader.OffsetByTime(LogScenario.FirstTimestamp + last));
        }
        catch (OffsetBelowMinimumException)
        {
            // The documented answer to reading what is dropped at that moment.
        }
    }

    private static void FlushAndDrop(RecordLog log)
    {
        var point = log.Flush();
        Assert.True(log.Watermarks.FlushedOffset >= point.Offset);
        if (log.Segments.Count > 8)
        {
            log.DropSegmentsBefore(log.Segments[2].First.Position);
        }
    }

    private static long ReadAll(LogReader reader, long offset)
    {
        var entries = new IndexEntry[32];
        var payloads = new byte[32 * 200];
        var first = offset;
        for (int count; (count = reader.ReadIndex(offset, entries)) > 0; offset += count)
        {
            reader.ReadPayloads(entries.AsSpan(0, count), payloads);
            var place = 0;
            for (var i = 0; i < count; place += entries[i++].Size)
            {
                Assert.True(payloads.AsSpan(place, entries[i].Size).SequenceEqual(LogScenario.Payload(offset + i)));
            }
        }

        return offset - first;
    }
}
