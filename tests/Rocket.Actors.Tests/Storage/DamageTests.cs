using System.Buffers.Binary;
using System.Numerics;
using Rocket.Actors.Storage;
using Xunit;

namespace Rocket.Actors.Tests.Storage;

/// <summary>One test for each row of the failure table in the README of the storage folder that a person could bring about.</summary>
public sealed class DamageTests
{
    private const string First = "00000000000000000000";
    private static readonly LogOptions SmallSegments = new(SegmentSize: 4096);

    [Fact]
    public void The_log_is_cut_at_the_first_torn_record_behind_the_checkpoint()
    {
        using var scenario = Written(flush: 50, more: 20);
        scenario.Close();
        using (var file = File.OpenWrite(Last(scenario, ".log")))
        {
            file.SetLength(file.Length - 1);
        }

        scenario.Reopen().ExpectAll(0, 69);
        Assert.Contains(scenario.Report, line => line.Contains("cut 115 bytes behind position 8004, offset 69", StringComparison.Ordinal));
        scenario.Append(10).Reopen().ExpectAll(0, 79);
    }

    [Fact]
    public void The_log_is_cut_at_a_record_that_was_written_for_another_place()
    {
        using var scenario = Written(flush: 10, more: 1);
        using var batch = new LogBatch();
        batch.Begin(scenario.Log, 1);
        batch.Add(TestRecord.Make(offset: 77));
        batch.Seal(0, 0, []);
        scenario.Log.Append(batch);
        scenario.Reopen().ExpectAll(0, 11);
        Assert.Contains(scenario.Report, line => line.Contains("not written for this place", StringComparison.Ordinal));
    }

    [Fact]
    public void A_flipped_bit_before_the_checkpoint_is_reported_when_it_is_read_and_its_neighbours_are_served()
    {
        using var scenario = Written(flush: 50, more: 0);
        scenario.Close();
        Flip(scenario.FileOf(First + ".log"), 64 + (20 * 116) + 50);
        scenario.Reopen();
        var entries = new IndexEntry[30];
        scenario.Reader.ReadIndex(0, entries);
        var damage = Assert.Throws<DamagedRecordException>(() => scenario.Reader.ReadPayloads(entries, new byte[3000]));
        Assert.Equal(20 * 116, damage.Position);
        Assert.EndsWith(First + ".log", damage.File, StringComparison.Ordinal);
        Assert.Throws<DamagedRecordException>(() => scenario.Reader.TryReadAt(20 * 116, out _));
        var payload = new byte[100];
        scenario.Reader.ReadPayload(entries[21], payload);
        Assert.Equal(LogScenario.Payload(21), payload);
    }

    [Theory]
    [InlineData("missing")]
    [InlineData("short")]
    [InlineData("header")]
    [InlineData("last record")]
    [InlineData("foreign")]
    [InlineData("name")]
    public void Damage_before_the_checkpoint_that_opening_sees_is_refused_and_nothing_is_changed(string damage)
    {
        using var scenario = Written(flush: 100, more: 10);
        scenario.Close();
        var segment = scenario.FileOf(scenario.Files.Last(name => name.EndsWith(".log", StringComparison.Ordinal)));
        switch (damage)
        {
            case "missing":
                File.Delete(scenario.FileOf(First + ".log"));
                break;
            case "short":
                using (var file = File.OpenWrite(scenario.FileOf(First + ".log")))
                {
                    file.SetLength(file.Length - 1);
                }

                break;
            case "header":
                Flip(segment, 30);
                break;
            case "last record":
                Flip(segment, 64 + (int)(99 * 116 - long.Parse(System.IO.Path.GetFileNameWithoutExtension(segment), null)) + 20);
                break;
            case "foreign":
                Overwrite(segment, 32, new byte[16]);
                break;
            case "name":
                File.Copy(segment, scenario.FileOf(First + ".log"), overwrite: true);
                break;
        }

        var before = Snapshot(scenario);
        var refused = Assert.Throws<DamagedLogException>(() => scenario.Open());
        Assert.Contains(scenario.LogPath, refused.File, StringComparison.Ordinal);
        Assert.Equal(before, Snapshot(scenario));
    }

