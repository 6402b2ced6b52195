using Rocket.Actors.Storage;

namespace Rocket.Simulation.Storage;

/// <summary>
/// A few lives of one log on one simulated disk: in each it is opened, checked against what it promised before, written, flushed,
/// checkpointed, shortened, until something goes wrong or the life ends; then the process is killed or the power is cut.
/// Everything follows from the seed.
/// </summary>
internal sealed class LogSimulation : IDisposable
{
    public const string LogName = "TopicTest@0";

    private readonly Random _random;
    private readonly Carelessness _carelessness;
    private readonly ExpectedLog _expected;
    private readonly LogOptions _options;
    private readonly LogBatch _batch = new();
    private readonly List<string> _trace = [];

    /// <summary>All records are alike: what is left of old ones then fits exactly behind new ones.</summary>
    private readonly int? _constantSize;

    /// <summary>The power is cut after every few appends, most of them not flushed.</summary>
    private readonly bool _isHasty;

    private FaultyDirectory _folder;
    private Guid _bootId = new(1, 0, 0, new byte[8]);
    private long _epoch = 1;
    private long _clock = 1_700_000_000_000;
    private bool _powerCut;

    public LogSimulation(int seed, Carelessness carelessness = Carelessness.None)
    {
        _random = new Random(seed);
        _carelessness = carelessness;
        _expected = new ExpectedLog(_random);
        _options = new LogOptions(
            SegmentSize: 1 << _random.Next(9, 15), MaxRecordSize: 1 << 20, CheckpointEvery: _random.Next(3) == 0 ? 1L << _random.Next(9, 16) : long.MaxValue);
        _constantSize = _random.Next(3) == 0 ? _random.Next(600) : null;
        _isHasty = _random.Next(4) == 0;
        Disk = new SimulatedDisk(_random);
        _folder = Start();
    }

    public SimulatedDisk Disk { get; }

    public List<string> Report { get; } = [];

    /// <summary>Lives with random faults, then one without, then damage to what lies on the disk.</summary>
    public void Run()
    {
        for (var life = _isHasty ? 10 : _random.Next(1, 5); life > 0; life--)
        {
            Disk.Arm((Fault)_random.Next(4), _random.Next(1, 80));
            Live();
            End();
        }

        Disk.Disarm();
        Live();
        End();
        CheckOnce();
        if (!new DamageSimulation(_random, _expected, Disk, _folder, Open, Report).Run())
        {
            return;
        }

        _folder = Start();
        Live();
        End();
        CheckOnce();
    }

    /// <summary>One life that ends at a certain step, then one without a fault. Answers whether the step was reached.</summary>
    public bool RunWithFault(Fault fault, int step)
    {
        Disk.Arm(fault, step);
        Live();
        var reached = Disk.HasFailed;
        Disk.Disarm();
        End();
        Live();
        End();
        CheckOnce();
        return reached;
    }

    /// <summary>
    /// A checkpoint of which one fsync fails; then the process ends and the cache stays; then one that goes on from what is in the cache, until the machine
    /// ends at some step: what no fsync has brought to the disk is gone. Answers which of the two steps were reached.
    /// </summary>
    public (bool Fsync, bool Crash) RunWithFailedCheckpoint(int fsync, int crash)
    {
        Live([Append, log => Checkpoint(log, cleanStop: false), Append, Flush, _ => Disk.Arm(Fault.FlushError, fsync), log => Checkpoint(log, cleanStop: false)]);
        var hasFailed = Disk.HasFailed;
        Disk.Disarm();
        End(powerCut: false);
        Live([_ => Disk.Arm(Fault.Crash, crash), Append, Flush, log => Checkpoint(log, cleanStop: false)]);
        var hasCrashed = Disk.HasFailed;
        Disk.Disarm();
        End(powerCut: true);
        CheckOnce();
        return (hasFailed, hasCrashed);
    }

    /// <summary>What happened, step by step, for whoever has to find out why.</summary>
    public override string ToString() => $"{string.Join('\n', _trace)}\nlast opened, the log reported:\n{string.Join('\n', Report)}";

    public void Dispose() => _batch.Dispose();

    private void CheckOnce()
    {
        using (var log = Open())
        {
            _expected.CheckOpened(log, _powerCut);
        }

        _powerCut = false;
        _folder = Start();
    }

    private void Live() => Live(RandomSteps());

    private void Live(IEnumerable<Action<RecordLog>> steps)
    {
        RecordLog? log = null;
        try
        {
            log = Open();
            Trace(log, "opened");
            _expected.CheckOpened(log, _powerCut);
            _powerCut = false;
            foreach (var step in steps.TakeWhile(_ => log.Poisoned is null))
            {
                Try(log, step);
            }

            if (log.Poisoned is not null)
            {
                CheckPoisoned(log);
            }
        }
        catch (SimulatedCrashException)
        {
            Disk.Disarm();
        }
        catch (LogPoisonedException) when (log?.Poisoned is SimulatedCrashException)
        {
            Disk.Disarm();
        }
        catch (IOException) when (log is null && Disk.HasFailed)
        {
            // The disk failed while the log was opened; the next life sees what it left.
        }
        finally
        {
            if (log is not null)
            {
                _expected.Observe(log);
                Trace(log, "closed");
            }

            log?.Dispose();
            _batch.Clear();
        }
    }

