using Rocket.Actors.Storage;
using Xunit;

namespace Rocket.Actors.Tests.Storage;

public sealed class RecordLogTests
{
    private static readonly LogOptions SmallSegments = new(SegmentSize: 4096);

    [Fact]
    public void A_log_without_records_has_no_folder()
    {
        using var scenario = new LogScenario();
        scenario.Log.Flush();
        scenario.Log.Checkpoint(cleanStop: true);
        Assert.Empty(Directory.GetFileSystemEntries(scenario.Path));
        Assert.Equal(0, scenario.Reader.ReadIndex(0, new IndexEntry[1]));
        Assert.Equal(0, scenario.Reader.OffsetByTime(0));
        Assert.False(scenario.Reader.TryReadAt(0, out _));
    }

    [Fact]
    public void Appended_records_are_read_back_by_offset_and_by_position()
    {
        using var scenario = new LogScenario();
        scenario.Append(3).Append(64).ExpectAll(0, 67);

        var entries = new IndexEntry[67];
        scenario.Reader.ReadIndex(0, entries);
        Assert.Equal(0, entries[0].Position);
        Assert.All(entries.Zip(entries.Skip(1)), pair => Assert.Equal(pair.First.NextPosition, pair.Second.Position));
        Assert.True(scenario.Reader.TryReadAt(entries[42].Position, out var payload));
        Assert.Equal(LogScenario.Payload(42), payload);
        Assert.False(scenario.Reader.TryReadAt(entries[42].Position + 1, out _));
        Assert.False(scenario.Reader.TryReadAt(entries[66].NextPosition, out _));
        Assert.False(scenario.Reader.TryReadAt(-1, out _));
    }

    [Fact]
    public void Positions_do_not_depend_on_where_segments_end()
    {
        using var small = new LogScenario(SmallSegments);
        using var large = new LogScenario();
        for (var i = 0; i < 20; i++)
        {
            small.Append(10);
            large.Append(10);
        }

        Assert.True(small.Log.Segments.Count > 3);
        Assert.Single(large.Log.Segments);
        Assert.Equal(large.Log.Watermarks.Appended, small.Log.Watermarks.Appended);
        small.ExpectAll(0, 200);
    }

    [Fact]
    public void A_batch_that_does_not_fit_begins_a_new_segment_and_is_not_split()
    {
        using var scenario = new LogScenario(SmallSegments);
        scenario.Append(30).Append(10).Append(100);
        Assert.Equal([30, 40, 140], scenario.Log.Segments.Select(segment => segment.End.Offset));
        Assert.Equal([true, true, false], scenario.Log.Segments.Select(segment => segment.IsSealed));
        Assert.Equal(LogScenario.FirstTimestamp + 39, scenario.Log.Segments[1].NewestStoreTimestamp);
        scenario.ExpectAll(0, 140);
    }

    [Fact]
    public void Payloads_are_read_together_in_any_choice_and_into_any_room()
    {
        using var scenario = new LogScenario(SmallSegments);
        for (var i = 0; i < 20; i++)
        {
            scenario.Append(10);
        }

        var all = new IndexEntry[200];
        scenario.Reader.ReadIndex(0, all);
        foreach (var choice in (IEnumerable<int[]>)[[0], [5, 6, 7], [0, 2, 4, 5, 6, 199], [199, 0], [.. Enumerable.Range(0, 200)]])
        {
            var entries = choice.Select(i => all[i]).ToArray();
            var expected = choice.SelectMany(i => LogScenario.Payload(i)).ToArray();
            foreach (var room in new[] { 0, 1, 16, 16 * choice.Length, 10_000 })
            {
                var destination = new byte[expected.Length + room];
                scenario.Reader.ReadPayloads(entries, destination);
                Assert.Equal(expected, destination[..expected.Length]);
            }

            Assert.Throws<ArgumentException>(() => scenario.Reader.ReadPayloads(entries, new byte[expected.Length - 1]));
        }
    }

