using Akka.Persistence;
using Rocket.Actors.Metadata.Journal;
using Rocket.Actors.Storage;
using Xunit;

namespace Rocket.Actors.Tests.Metadata.Journal;

/// <summary>The bytes of each kind of record. They are on disks: lines are added here, never changed.</summary>
public sealed class MetadataRecordLayoutTests : MetadataPluginKit
{
    private static readonly DateTime MadeAt = new(0x08DD_0000_0000_0000, DateTimeKind.Utc);

    [Fact]
    public void An_atomic_write_of_one_event() =>
        AssertStored(
            () => Write("n", 1, 1),
            "01" + "01" + "{at}" + "0000000000000001" + "0001" + "6E"
            + "0000000000000001" + "0006" + "777269746572" + "00000001"
            + "0000000000000001" + "00000001" + "0000" + "0000" + "00000005" + "226E2D3122");

    [Fact]
    public void A_deletion_of_events() =>
        AssertStored(
            () =>
            {
                Write("n", 1, 3);
                DeleteEvents("n", 2);
            },
            "01" + "02" + "{at}" + "0000000000000002" + "0001" + "6E" + "0000000000000003");

    [Fact]
    public void A_snapshot() =>
        AssertStored(
            () => SaveSnapshot("n", 7, "s", MadeAt),
            "01" + "03" + "{at}" + "0000000000000007" + "0001" + "6E" + "08DD000000000000" + "00000001" + "0000" + "227322");

    [Fact]
    public void A_deletion_of_snapshots() =>
        AssertStored(
            () =>
            {
                SaveSnapshot("n", 7, "s", MadeAt);
                DeleteSnapshots("n", new SnapshotSelectionCriteria(9, MadeAt.AddTicks(1), 2, MadeAt.AddTicks(-1)));
            },
            "01" + "04" + "{at}" + "0000000000000009" + "0001" + "6E" + "0000000000000002" + "08DCFFFFFFFFFFFF" + "08DD000000000001");

    [Fact]
    public void The_indexer_finds_the_time_that_the_writer_noted()
    {
        Write("n", 1, 1);
        var entry = new IndexEntry[1];
        Assert.Equal(1, Records.Reader.ReadIndex(0, entry));
        var payload = LastRecord();
        var description = default(RecordDescription);
        Assert.True(new MetadataRecordIndexer().TryDescribe(payload, 0, ref description));
        Assert.Equal((entry[0].StoreTimestamp, entry[0].TagHash, 0), (description.StoreTimestamp, description.TagHash, description.KeyHashes.Length));
    }

    [Fact]
    public void The_indexer_refuses_what_is_no_metadata_and_keeps_what_is_newer()
    {
        Write("n", 1, 1);
        var payload = LastRecord();
        var description = default(RecordDescription);
        payload[0] = 2;
        Assert.True(new MetadataRecordIndexer().TryDescribe(payload, 0, ref description));
        payload[0] = 0;
        Assert.False(new MetadataRecordIndexer().TryDescribe(payload, 0, ref description));
        Assert.False(new MetadataRecordIndexer().TryDescribe(payload.AsSpan(..17), 0, ref description));
    }

    [Fact]
    public void A_record_of_a_newer_format_refuses_the_log()
    {
        Write("n", 1, 1);
        var newer = LastRecord();
        newer[0] = 2;
        using (var batch = new LogBatch())
        {
            batch.Begin(Records, Epoch.Value);
            batch.Add(newer);
            batch.Seal(0, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), []);
            Records.Append(batch);
        }

        Logs.Close("broker-a", Epoch);
        var refused = Assert.Throws<NewerFormatException>(() => Logs.Open("broker-a", Epoch.Next(0), MetadataCopies.None(Records, flushes: true), TimeProvider.System));
        Assert.Equal(2, refused.Version);
    }

    private void AssertStored(Action store, string expected)
    {
        store();
        var record = LastRecord();
        Assert.Equal(expected.Replace("{at}", Convert.ToHexString(record.AsSpan(2, 8)), StringComparison.Ordinal), Convert.ToHexString(record));
    }

    private byte[] LastRecord()
    {
        byte[] last = [];
        using var scanner = Records.Reader.Scan(0);
        foreach (var record in scanner)
        {
            last = record.Payload.ToArray();
        }

        return last;
    }
}
