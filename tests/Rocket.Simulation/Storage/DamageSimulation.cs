using Rocket.Actors.Storage;
using static Rocket.Simulation.Storage.ExpectedLog;

namespace Rocket.Simulation.Storage;

/// <summary>
/// Damages one file of a closed log, of which nothing else was lost, and opens it: derived files must come back as they were, a flipped
/// bit in records must be reported and never be served.
/// </summary>
internal sealed class DamageSimulation(
    Random random, ExpectedLog expected, SimulatedDisk disk, FaultyDirectory folder, Func<RecordLog> open, List<string> report)
{
    private const int HeaderSize = 64;

    /// <returns>Whether the log is whole again and may be used on.</returns>
    public bool Run()
    {
        var files = folder.ListFiles();
        if (files.Count == 0)
        {
            return true;
        }

        var name = files[random.Next(files.Count)];
        var file = folder.FileOf(name);
        if (name.EndsWith(".log", StringComparison.Ordinal))
        {
            return FlipInLog(name, file);
        }

        if (name == "checkpoint")
        {
            return random.Next(4) == 0 ? DeleteCheckpoint(name) : FlipInCheckpoint(file);
        }

        if (random.Next(2) == 0)
        {
            var isIndex = name.EndsWith(".index", StringComparison.Ordinal);
            return FlipInCompanion(file, isIndex);
        }

        return SpoilCompanion(name, file);
    }

    private bool FlipInLog(string name, SimulatedFile file)
    {
        var place = Flip(file);
        var position = long.Parse(name.AsSpan(0, 20), System.Globalization.CultureInfo.InvariantCulture) + place - HeaderSize;
        var record = expected.Records.Last(candidate => candidate.Position <= position || candidate.Offset == 0);
        RecordLog log;
        try
        {
            log = open();
        }
        catch (DamagedLogException)
        {
            return false;
        }

        using (log)
        {
            Require(place >= HeaderSize, "a damaged header was taken for a good one");
            var end = log.Watermarks.AppendedOffset;
            if (end <= record.Offset)
            {
                Require(end == record.Offset, $"the log was cut at {end}, the damage is at {record.Offset}");
                Require(record.Offset >= expected.Checkpointed, $"{record.Offset} was cut silently, it lies before the checkpoint at {expected.Checkpointed}");
                Require(report.Exists(line => line.Contains("cut", StringComparison.Ordinal)), "the log was cut and nobody was told");
                expected.CheckRecords(log, damagedOffset: -1);
                return false;
            }

            expected.CheckRecords(log, record.Offset);
        }

        return false;
    }

    private bool FlipInCheckpoint(SimulatedFile file)
    {
        Flip(file);
        expected.ForgetStop();
        using var log = open();
        expected.CheckOpened(log, powerCut: false);
        return true;
    }

    private bool DeleteCheckpoint(string name)
    {
        folder.Delete(name);
        folder.Sync();
        expected.ForgetStop();
        try
        {
            using var log = open();
            expected.CheckOpened(log, powerCut: false);
            return true;
        }
        catch (DamagedLogException) when (expected.Minimum > 0)
        {
            // Nobody knows any more that the oldest segments were dropped, rather than lost.
            return false;
        }
    }

    private bool FlipInCompanion(SimulatedFile file, bool isIndex)
    {
        Flip(file);
        using var log = open();
        Require(log.Watermarks.AppendedOffset == expected.Appended, "damage to a companion cost records");
        var loud = 0;
        foreach (var record in expected.Records)
        {
            if (record.Offset < log.Watermarks.MinimumOffset)
            {
                continue;
            }

            try
            {
                if (isIndex)
                {
                    CheckOne(log.Reader, record);
                }
                else
                {
                    expected.CheckByKeyAndTime(log.Reader, record);
                }
            }
            catch (DamagedRecordException)
            {
                loud++;
            }
        }

        // A flipped entry of the keys may be met by many searches, one of the index by those that ask for it alone.
        Require(!isIndex || loud <= 1, $"one flipped bit hid {loud} records");
        return loud == 0;
    }

    private bool SpoilCompanion(string name, SimulatedFile file)
    {
        switch (random.Next(3))
        {
            case 0:
                folder.Delete(name);
                folder.Sync();
                break;
            case 1:
                file.SetLength(random.Next(file.Length));
                file.Flush();
                break;
            default:
                Replace(name, file);
                break;
        }

        using var log = open();
        expected.CheckOpened(log, powerCut: false);
        return true;
    }

    /// <summary>Puts the file of the same name of another log in the place of this one.</summary>
    private void Replace(string name, SimulatedFile file)
    {
        var position = long.Parse(name.AsSpan(0, 20), System.Globalization.CultureInfo.InvariantCulture);
        var first = expected.Records.First(record => record.Position == position);
        var elsewhere = new FaultyDirectory(disk, disk.Root, "/disk", null).Directory("other");
        using (var other = RecordLog.Open(elsewhere, "other", new LogOptions(), SimulatedIndexer.Instance, TimeProvider.System, null))
        using (var batch = new LogBatch())
        {
            other.StartAt(new LogPoint(first.Position, first.Offset));
            batch.Begin(other, 1);
            for (var i = random.Next(1, 100); i > 0; i--)
            {
                batch.Add(new byte[100]);
                batch.Seal(0, 0, [1, 2]);
            }

            other.Append(batch);
            using var foreign = elsewhere.Open(name, StorageFileMode.OpenExisting);
            var bytes = new byte[foreign.Length];
            foreign.Read(bytes, 0);
            file.SetLength(0);
            file.Write(bytes, 0);
            file.Flush();
        }
    }

    private int Flip(SimulatedFile file)
    {
        var place = random.Next(file.Length);
        file.FlipBit(place, random.Next(8));
        return place;
    }
}
