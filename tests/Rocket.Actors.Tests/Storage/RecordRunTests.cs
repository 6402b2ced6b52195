using Rocket.Actors.Storage;
using Xunit;

namespace Rocket.Actors.Tests.Storage;

/// <summary>Records that travel from a log to a copy of it.</summary>
public sealed class RecordRunTests
{
    private static readonly LogOptions SmallSegments = new(SegmentSize: 4096);

    [Theory]
    [InlineData(1)]
    [InlineData(500)]
    [InlineData(1 << 20)]
    public void A_copy_has_the_same_records_index_and_keys_at_the_same_positions(int maxBytes)
    {
        using var original = new LogScenario(SmallSegments);
        for (var i = 0; i < 30; i++)
        {
            original.Append(7, epoch: 1 + (i / 10));
        }

        original.Log.Checkpoint();
        using var copy = new LogScenario(new LogOptions(SegmentSize: 9000));
        CopyAll(original, copy, maxBytes);

        Assert.Equal(original.Log.Watermarks.Appended, copy.Log.Watermarks.Appended);
        Assert.Equal(3, copy.Log.LastEpoch);
        copy.ExpectAll(0, 210);
        var found = new long[30];
        Assert.Equal(21, copy.Reader.FindByKey(4, 0, long.MaxValue, found));
        Assert.Equal(1, copy.Reader.FindByKey(1123, 0, long.MaxValue, found));
        Assert.Equal(123, found[0]);
        copy.Reopen().ExpectAll(0, 210);
    }

    [Fact]
    public void A_batch_is_a_run_that_a_copy_takes_as_it_is()
    {
        using var original = new LogScenario();
        using var copy = new LogScenario();
        using var batch = new LogBatch();
        batch.Begin(original.Log, 4);
        batch.Add(LogScenario.Payload(0));
        batch.Seal(0, LogScenario.FirstTimestamp, [0, 1000]);
        original.Log.Append(batch);
        copy.Log.AppendCopy(batch.Run, 4);

        copy.ExpectAll(0, 1);
        Assert.Equal(4, copy.Log.LastEpoch);
    }

    [Fact]
    public void A_copy_may_begin_where_older_records_are_gone()
    {
        using var original = new LogScenario(SmallSegments);
        for (var i = 0; i < 20; i++)
        {
            original.Append(10);
        }

        original.Log.Checkpoint();
        original.Log.DropSegmentsBefore(original.Log.Segments[2].First.Position);
        using var copy = new LogScenario(SmallSegments);
        copy.Log.StartAt(original.Log.Watermarks.Minimum);
        CopyAll(original, copy, 2000);

        copy.ExpectAll(original.Log.Watermarks.MinimumOffset, 200);
        copy.Reopen().ExpectAll(original.Log.Watermarks.MinimumOffset, 200);
    }

    [Fact]
    public void Every_flipped_bit_of_a_run_is_refused_and_nothing_is_written()
    {
        using var original = new LogScenario();
        original.Append(3);
        using var runs = new RecordRunReader(original.Reader, new TestIndexer());
        var run = runs.Read(default, 1 << 20);
        var parts = new[] { run.Records.ToArray(), run.IndexEntries.ToArray(), run.KeyEntries.ToArray() };
        using var copy = new LogScenario();
        foreach (var part in parts)
        {
            for (var bit = 0; bit < part.Length * 8; bit += 3)
            {
                part[bit / 8] ^= (byte)(1 << (bit % 8));
                Assert.Throws<ForeignRecordsException>(() => copy.Log.AppendCopy(new RecordRun(default, 3, parts[0], parts[1], parts[2]), 1));
                part[bit / 8] ^= (byte)(1 << (bit % 8));
            }
        }

        Assert.Equal(default, copy.Log.Watermarks.Appended);
        Assert.Null(copy.Log.Poisoned);
    }

    [Fact]
    public void A_run_that_does_not_follow_the_last_record_is_refused()
    {
        using var original = new LogScenario();
        original.Append(6, epoch: 5);
        using var copy = new LogScenario();
        Assert.Throws<ForeignRecordsException>(() => Send(original, copy, original.PointOf(3), epoch: 5));
        Assert.Throws<ForeignRecordsException>(() => Send(original, copy, default, epoch: 4));
        Send(original, copy, default, epoch: 5);
        Assert.Throws<ForeignRecordsException>(() => Send(original, copy, default, epoch: 5));

        using var older = new LogScenario();
        older.Append(6, epoch: 3).Append(1, epoch: 4);
        Assert.Throws<ForeignRecordsException>(() => Send(older, copy, older.PointOf(6), epoch: 9));
        copy.ExpectAll(0, 6);
    }

    [Fact]
    public void The_end_of_an_epoch_is_found_wherever_it_is()
    {
        using var scenario = new LogScenario(SmallSegments);
        Assert.Equal(new EpochEnd(-1, default), scenario.Reader.EndOfEpoch(7));
        scenario.Append(50, epoch: 2).Append(1, epoch: 5).Append(40, epoch: 7).Append(30, epoch: 7);

        Assert.Equal(new EpochEnd(-1, default), scenario.Reader.EndOfEpoch(1));
        Assert.Equal(new EpochEnd(2, scenario.PointOf(50)), scenario.Reader.EndOfEpoch(2));
        Assert.Equal(new EpochEnd(2, scenario.PointOf(50)), scenario.Reader.EndOfEpoch(4));
        Assert.Equal(new EpochEnd(5, scenario.PointOf(51)), scenario.Reader.EndOfEpoch(6));
        Assert.Equal(new EpochEnd(7, scenario.Log.Watermarks.Appended), scenario.Reader.EndOfEpoch(7));
        Assert.Equal(new EpochEnd(7, scenario.Log.Watermarks.Appended), scenario.Reader.EndOfEpoch(long.MaxValue));

        scenario.Log.Checkpoint();
        scenario.Log.DropSegmentsBefore(scenario.PointOf(51).Position);
        var minimum = scenario.Log.Watermarks.Minimum;
        Assert.True(minimum.Offset > 0);
        Assert.Equal(new EpochEnd(-1, minimum), scenario.Reader.EndOfEpoch(minimum.Offset >= 50 ? 4 : 1));
    }

    private static void CopyAll(LogScenario original, LogScenario copy, int maxBytes)
    {
        using var runs = new RecordRunReader(original.Reader, new TestIndexer());
        for (var run = runs.Read(copy.Log.Watermarks.Appended, maxBytes); run.Count > 0; run = runs.Read(run.End, maxBytes))
        {
            copy.Log.AppendCopy(run, original.Log.LastEpoch);
        }
    }

    private static void Send(LogScenario from, LogScenario to, LogPoint first, long epoch)
    {
        using var runs = new RecordRunReader(from.Reader, new TestIndexer());
        to.Log.AppendCopy(runs.Read(first, 1 << 20), epoch);
    }
}