    [Fact]
    public void Large_records_are_read_whole()
    {
        using var scenario = new LogScenario();
        foreach (var size in new[] { 60_000, 65_536, 300_000, 4_000_000 })
        {
            scenario.Append(1, size);
            var entry = new IndexEntry[1];
            scenario.Reader.ReadIndex(scenario.Log.Watermarks.AppendedOffset - 1, entry);
            var payload = new byte[size];
            scenario.Reader.ReadPayload(entry[0], payload);
            Assert.Equal(LogScenario.Payload(scenario.Log.Watermarks.AppendedOffset - 1, size), payload);
        }
    }

    [Fact]
    public void The_first_offset_of_a_time_is_found()
    {
        using var scenario = new LogScenario(SmallSegments);
        for (var i = 0; i < 20; i++)
        {
            scenario.Append(10);
        }

        Assert.Equal(0, scenario.Reader.OffsetByTime(0));
        for (var offset = 0; offset < 200; offset++)
        {
            Assert.Equal(offset, scenario.Reader.OffsetByTime(LogScenario.FirstTimestamp + offset));
        }

        Assert.Equal(200, scenario.Reader.OffsetByTime(LogScenario.FirstTimestamp + 200));
        Assert.Equal(200, scenario.Reader.OffsetByTime(long.MaxValue));
    }

    [Fact]
    public void Records_are_found_by_key_newest_first_in_sorted_and_unsorted_segments()
    {
        using var scenario = new LogScenario(SmallSegments);
        for (var i = 0; i < 20; i++)
        {
            scenario.Append(10);
        }

        Check();
        scenario.Log.Checkpoint();
        Check();
        scenario.Reopen();
        Check();

        void Check()
        {
            var found = new long[64];
            Assert.Equal(20, scenario.Reader.FindByKey(7, 0, long.MaxValue, found));
            Assert.Equal(Enumerable.Range(0, 20).Select(i => 197L - (10 * i)), found.Take(20));
            Assert.Equal(3, scenario.Reader.FindByKey(7, 0, long.MaxValue, found.AsSpan(0, 3)));
            Assert.Equal([197L, 187L, 177L], found[..3]);
            Assert.Equal(1, scenario.Reader.FindByKey(1000 + 123, 0, long.MaxValue, found));
            Assert.Equal(123, found[0]);
            Assert.Equal(0, scenario.Reader.FindByKey(99, 0, long.MaxValue, found));
            const long first = LogScenario.FirstTimestamp;
            Assert.Equal(2, scenario.Reader.FindByKey(7, first + 17, first + 36, found));
            Assert.Equal([27L, 17L], found[..2]);
        }
    }

    [Fact]
    public void A_scan_meets_every_record_with_its_epoch_and_can_go_on_later()
    {
        using var scenario = new LogScenario(SmallSegments);
        for (var i = 0; i < 10; i++)
        {
            scenario.Append(10, epoch: i);
        }

        using var scanner = scenario.Reader.Scan(0);
        var offset = 0L;
        while (scanner.MoveNext())
        {
            Check(scanner.Current);
        }

        Assert.Equal(100, offset);
        scenario.Append(50, epoch: 10);
        while (scanner.MoveNext())
        {
            Check(scanner.Current);
        }

        Assert.Equal(150, offset);

        Assert.False(scenario.Reader.Scan(scenario.Log.Watermarks.AppendedPosition).MoveNext());
        Assert.Throws<ArgumentException>(() => scenario.Reader.Scan(1));

        void Check(LogRecord record)
        {
            Assert.Equal(offset, record.Offset);
            Assert.Equal(offset / 10 > 10 ? 10 : offset / 10, record.Epoch);
            Assert.Equal(LogScenario.Payload(offset), record.Payload.ToArray());
            Assert.True(scenario.Reader.TryFindAt(record.Position, out var found, out _));
            Assert.Equal(offset++, found);
        }
    }