    [Theory]
    [InlineData(".index")]
    [InlineData(".keys")]
    public void Index_and_keys_that_are_missing_or_short_are_built_anew(string suffix)
    {
        using var scenario = Written(flush: 100, more: 10);
        var files = scenario.Files.Where(name => name.EndsWith(suffix, StringComparison.Ordinal)).ToArray();
        Assert.True(files.Length > 2);
        foreach (var file in files)
        {
            var written = File.ReadAllBytes(scenario.FileOf(file));
            foreach (var length in new[] { -1, 0, 63, 64, 100 })
            {
                scenario.Close();
                if (length < 0)
                {
                    File.Delete(scenario.FileOf(file));
                }
                else
                {
                    File.WriteAllBytes(scenario.FileOf(file), written[..length]);
                }

                scenario.Reopen().ExpectAll(0, 110);
                var found = new long[20];
                Assert.Equal(11, scenario.Reader.FindByKey(5, 0, long.MaxValue, found));
                scenario.Log.Checkpoint();
            }
        }
    }

    [Fact]
    public void Every_flipped_bit_of_an_entry_of_index_or_keys_is_noticed()
    {
        using var scenario = new LogScenario();
        scenario.Append(3);
        var found = new long[4];
        foreach (var (file, place) in new[] { (".index", 64 + 24), (".keys", 64 + 48) })
        {
            for (var bit = 0; bit < (file == ".index" ? 24 : 16) * 8; bit++)
            {
                Flip(scenario.FileOf(First + file), place + (bit / 8), bit % 8);
                Assert.Throws<DamagedRecordException>(() =>
                    _ = file == ".index" ? scenario.Reader.ReadIndex(1, new IndexEntry[1]) : scenario.Reader.FindByKey(1001, 0, long.MaxValue, found));
                Flip(scenario.FileOf(First + file), place + (bit / 8), bit % 8);
            }
        }

        scenario.ExpectAll(0, 3);
        Assert.Equal(1, scenario.Reader.FindByKey(1001, 0, long.MaxValue, found));
    }

    [Fact]
    public void Keys_that_turn_out_to_be_damaged_when_they_are_sorted_are_built_anew()
    {
        using var scenario = new LogScenario(SmallSegments);
        scenario.Append(30).Append(30);
        Flip(scenario.FileOf(First + ".keys"), 64 + 5);
        scenario.Log.Flush();
        Assert.Contains(scenario.Report, line => line.Contains("built anew", StringComparison.Ordinal));
        Assert.Equal(6, scenario.Reader.FindByKey(0, 0, long.MaxValue, new long[9]));
        scenario.Reopen().ExpectAll(0, 60);
    }

