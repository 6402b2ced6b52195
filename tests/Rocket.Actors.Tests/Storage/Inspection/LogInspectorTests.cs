using Rocket.Actors.Storage;
using Rocket.Actors.Storage.Inspection;
using Xunit;
using static Rocket.Actors.Tests.Storage.Inspection.InspectedScenario;

namespace Rocket.Actors.Tests.Storage.Inspection;

/// <summary>One test for each thing that an inspection names; 116 bytes a record, 30 records a segment.</summary>
public sealed class LogInspectorTests
{
    private const string First = "00000000000000000000";
    private const string Second = "00000000000000003480";

    [Fact]
    public void A_log_that_was_stopped_has_nothing_to_be_named_and_is_counted()
    {
        using var scenario = Written(flush: 100, cleanStop: true);
        var audit = new TestAudit();
        var (log, tally) = scenario.Inspect(audit);
        Assert.Empty(tally.Findings);
        Assert.Equal((1, 100, 11600), (tally.Logs, tally.Records, tally.Bytes));
        Assert.Equal(new InspectedLog(HasFiles: true, HasRecords: true, Epoch: 1, IsWhole: true), log);
        Assert.Equal(Enumerable.Range(0, 100).Select(offset => (long)offset), audit.Seen);
    }

    [Fact]
    public void A_log_that_was_killed_has_nothing_to_be_named_either()
    {
        using var scenario = Written(flush: 50, more: 40);
        var (_, tally) = scenario.Inspect();
        Assert.Empty(tally.Findings);
        Assert.Equal(90, tally.Records);
    }

    [Fact]
    public void A_log_without_a_checkpoint_has_nothing_to_be_named()
    {
        using var scenario = new LogScenario(SmallSegments);
        Append(scenario, 70);
        scenario.Close();
        Assert.Empty(scenario.Inspect().Tally.Findings);
    }

    [Fact]
    public void A_log_whose_old_segments_were_dropped_has_nothing_to_be_named()
    {
        using var scenario = new LogScenario(SmallSegments);
        Append(scenario, 100);
        scenario.Log.DropSegments(segment => segment.First.Offset < 60);
        scenario.Log.Checkpoint(cleanStop: true);
        scenario.Close();
        var (_, tally) = scenario.Inspect();
        Assert.Empty(tally.Findings);
        Assert.Equal(40, tally.Records);
    }

    [Fact]
    public void A_log_without_a_folder_is_one_without_records()
    {
        using var scenario = new LogScenario();
        var (log, tally) = scenario.Inspect();
        Assert.Equal((false, true, 0L), (log.HasFiles, log.IsWhole, tally.Logs));
    }

    [Fact]
    public void A_torn_tail_is_no_damage()
    {
        using var scenario = Written(flush: 50, more: 5);
        Cut(scenario, Second + ".log", 10);
        var (log, tally) = scenario.Inspect();
        Expect(tally.Only(), FindingSeverity.Note, scenario.LogPath, "behind position 6264, offset 54, the next start cuts 106 bytes");
        Assert.True(log.IsWhole);
        Assert.Equal(54, tally.Records);
    }