    [Fact]
    public void A_flush_raises_the_flushed_watermark_to_what_was_appended()
    {
        using var scenario = new LogScenario(SmallSegments);
        scenario.Append(10);
        Assert.Equal(default, scenario.Log.Watermarks.Flushed);
        Assert.Equal(scenario.Log.Watermarks.Appended, scenario.Log.Flush());
        for (var i = 0; i < 10; i++)
        {
            scenario.Append(10);
        }

        Assert.Equal(10, scenario.Log.Watermarks.FlushedOffset);
        scenario.Log.Flush();
        Assert.Equal(110, scenario.Log.Watermarks.FlushedOffset);
    }

    [Fact]
    public void A_process_that_was_killed_loses_nothing_that_was_appended()
    {
        using var scenario = new LogScenario(SmallSegments);
        for (var i = 0; i < 5; i++)
        {
            scenario.Append(10).Reopen().ExpectAll(0, 10 * (i + 1));
        }

        scenario.Log.Flush();
        for (var i = 5; i < 20; i++)
        {
            scenario.Append(10).Reopen().ExpectAll(0, 10 * (i + 1));
            if (i % 4 == 0)
            {
                scenario.Log.Checkpoint();
            }
        }

        Assert.DoesNotContain(scenario.Report, line => line.Contains("cut", StringComparison.Ordinal));
    }

    [Fact]
    public void Opening_reads_no_records_before_the_last_checkpoint_but_the_last()
    {
        using var scenario = new LogScenario();
        scenario.Append(1000);
        scenario.Log.Checkpoint();
        scenario.Append(10).Reopen().ExpectAll(0, 1010);
        Assert.Equal(11, scenario.Indexer.Described);
        Assert.Equal(10 * 116, scenario.Log.Recovery.TailBytes);
        scenario.Log.Checkpoint(cleanStop: true);
        scenario.Reopen();
        Assert.Equal(1, scenario.Indexer.Described);
        Assert.True(scenario.Log.Recovery.WasStoppedCleanly);
        scenario.Append(1).Reopen().ExpectAll(0, 1011);
        Assert.False(scenario.Log.Recovery.WasStoppedCleanly);
    }

    [Fact]
    public void Dropping_segments_raises_the_minimum_and_deletes_their_files()
    {
        using var scenario = new LogScenario(SmallSegments);
        for (var i = 0; i < 20; i++)
        {
            scenario.Append(10);
        }

        var segments = scenario.Log.Segments;
        Assert.Equal(0, scenario.Log.DropSegmentsBefore(segments[0].End.Position - 1));
        Assert.Equal(2, scenario.Log.DropSegmentsBefore(segments[1].End.Position));
        scenario.ExpectAll(60, 200);
        Assert.Throws<OffsetBelowMinimumException>(() => scenario.Reader.ReadIndex(59, new IndexEntry[1]));
        Assert.False(scenario.Reader.TryReadAt(0, out _));
        Assert.Equal(60, scenario.Reader.OffsetByTime(0));
        Assert.DoesNotContain(scenario.Files, name => name.StartsWith("00000000000000000000", StringComparison.Ordinal));
        scenario.Reopen().ExpectAll(60, 200);

        var dropped = scenario.Log.DropSegments(segment => segment.NewestStoreTimestamp < LogScenario.FirstTimestamp + 125);
        Assert.Equal(2, dropped);
        scenario.ExpectAll(120, 200);
        Assert.Equal(2, scenario.Log.DropSegments(_ => true));
        scenario.ExpectAll(180, 200);
        scenario.Append(10).Reopen().ExpectAll(180, 210);
    }

    [Fact]
    public void Complete_segments_are_read_from_the_disk_once_and_the_active_one_never()
    {
        using var scenario = new LogScenario(SmallSegments);
        scenario.Append(10);
        var disk = new CountingDirectory(scenario.Root.Directory("log"));
        scenario.Close();
        using var log = RecordLog.Open(disk, LogScenario.Name, scenario.Options, new TestIndexer(), TimeProvider.System, null);
        Assert.Empty(log.SealedSegments);

        using var batch = new LogBatch();
        for (var offset = 10; offset < 100; offset++)
        {
            batch.Begin(log, 1);
            batch.Add(LogScenario.Payload(offset));
            batch.Seal(0, LogScenario.FirstTimestamp + offset, []);
            log.Append(batch);
            batch.Clear();
        }

        IReadOnlyList<SegmentInfo> complete = [];
        Assert.Equal((2, 0, 0), disk.During(() => complete = log.SealedSegments));
        Assert.Equal((0, 0, 0), disk.During(() => Assert.Equal(complete, log.SealedSegments)));
        Assert.Equal(log.Segments.SkipLast(1), complete);
        Assert.All(complete, segment => Assert.Equal(LogScenario.FirstTimestamp + segment.End.Offset - 1, segment.NewestStoreTimestamp));
        Assert.Equal("00000000000000000000.log", complete[0].FileName);
        log.DropSegmentsBefore(complete[0].End.Position);
        Assert.Equal([complete[1]], log.SealedSegments);
    }