    /// <summary>The process is killed: the cache stays; or the power is cut.</summary>
    private void End() => End(_isHasty || _random.Next(2) == 0);

    private void End(bool powerCut)
    {
        if (powerCut)
        {
            // Stays set until the log was opened: a life that ended before that checked nothing.
            _powerCut = true;
            _trace.Add("power cut");
            Disk.PowerCut();
            _bootId = new Guid(_random.Next(), 0, 0, new byte[8]);
        }

        _folder = Start();
    }

    private FaultyDirectory Start() => (FaultyDirectory)Disk.Start().Directory("queues").Directory(LogName);

    private RecordLog Open()
    {
        Report.Clear();
        IStorageDirectory directory = _carelessness == Carelessness.None ? _folder : new CarelessDirectory(_folder, _carelessness);
        return RecordLog.Open(directory, LogName, _options with { BootId = _bootId }, SimulatedIndexer.Instance, TimeProvider.System, Report.Add);
    }

    private IEnumerable<Action<RecordLog>> RandomSteps()
    {
        for (var steps = _random.Next(_isHasty ? 4 : 60); steps > 0; steps--)
        {
            yield return _isHasty ? RandomStep(_random.Next(10)) : RandomStep(_random.Next(16));
        }
    }

    private Action<RecordLog> RandomStep(int choice) => choice switch
    {
        < 9 => Append,
        < 13 => Flush,
        13 => log => Checkpoint(log, cleanStop: _random.Next(3) == 0),
        14 => Drop,
        _ => log => _expected.CheckRecords(log, damagedOffset: -1),
    };

    private void Try(RecordLog log, Action<RecordLog> step)
    {
        try
        {
            step(log);
        }
        catch (LogPoisonedException) when (log.Poisoned is IOException && Disk.HasFailed)
        {
            // Expected: the log says so from now on.
        }

        _expected.Observe(log);
    }

    private void Trace(RecordLog log, string what) => _trace.Add(
        $"{what}: minimum {log.Watermarks.MinimumOffset}, flushed {log.Watermarks.FlushedOffset}, appended {log.Watermarks.AppendedOffset}"
        + $" at {log.Watermarks.AppendedPosition} {(log.Recovery.WasStoppedCleanly ? "(was stopped) " : "")}{log.Poisoned?.Message}");

    private void Append(RecordLog log)
    {
        if (_random.Next(10) == 0)
        {
            _epoch++;
        }

        _batch.Begin(log, _epoch);
        for (var count = _random.Next(1, 12); count > 0; count--)
        {
            _clock += _random.Next(3);
            var record = SimulatedRecord.Make(_random, _batch.NextOffset, _batch.NextPosition, _epoch, _clock, RecordSize());
            _expected.Attempt(record);
            _batch.Add(record.Payload);
            _batch.Seal(record.TagHash, record.StoreTimestamp, [record.OwnKey, record.SharedKey]);
        }

        log.Append(_batch);
        _expected.AppendReturned();
        Trace(log, "appended");
    }

    private int RecordSize() =>
        SimulatedRecord.SmallestSize + (_constantSize ?? (_random.Next(20) == 0 ? _random.Next(4000) : _random.Next(200)));

    private void Flush(RecordLog log)
    {
        log.Flush();
        Trace(log, "flushed");
    }

    private void Checkpoint(RecordLog log, bool cleanStop)
    {
        _expected.CheckpointAttempted(cleanStop);
        log.Checkpoint(cleanStop);
        _expected.CheckpointReturned(log, cleanStop);
        Trace(log, cleanStop ? "stopped" : "checkpointed");
    }

    private void Drop(RecordLog log)
    {
        var segments = log.Segments;
        if (segments.Count < 2)
        {
            return;
        }

        var first = segments[_random.Next(1, segments.Count)].First;
        _expected.AttemptedMinimum = Math.Max(_expected.AttemptedMinimum, first.Offset);
        log.DropSegmentsBefore(first.Position);
        ExpectedLog.CheckDropped(log, first.Offset);
        Trace(log, "dropped");
    }

    /// <summary>Nothing more is written, everything written is still read.</summary>
    private void CheckPoisoned(RecordLog log)
    {
        _batch.Begin(log, _epoch);
        _batch.Add(new byte[100]);
        _batch.Seal(0, _clock, []);
        RequirePoisoned(() => log.Append(_batch));
        RequirePoisoned(() => log.Flush());
        RequirePoisoned(() => log.Checkpoint());
        _expected.CheckRecords(log, damagedOffset: -1);
        DropPoisoned(log);
    }

    /// <summary>What the last checkpoint covers may still go, unless it was an fsync of records that failed.</summary>
    private void DropPoisoned(RecordLog log)
    {
        if (log.HasFailedFlush)
        {
            RequirePoisoned(() => log.DropSegmentsBefore(0));
            return;
        }

        try
        {
            Drop(log);
        }
        catch (LogPoisonedException)
        {
            // No checkpoint covers it, or the disk fails still.
        }
    }

    private static void RequirePoisoned(Action call)
    {
        try
        {
            call();
        }
        catch (LogPoisonedException)
        {
            return;
        }

        throw new BrokenPromiseException("a poisoned log took a call");
    }
}
