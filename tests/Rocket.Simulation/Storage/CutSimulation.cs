using Rocket.Actors.Storage;

namespace Rocket.Simulation.Storage;

/// <summary>
/// A copy of a log whose end is taken away, as when a former master comes back. The machine may end at any step of that; the log has then more of its records than it
/// should, and a second try cuts them. What is cut is found in the folder beside it.
/// </summary>
internal sealed class CutSimulation : IDisposable
{
    private const string LogName = "TopicTest@0";

    private readonly Random _random;
    private readonly SimulatedDisk _disk;
    private readonly LogOptions _options;
    private readonly List<SimulatedRecord> _records = [];
    private readonly LogBatch _batch = new();
    private readonly List<string> _report = [];
    private readonly int _minimum;
    private FaultyDirectory _root;
    private long _clock = 1_700_000_000_000;

    public CutSimulation(int seed)
    {
        _random = new Random(seed);
        _disk = new SimulatedDisk(_random);
        _root = _disk.Start();
        _options = new LogOptions(SegmentSize: 1 << _random.Next(9, 13), MaxRecordSize: 1 << 20, CheckpointEvery: 1 << _random.Next(9, 14));
        using var log = Open();
        Append(log, records: _random.Next(1, 60), epoch: 1);
        if (_random.Next(3) == 0 && log.Segments is { Count: > 1 } segments)
        {
            _minimum = (int)segments[_random.Next(1, segments.Count)].First.Offset;
            log.DropSegments(segment => segment.End.Offset <= _minimum);
        }

        if (_random.Next(2) == 0)
        {
            log.Checkpoint(cleanStop: _random.Next(2) == 0);
        }
        else
        {
            log.Flush();
        }
    }

    public override string ToString() => string.Join('\n', _report);

    /// <summary>Cuts with the machine ending at a step. Answers whether there was such a step.</summary>
    public bool RunWithCrash(int step)
    {
        var offset = _random.Next(0, _records.Count + 1);
        var end = offset == _records.Count
            ? new LogPoint(_records[^1].Position + RecordLengthOf(_records[^1]), offset)
            : new LogPoint(_records[offset].Position, offset);
        _report.Add($"{_minimum} … {_records.Count}, cut at {end}, crash at step {step}");
        var crashed = false;
        _disk.Arm(Fault.Crash, step);
        try
        {
            Cut(end);
        }
        catch (Exception failure) when (failure is SimulatedCrashException or LogPoisonedException { InnerException: SimulatedCrashException })
        {
            crashed = true;
        }

        _disk.Disarm();
        EndOfProcess();
        if (crashed)
        {
            using (var log = Open())
            {
                var appended = (int)log.Watermarks.AppendedOffset;
                Require(appended <= _records.Count && appended >= ExpectedEnd(offset), $"after the crash the log ends at {appended}");
                Check(log, appended);
            }

            if (_random.Next(2) == 0)
            {
                EndOfProcess();
            }

            Cut(end);
            EndOfProcess();
        }

        CheckCut(offset);
        return crashed;
    }

    public void Dispose() => _batch.Dispose();

    private int ExpectedEnd(int offset) => offset < _minimum ? _minimum : offset;

    private void CheckCut(int offset)
    {
        var cut = _records[offset..];
        var end = ExpectedEnd(offset);
        using (var log = Open())
        {
            Check(log, end);
            if (cut.Count > 0)
            {
                using var kept = RecordLog.Open(Kept, LogName, _options, SimulatedIndexer.Instance, TimeProvider.System, _report.Add);
                Require(kept.Watermarks.MinimumOffset == Math.Max(offset, _minimum), $"what was cut is kept from {kept.Watermarks.MinimumOffset} on");
                Check(kept, _records.Count);
            }

            _records.RemoveRange(end, _records.Count - end);
            Append(log, records: _random.Next(1, 10), epoch: 9);
            log.Flush();
        }

        EndOfProcess();
        using var again = Open();
        Check(again, _records.Count);
    }

    private void Cut(LogPoint end) =>
        new LogCut(_root.Directory("log"), LogName, _options, SimulatedIndexer.Instance, TimeProvider.System, _report.Add).Cut(end, Kept);

    private IStorageDirectory Kept => _root.Directory("diverged");

    private RecordLog Open() =>
        RecordLog.Open(_root.Directory("log"), LogName, _options, SimulatedIndexer.Instance, TimeProvider.System, _report.Add);

    private void EndOfProcess()
    {
        if (_random.Next(2) == 0)
        {
            _disk.PowerCut();
        }

        _root = _disk.Start();
    }

    private void Append(RecordLog log, int records, long epoch)
    {
        while (records > 0)
        {
            epoch += _random.Next(4) == 0 ? 1 : 0;
            _batch.Begin(log, epoch);
            for (var i = _random.Next(1, 8); i > 0 && records > 0; i--, records--)
            {
                _clock += _random.Next(3);
                var record = SimulatedRecord.Make(_random, _batch.NextOffset, _batch.NextPosition, epoch, _clock, SimulatedRecord.SmallestSize + _random.Next(150));
                _records.Add(record);
                _batch.Add(record.Payload);
                _batch.Seal(record.TagHash, record.StoreTimestamp, [record.OwnKey, record.SharedKey]);
            }

            log.Append(_batch);
        }
    }

    private void Check(RecordLog log, int end)
    {
        Require(log.Watermarks.AppendedOffset == end, $"the log ends at {log.Watermarks.AppendedOffset} instead of {end}");
        var position = log.Watermarks.MinimumPosition;
        var found = new long[1];
        using var scanner = log.Reader.Scan(position);
        foreach (var record in scanner)
        {
            var expected = _records[(int)record.Offset];
            Require(record.Position == expected.Position && record.Payload.Span.SequenceEqual(expected.Payload), $"offset {record.Offset} is another record");
            Require(log.Reader.FindByKey(expected.OwnKey, 0, long.MaxValue, found) == 1 && found[0] == record.Offset, $"offset {record.Offset} has lost its key");
        }

        Require(scanner.Next.Offset == end, "records are missing");
    }

    private static long RecordLengthOf(SimulatedRecord record) => new IndexEntry(0, record.Payload.Length, 0, 0).NextPosition;

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new BrokenPromiseException(otherwise);
        }
    }
}