    [Fact]
    public void A_deletion_that_a_crash_cut_short_is_finished_and_told_at_the_next_opening()
    {
        using var scenario = new LogScenario(SmallSegments);
        for (var i = 0; i < 10; i++)
        {
            scenario.Append(10);
        }

        var first = scenario.Log.Segments[0];
        var kept = scenario.Files.Where(name => name.StartsWith("00000000000000000000", StringComparison.Ordinal))
            .ToDictionary(name => name, name => File.ReadAllBytes(scenario.FileOf(name)));
        scenario.Log.DropSegmentsBefore(first.End.Position);
        scenario.Close();
        foreach (var (name, bytes) in kept)
        {
            File.WriteAllBytes(scenario.FileOf(name), bytes);
        }

        scenario.Reopen().ExpectAll(first.End.Offset, 100);
        Assert.DoesNotContain(scenario.Files, kept.ContainsKey);
        Assert.Contains("deleted segment 00000000000000000000.log: its deletion was cut short before", scenario.Report);
        scenario.Reopen();
        Assert.DoesNotContain(scenario.Report, line => line.Contains("deleted", StringComparison.Ordinal));
    }

    [Fact]
    public void A_log_may_begin_elsewhere_than_at_zero()
    {
        using var scenario = new LogScenario(SmallSegments);
        var start = new LogPoint((5L << 40) - 1000, 1_000_000);
        scenario.Log.StartAt(start);
        Assert.Equal(1_000_000, scenario.Reader.OffsetByTime(0));
        for (var i = 0; i < 10; i++)
        {
            scenario.Append(10);
        }

        scenario.ExpectAll(1_000_000, 1_000_100);
        Assert.Throws<InvalidOperationException>(() => scenario.Log.StartAt(start));
        scenario.Reopen().ExpectAll(1_000_000, 1_000_100);
        scenario.Log.Checkpoint();
        scenario.Reopen().ExpectAll(1_000_000, 1_000_100);
        Assert.Equal(start, scenario.Log.Watermarks.Minimum);
    }

    [Fact]
    public void Batches_must_follow_the_log_and_epochs_must_not_go_back()
    {
        using var scenario = new LogScenario();
        scenario.Append(1, epoch: 5);
        using var batch = new LogBatch();
        Assert.Throws<InvalidOperationException>(() => batch.Add(10));
        Assert.Throws<ArgumentOutOfRangeException>(() => batch.Begin(scenario.Log, 4));
        batch.Begin(scenario.Log, 5);
        Assert.Throws<ArgumentOutOfRangeException>(() => batch.Add(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => batch.Add(scenario.Options.MaxRecordSize + 1));
        Assert.Throws<InvalidOperationException>(() => batch.Seal(0, 0, []));
        batch.Add(TestRecord.Make(1));
        Assert.Throws<InvalidOperationException>(() => batch.Add(10));
        Assert.Throws<InvalidOperationException>(() => scenario.Log.Append(batch));
        Assert.Throws<ArgumentOutOfRangeException>(() => batch.Seal(0, -1, []));
        Assert.Throws<ArgumentOutOfRangeException>(() => batch.Seal(0, 1L << 48, []));
        batch.Seal(0, 0, []);
        scenario.Append(1, epoch: 5);
        Assert.Throws<InvalidOperationException>(() => scenario.Log.Append(batch));
        scenario.ExpectAll(0, 2);
    }
}
