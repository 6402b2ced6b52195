using Akka.Persistence;
using Rocket.Actors.Metadata.Journal;
using Rocket.Actors.Storage;
using Xunit;

namespace Rocket.Actors.Tests.Metadata.Journal;

/// <summary>With segments of 4 KiB, so that a few hundred events fill several.</summary>
public sealed class MetadataCompactionTests() : MetadataPluginKit(segmentSize: 4096)
{
    private const string Name = "broker-a";

    [Fact]
    public void A_snapshot_and_the_deletion_of_what_is_older_drop_old_segments()
    {
        Write(Name, 1, 500);
        var before = SegmentFiles.Length;
        Assert.True(before > 5);
        SaveSnapshot(Name, 500, "all of it");
        Assert.Equal(before, SegmentFiles.Length);

        DeleteEvents(Name, 500);
        Assert.True(SegmentFiles.Length <= 2, $"{SegmentFiles.Length} segments are left.");
        Assert.True(OpenLog.Bytes < 8192);

        ReopenAfterKill();
        Assert.Equal("all of it", LoadSnapshot(Name)!.Snapshot);
        Assert.Equal(500, Replay(Name).Highest);
        Write(Name, 501, 502);
        Assert.Equal([501L, 502L], NumbersOf(Name));
    }

    [Fact]
    public void Live_events_of_another_name_hold_segments_back()
    {
        Write("slow", 1, 1);
        Write(Name, 1, 500);
        DeleteEvents(Name, 500);
        var before = SegmentFiles.Length;
        Assert.True(before > 5);
        Assert.Equal([1L], NumbersOf("slow"));

        DeleteEvents("slow", 1);
        Assert.True(SegmentFiles.Length < before);
        Assert.Equal((1L, 500L), (Replay("slow").Highest, Replay(Name).Highest));
    }

    [Fact]
    public void An_older_snapshot_holds_segments_back_until_it_is_deleted()
    {
        SaveSnapshot(Name, 1, "old");
        Write(Name, 2, 500);
        SaveSnapshot(Name, 500, "new");
        DeleteEvents(Name, 500);
        var before = SegmentFiles.Length;
        DeleteSnapshots(Name, new SnapshotSelectionCriteria(499));
        Assert.True(SegmentFiles.Length < before);
        Assert.Equal("new", LoadSnapshot(Name)!.Snapshot);
    }

    [Fact]
    public void A_log_that_is_compacted_again_and_again_stays_small()
    {
        for (var round = 0; round < 30; round++)
        {
            Write(Name, (round * 100) + 1, (round * 100) + 100);
            SaveSnapshot(Name, (round * 100) + 100, $"snapshot {round}");
            DeleteEvents(Name, (round * 100) + 100);
            DeleteSnapshots(Name, new SnapshotSelectionCriteria((round * 100) + 99));
            Assert.True(OpenLog.Bytes < 32 * 1024, $"{OpenLog.Bytes} bytes in round {round}.");
            if (round % 10 == 9)
            {
                ReopenAfterKill();
            }
        }

        Assert.Equal("snapshot 29", LoadSnapshot(Name)!.Snapshot);
        Assert.Equal(3000, Replay(Name).Highest);
    }

    [Fact]
    public void Without_flushing_every_write_a_compaction_flushes_before_it_drops_anything()
    {
        Logs.Close("broker-a", Epoch);
        Logs.Open("broker-a", Epoch, MetadataCopies.None(Records, flushes: false), TimeProvider.System);
        Write(Name, 1, 500);
        SaveSnapshot(Name, 500, "all of it");
        Assert.True(Records.Watermarks.Flushed.Position < Records.Watermarks.Appended.Position);

        DeleteEvents(Name, 500);
        Assert.True(Records.Watermarks.MinimumPosition > 0);
        Assert.Equal(Records.Watermarks.Appended, Records.Watermarks.Flushed);
    }

    [Fact]
    public void A_torn_tail_is_cut_and_the_events_before_it_are_kept()
    {
        Write(Name, 1, 10);
        Records.Checkpoint();
        Write(Name, 11, 12);
        ReopenAfterKill(() =>
        {
            using var file = File.OpenWrite(SegmentFiles[^1]);
            file.SetLength(file.Length - 3);
        });
        Assert.Equal(Numbers(1, 11), NumbersOf(Name));
        Assert.NotEmpty(Report);
        Write(Name, 12, 13);
        Assert.Equal(Numbers(1, 13), NumbersOf(Name));
    }

    [Fact]
    public void A_damaged_event_fails_the_opening_and_names_log_and_position()
    {
        Write(Name, 1, 10);
        Records.Checkpoint();
        Exception? failure = null;
        try
        {
            ReopenAfterKill(() =>
            {
                using var file = new FileStream(SegmentFiles[0], FileMode.Open);
                file.Position = 200;
                var flipped = (byte)(file.ReadByte() ^ 1);
                file.Position = 200;
                file.WriteByte(flipped);
            });
        }
        catch (Exception damaged) when (damaged is DamagedRecordException or DamagedLogException)
        {
            failure = damaged;
        }

        Assert.Contains("position", failure?.Message ?? "nothing failed", StringComparison.Ordinal);
    }
}