    [Fact]
    public void Whole_records_behind_a_torn_one_are_named_before_a_start_cuts_them()
    {
        using var scenario = Written(flush: 50, more: 5);
        Flip(scenario, Second + ".log", 64 + (21 * 116) + 50);
        var finding = scenario.Inspect().Tally.Only();
        Expect(finding, FindingSeverity.Warning, scenario.LogPath, "offset 51, the next start cuts 464 bytes: the record's checksum is wrong. Whole records follow");
        Assert.Contains("copy the folder", finding.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_record_is_named_and_those_behind_it_are_read()
    {
        using var scenario = Written(flush: 100);
        Flip(scenario, First + ".log", 64 + (20 * 116) + 50);
        var (log, tally) = scenario.Inspect();
        var finding = tally.Only();
        Expect(finding, FindingSeverity.Damage, scenario.FileOf(First + ".log"), "record of offset 20 at position 2320: the record's checksum is wrong");
        Assert.Equal("leave it", finding.Remedy);
        Assert.Equal(99, tally.Records);
        Assert.False(log.IsWhole);
    }

    [Fact]
    public void A_record_whose_length_is_damaged_is_passed_over_by_the_index()
    {
        using var scenario = Written(flush: 100);
        Flip(scenario, First + ".log", 64 + (20 * 116) + 1);
        var (_, tally) = scenario.Inspect();
        Expect(tally.Only(), FindingSeverity.Damage, scenario.FileOf(First + ".log"), "record of offset 20 at position 2320");
        Assert.Equal(99, tally.Records);
    }

    [Fact]
    public void A_damaged_stretch_is_one_finding()
    {
        using var scenario = Written(flush: 100);
        Overwrite(scenario, First + ".log", 64 + (10 * 116), new byte[5 * 116]);
        var (_, tally) = scenario.Inspect();
        Expect(tally.Only(), FindingSeverity.Damage, scenario.FileOf(First + ".log"), "records of offsets 10 to 14, at position 1160: no record's header is here");
        Assert.Equal(95, tally.Records);
    }

    [Fact]
    public void A_damaged_stretch_without_an_index_ends_with_its_segment()
    {
        using var scenario = Written(flush: 100);
        Overwrite(scenario, First + ".log", 64 + (10 * 116), new byte[5 * 116]);
        File.Delete(scenario.FileOf(First + ".index"));
        var (_, tally) = scenario.Inspect();
        Assert.Collection(
            tally.Findings,
            records => Expect(records, FindingSeverity.Damage, scenario.FileOf(First + ".log"), "records of offsets 10 to 29, at position 1160"),
            index => Expect(index, FindingSeverity.Damage, scenario.FileOf(First + ".index"), "is missing, and cannot be built anew from damaged records"));
        Assert.Equal(80, tally.Records);
    }

    [Fact]
    public void The_last_record_before_the_checkpoint_is_named_as_what_refuses_a_start()
    {
        using var scenario = Written(flush: 50);
        Flip(scenario, Second + ".log", 64 + (19 * 116) + 50);
        Expect(scenario.Inspect().Tally.Only(), FindingSeverity.Damage, scenario.FileOf(Second + ".log"), "record of offset 49 at position 5684: the record's checksum is wrong; the start refuses");
        Assert.Throws<DamagedLogException>(() => scenario.Open());
    }

    [Fact]
    public void A_segment_that_was_deleted_is_named()
    {
        using var scenario = Written(flush: 100, cleanStop: true);
        File.Delete(scenario.FileOf(Second + ".log"));
        var (_, tally) = scenario.Inspect();
        Assert.Collection(
            tally.Findings,
            leftover => Assert.Equal(FindingSeverity.Note, leftover.Severity),
            segment => Expect(segment, FindingSeverity.Damage, scenario.FileOf(Second + ".log"), "the segment is missing, with the records from offset 30 to 59; the start refuses this log"));
        Assert.Equal(70, tally.Records);
    }

    [Fact]
    public void The_first_segment_that_was_deleted_is_named()
    {
        using var scenario = Written(flush: 100, cleanStop: true);
        File.Delete(scenario.FileOf(First + ".log"));
        Assert.Contains(scenario.Inspect().Tally.Findings, finding =>
            finding.File == scenario.FileOf(First + ".log") && finding.Problem.Contains("is missing, with the records from offset 0 to 29", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_segment_that_was_deleted_is_named_when_none_is_left()
    {
        using var scenario = Written(flush: 50, cleanStop: true);
        File.Delete(scenario.FileOf(First + ".log"));
        File.Delete(scenario.FileOf(Second + ".log"));
        Assert.Contains(scenario.Inspect().Tally.Findings, finding =>
            finding.File == scenario.FileOf(First + ".log") && finding.Problem.Contains("from offset 0 to 49", StringComparison.Ordinal));
    }

    [Fact]
    public void A_segment_that_was_cut_is_named()
    {
        using var scenario = Written(flush: 100, cleanStop: true);
        Cut(scenario, First + ".log", 300);
        Expect(scenario.Inspect().Tally.Only(), FindingSeverity.Damage, scenario.FileOf(First + ".log"), "records of offsets 27 to 29, at position 3132: the file ends within a record; the start refuses");
    }

    [Fact]
    public void A_segment_of_another_log_is_named()
    {
        using var other = new LogScenario(SmallSegments);
        using var scenario = Written(flush: 100, cleanStop: true);
        var foreign = RecordLog.Open(other.Root.Directory("other"), "Other@0", SmallSegments, new TestIndexer(), TimeProvider.System, null);
        using (var batch = new LogBatch())
        {
            batch.Begin(foreign, 1);
            batch.Add(TestRecord.Make(0));
            batch.Seal(0, 0, []);
            foreign.Append(batch);
            foreign.Dispose();
        }

        var copied = Path.Combine(other.Path, "other", First + ".log");
        File.Copy(copied, scenario.FileOf(First + ".log"), overwrite: true);
        Expect(scenario.Inspect().Tally.Only(), FindingSeverity.Damage, scenario.FileOf(First + ".log"), "the segment belongs to another log; the start refuses this log");
        Assert.Throws<DamagedLogException>(() => scenario.Open());
    }

    [Theory]
    [InlineData(".index")]
    [InlineData(".keys")]
    public void Index_and_keys_that_a_start_builds_anew_are_a_warning(string suffix)
    {
        using var scenario = Written(flush: 100, cleanStop: true);
        File.Delete(scenario.FileOf(First + suffix));
        var finding = scenario.Inspect().Tally.Only();
        Expect(finding, FindingSeverity.Warning, scenario.FileOf(First + suffix), "is missing");
        Assert.Contains("built anew at the next start", finding.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(".index", 64 + (5 * 24) + 3, "1 entries are not what the records say, the first one for offset 5")]
    [InlineData(".keys", 64 + (5 * 16) + 3, "entry 5 is not what was written")]
    public void An_entry_that_a_start_does_not_look_at_is_damage_and_deleting_the_file_mends_it(string suffix, int place, string problem)
    {
        using var scenario = Written(flush: 100, cleanStop: true);
        Flip(scenario, First + suffix, place);
        var finding = scenario.Inspect().Tally.Only();
        Expect(finding, FindingSeverity.Damage, scenario.FileOf(First + suffix), problem);
        Assert.Contains("delete this file", finding.Remedy, StringComparison.Ordinal);

        File.Delete(finding.File);
        scenario.Reopen().ExpectAll(0, 100);
        Assert.Equal(10, scenario.Reader.FindByKey(5, 0, long.MaxValue, new long[20]));
        scenario.Close();
        Assert.Empty(scenario.Inspect().Tally.Findings);
    }

    [Fact]
    public void Keys_out_of_order_missing_or_too_many_are_damage()
    {
        using var scenario = Written(flush: 100, cleanStop: true);
        var keys = scenario.FileOf(First + ".keys");
        var written = File.ReadAllBytes(keys);
        foreach (var (from, to, problem) in new[] { (3, 4, "is not in order"), (40, 41, "is not in order"), (7, 8, "that are not the 60 of the records") })
        {
            var bytes = (byte[])written.Clone();
            if (problem.Contains("order", StringComparison.Ordinal))
            {
                bytes.AsSpan(64 + (from * 16), 16).CopyTo(bytes.AsSpan(64 + (to * 16)));
                written.AsSpan(64 + (to * 16), 16).CopyTo(bytes.AsSpan(64 + (from * 16)));
            }
            else
            {
                bytes.AsSpan(64 + (from * 16), 16).CopyTo(bytes.AsSpan(64 + (to * 16)));
            }

            File.WriteAllBytes(keys, bytes);
            Expect(scenario.Inspect().Tally.Only(), FindingSeverity.Damage, keys, problem);
        }
    }

    [Fact]
    public void An_index_is_not_to_be_deleted_where_records_are_damaged()
    {
        using var scenario = Written(flush: 100, cleanStop: true);
        Flip(scenario, First + ".log", 64 + (20 * 116) + 50);
        Flip(scenario, First + ".index", 64 + (5 * 24));
        var index = scenario.Inspect().Tally.Findings.Single(finding => finding.File.EndsWith(".index", StringComparison.Ordinal));
        Assert.Contains("do not delete it", index.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void One_slot_of_the_checkpoint_is_a_note_and_both_are_damage()
    {
        using var scenario = Written(flush: 100, cleanStop: true);
        Flip(scenario, "checkpoint", 30);
        Expect(scenario.Inspect().Tally.Only(), FindingSeverity.Note, scenario.FileOf("checkpoint"), "slot 0 of two is not whole");
        Flip(scenario, "checkpoint", 4096 + 30);
        Expect(scenario.Inspect().Tally.Findings[0], FindingSeverity.Damage, scenario.FileOf("checkpoint"), "neither of the two slots of the checkpoint is whole; the start refuses");
    }

    [Fact]
    public void What_the_audit_says_of_a_record_is_damage_of_that_record_alone()
    {
        using var scenario = Written(flush: 50, more: 10);
        var (log, tally) = scenario.Inspect(new TestAudit(3, 4, 55));
        Assert.Collection(
            tally.Findings,
            covered => Expect(covered, FindingSeverity.Damage, scenario.FileOf(First + ".log"), "records of offsets 3 to 4, at position 348: it is wrong"),
            tail => Expect(tail, FindingSeverity.Damage, scenario.LogPath, "record of offset 55 at position 6380: it is wrong"));
        Assert.Equal((60L, false), (tally.Records, log.IsWhole));
    }

    [Fact]
    public void Files_that_do_not_belong_and_leftovers_are_told_apart()
    {
        using var scenario = Written(flush: 50, cleanStop: true);
        File.WriteAllText(scenario.FileOf("notes.txt"), "x");
        File.WriteAllText(scenario.FileOf(First + ".log.bak"), "x");
        Directory.CreateDirectory(scenario.FileOf("old"));
        File.WriteAllText(scenario.FileOf("checkpoint.new"), "x");
        File.WriteAllText(scenario.FileOf("00000000000000099999.index"), "x");
        Assert.Equal(
            [
                (FindingSeverity.Warning, First + ".log.bak"), (FindingSeverity.Warning, "notes.txt"), (FindingSeverity.Warning, "old"),
                (FindingSeverity.Note, Path.GetFileName(scenario.LogPath)),
            ],
            scenario.Inspect().Tally.Findings.Select(finding => (finding.Severity, Path.GetFileName(finding.File))));
    }

    [Fact]
    public void Many_places_of_a_file_are_counted_not_listed()
    {
        using var scenario = new LogScenario();
        Append(scenario, 100);
        scenario.Log.Checkpoint(cleanStop: true);
        scenario.Close();
        var (_, tally) = scenario.Inspect(new TestAudit([.. Enumerable.Range(0, 50).Select(number => 2L * number)]));
        Assert.Equal(21, tally.Findings.Count);
        Assert.Equal("30 more places like these", tally.Findings[^1].Problem);
    }

    private static void Expect(Finding finding, FindingSeverity severity, string file, string problem)
    {
        Assert.Equal((severity, file), (finding.Severity, finding.File));
        Assert.Contains(problem, finding.Problem, StringComparison.Ordinal);
    }

    private static void Flip(LogScenario scenario, string name, int place)
    {
        var bytes = File.ReadAllBytes(scenario.FileOf(name));
        bytes[place] ^= 8;
        File.WriteAllBytes(scenario.FileOf(name), bytes);
    }

    private static void Overwrite(LogScenario scenario, string name, int place, byte[] content)
    {
        var bytes = File.ReadAllBytes(scenario.FileOf(name));
        content.CopyTo(bytes, place);
        File.WriteAllBytes(scenario.FileOf(name), bytes);
    }

    private static void Cut(LogScenario scenario, string name, int bytes)
    {
        using var file = File.OpenWrite(scenario.FileOf(name));
        file.SetLength(file.Length - bytes);
    }
}