    [Fact]
    public void One_damaged_slot_of_the_checkpoint_costs_nothing_and_two_are_refused()
    {
        using var scenario = Written(flush: 100, more: 10);
        scenario.Log.DropSegments(_ => true);
        var minimum = scenario.Log.Watermarks.MinimumOffset;
        foreach (var slot in new[] { 0, 4096 })
        {
            scenario.Close();
            Flip(scenario.FileOf("checkpoint"), slot + 30);
            scenario.Reopen().ExpectAll(minimum, 110);
            scenario.Close();
            Flip(scenario.FileOf("checkpoint"), slot + 30);
        }

        Flip(scenario.FileOf("checkpoint"), 30);
        Flip(scenario.FileOf("checkpoint"), 4096 + 30);
        Assert.Contains("checkpoint", Assert.Throws<DamagedLogException>(() => scenario.Open()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(".log", 0)]
    [InlineData(".index", 0)]
    [InlineData(".keys", 0)]
    [InlineData("checkpoint", 0)]
    [InlineData("checkpoint", 4096)]
    public void A_file_of_a_newer_version_is_refused_by_name(string suffix, int header)
    {
        using var scenario = Written(flush: 50, more: 0);
        scenario.Close();
        var name = scenario.Files.First(file => file.EndsWith(suffix, StringComparison.Ordinal));
        var bytes = File.ReadAllBytes(scenario.FileOf(name));
        var length = suffix == "checkpoint" ? 256 : 64;
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(header + 8), 2);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(header + length - 4), Crc32C(bytes.AsSpan(header, length - 4)));
        File.WriteAllBytes(scenario.FileOf(name), bytes);
        var refused = Assert.Throws<NewerFormatException>(() => scenario.Open());
        Assert.Equal(2, refused.Version);
        Assert.Equal(scenario.FileOf(name), refused.File);
        Assert.Contains($"{scenario.FileOf(name)} has format version 2", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Leftovers_of_interrupted_work_are_removed()
    {
        using var scenario = Written(flush: 10, more: 0);
        scenario.Close();
        File.WriteAllText(scenario.FileOf("checkpoint.new"), "x");
        File.WriteAllText(scenario.FileOf(First + ".keys.new"), "x");
        File.WriteAllText(scenario.FileOf("00000000000000099999.index"), "x");
        scenario.Reopen().ExpectAll(0, 10);
        Assert.Equal([First + ".index", First + ".keys", First + ".log", "checkpoint"], scenario.Files);
    }

    [Theory]
    [InlineData(32, "belongs to another log")]
    [InlineData(30, "header of the segment is damaged")]
    [InlineData(8, "format version 2")]
    public void What_no_crash_puts_behind_the_end_is_refused_and_not_deleted(int place, string reason)
    {
        using var scenario = Written(flush: 50, more: 0);
        scenario.Close();
        var copied = scenario.FileOf("00000000000000099999.log");
        File.Copy(Last(scenario, ".log"), copied);
        Overwrite(copied, place, place == 8 ? [0, 0, 0, 2] : [1, 2]);
        if (place == 30)
        {
            Flip(copied, 30);
        }

        var before = Snapshot(scenario);
        var refused = Assert.ThrowsAny<Exception>(() => scenario.Open());
        Assert.True(refused is DamagedLogException or NewerFormatException, refused.ToString());
        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
        Assert.Contains(copied, refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, Snapshot(scenario));
    }

    [Fact]
    public void Another_logs_segment_below_the_minimum_is_refused_and_not_deleted()
    {
        using var scenario = Written(flush: 100, more: 0);
        scenario.Log.DropSegments(segment => segment.First.Offset < 60);
        scenario.Close();
        var copied = scenario.FileOf(First + ".log");
        File.Copy(Last(scenario, ".log"), copied);
        Overwrite(copied, 32, new byte[16]);
        Assert.Equal(copied, Assert.Throws<DamagedLogException>(() => scenario.Open()).File);
        Assert.True(File.Exists(copied));
    }

    [Fact]
    public void A_file_that_does_not_belong_is_named_and_left_alone()
    {
        using var scenario = Written(flush: 10, more: 0);
        scenario.Close();
        File.WriteAllText(scenario.FileOf(First + ".log.bak"), "x");
        scenario.Reopen().ExpectAll(0, 10);
        Assert.Equal($"{scenario.FileOf(First + ".log.bak")} does not belong into the folder of a log. It is left alone; move it away", Assert.Single(scenario.Report));
        Assert.True(File.Exists(scenario.FileOf(First + ".log.bak")));
    }

    private static LogScenario Written(int flush, int more)
    {
        var scenario = new LogScenario(SmallSegments);
        for (var written = 0; written < flush; written += 10)
        {
            scenario.Append(10);
        }

        scenario.Log.Checkpoint();
        return more > 0 ? scenario.Append(more) : scenario;
    }

    private static string Last(LogScenario scenario, string suffix) =>
        scenario.FileOf(scenario.Files.Last(name => name.EndsWith(suffix, StringComparison.Ordinal)));

    private static void Flip(string path, int place, int bit = 3)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        file.Position = place;
        var value = file.ReadByte();
        file.Position = place;
        file.WriteByte((byte)(value ^ (1 << bit)));
    }

    /// <summary>Writes into a header and makes its checksum right again.</summary>
    private static void Overwrite(string path, int place, byte[] content)
    {
        var bytes = File.ReadAllBytes(path);
        content.CopyTo(bytes, place);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(60), Crc32C(bytes.AsSpan(0, 60)));
        File.WriteAllBytes(path, bytes);
    }

    private static uint Crc32C(ReadOnlySpan<byte> bytes)
    {
        var crc = 0xFFFF_FFFFu;
        foreach (var value in bytes)
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        return ~crc;
    }

    private static string[] Snapshot(LogScenario scenario) =>
        [.. scenario.Files.Select(name => $"{name} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(scenario.FileOf(name))))}")];
}
