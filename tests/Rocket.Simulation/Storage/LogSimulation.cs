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

    private readonly Random random;
    private readonly Carelessness carelessness;
    private readonly ExpectedLog expected;
    private readonly LogOptions options;
    private readonly LogBatch batch = new();
    private readonly List<string> trace = [];

    /// <summary>All records are alike: what is left of old ones then fits exactly behind new ones.</summary>
    private readonly int? constantSize;

    /// <summary>The power is cut after every few appends, most of them not flushed.</summary>
    private readonly bool isHasty;

    private FaultyDirectory folder;
    private Guid bootId = new(1, 0, 0, new byte[8]);
    private long epoch = 1;
    private long clock = 1_700_000_000_000;
    private bool powerCut;

    public LogSimulation(int seed, Carelessness carelessness = Carelessness.None)
    {
        random = new Random(seed);
        this.carelessness = carelessness;
        expected = new ExpectedLog(random);
        options = new LogOptions(
            SegmentSize: 1 << random.Next(9, 15), MaxRecordSize: 1 << 20, CheckpointEvery: random.Next(3) == 0 ? 1L << random.Next(9, 16) : long.MaxValue);
        constantSize = random.Next(3) == 0 ? random.Next(600) : null;
        isHasty = random.Next(4) == 0;
        Disk = new SimulatedDisk(random);
        folder = Start();
    }

    public SimulatedDisk Disk { get; }

    public List<string> Report { get; } = [];

    /// <summary>Lives with random faults, then one without, then damage to what lies on the disk.</summary>
    public void Run()
    {
        for (var life = isHasty ? 10 : random.Next(1, 5); life > 0; life--)
        {
            Disk.Arm((Fault)random.Next(4), random.Next(1, 80));
            Live();
            End();
        }

        Disk.Disarm();
        Live();
        End();
        CheckOnce();
        if (!new DamageSimulation(random, expected, Disk, folder, Open, Report).Run())
            return;
        folder = Start();
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

    /// <summary>What happened, step by step, for whoever has to find out why.</summary>
    public override string ToString() => $"{string.Join('\n', trace)}\nlast opened, the log reported:\n{string.Join('\n', Report)}";

    public void Dispose() => batch.Dispose();

    private void CheckOnce()
    {
        using (var log = Open())
            expected.CheckOpened(log, powerCut);
        powerCut = false;
        folder = Start();
    }

    private void Live()
    {
        RecordLog? log = null;
        try
        {
            log = Open();
            Trace(log, "opened");
            expected.CheckOpened(log, powerCut);
            powerCut = false;
            for (var steps = random.Next(isHasty ? 4 : 60); steps > 0 && log.Poisoned is null; steps--)
                Step(log);
            if (log.Poisoned is not null)
                CheckPoisoned(log);
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
                expected.Observe(log);
                Trace(log, "closed");
            }

            log?.Dispose();
            batch.Clear();
        }
    }

    /// <summary>The process is killed: the cache stays; or the power is cut.</summary>
    private void End()
    {
        if (isHasty || random.Next(2) == 0)
        {
            // Stays set until the log was opened: a life that ended before that checked nothing.
            powerCut = true;
            trace.Add("power cut");
            Disk.PowerCut();
            bootId = new Guid(random.Next(), 0, 0, new byte[8]);
        }

        folder = Start();
    }

    private FaultyDirectory Start() => (FaultyDirectory)Disk.Start().Directory("queues").Directory(LogName);

    private RecordLog Open()
    {
        Report.Clear();
        IStorageDirectory directory = carelessness == Carelessness.None ? folder : new CarelessDirectory(folder, carelessness);
        return RecordLog.Open(directory, LogName, options with { BootId = bootId }, SimulatedIndexer.Instance, TimeProvider.System, Report.Add);
    }

    private void Step(RecordLog log)
    {
        try
        {
            switch (isHasty ? random.Next(10) : random.Next(16))
            {
                case < 9:
                    Append(log);
                    break;
                case < 13:
                    log.Flush();
                    Trace(log, "flushed");
                    break;
                case 13:
                    Checkpoint(log, cleanStop: random.Next(3) == 0);
                    break;
                case 14:
                    Drop(log);
                    break;
                default:
                    expected.CheckRecords(log, damagedOffset: -1);
                    break;
            }
        }
        catch (LogPoisonedException) when (log.Poisoned is IOException && Disk.HasFailed)
        {
            // Expected: the log says so from now on.
        }

        expected.Observe(log);
    }

    private void Trace(RecordLog log, string what) => trace.Add(
        $"{what}: minimum {log.Watermarks.MinimumOffset}, flushed {log.Watermarks.FlushedOffset}, appended {log.Watermarks.AppendedOffset}"
        + $" at {log.Watermarks.AppendedPosition} {(log.Recovery.WasStoppedCleanly ? "(was stopped) " : "")}{log.Poisoned?.Message}");

    private void Append(RecordLog log)
    {
        if (random.Next(10) == 0)
            epoch++;
        batch.Begin(log, epoch);
        for (var count = random.Next(1, 12); count > 0; count--)
        {
            clock += random.Next(3);
            var record = SimulatedRecord.Make(random, batch.NextOffset, batch.NextPosition, epoch, clock, RecordSize());
            expected.Attempt(record);
            batch.Add(record.Payload);
            batch.Seal(record.TagHash, record.StoreTimestamp, [record.OwnKey, record.SharedKey]);
        }

        log.Append(batch);
        expected.AppendReturned();
        Trace(log, "appended");
    }

    private int RecordSize() =>
        SimulatedRecord.SmallestSize + (constantSize ?? (random.Next(20) == 0 ? random.Next(4000) : random.Next(200)));

    private void Checkpoint(RecordLog log, bool cleanStop)
    {
        expected.CheckpointAttempted(cleanStop);
        log.Checkpoint(cleanStop);
        expected.CheckpointReturned(log, cleanStop);
        Trace(log, cleanStop ? "stopped" : "checkpointed");
    }

    private void Drop(RecordLog log)
    {
        var segments = log.Segments;
        if (segments.Count < 2)
            return;
        var first = segments[random.Next(1, segments.Count)].First;
        expected.AttemptedMinimum = Math.Max(expected.AttemptedMinimum, first.Offset);
        log.DropSegmentsBefore(first.Position);
        ExpectedLog.CheckDropped(log, first.Offset);
        Trace(log, "dropped");
    }

    /// <summary>Nothing more is written, everything written is still read.</summary>
    private void CheckPoisoned(RecordLog log)
    {
        batch.Begin(log, epoch);
        batch.Add(new byte[100]);
        batch.Seal(0, clock, []);
        RequirePoisoned(() => log.Append(batch));
        RequirePoisoned(() => log.Flush());
        RequirePoisoned(() => log.Checkpoint());
        expected.CheckRecords(log, damagedOffset: -1);
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
