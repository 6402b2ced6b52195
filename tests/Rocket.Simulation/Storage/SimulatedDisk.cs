namespace Rocket.Simulation.Storage;

/// <summary>What may go wrong at a step of input or output.</summary>
internal enum Fault
{
    None,

    /// <summary>The process or the machine ends here; a write may have begun.</summary>
    Crash,

    /// <summary>A write, a new file or a change of length is refused as on a full disk; part of the write is done. Any other step: nothing.</summary>
    DiskFull,

    /// <summary>An fsync of a file fails. Any other step: nothing.</summary>
    FlushError,
}

/// <summary>The machine ended: unlike an <see cref="IOException"/> nobody may go on after it.</summary>
internal sealed class SimulatedCrashException() : Exception("The simulated machine ended here");

/// <summary>A disk whose every step is counted and may be the one that goes wrong.</summary>
internal sealed class SimulatedDisk(Random random)
{
    private Fault _fault;
    private int _stepsToFault;
    private int _generation;

    /// <summary>Bytes that the disk writes at once; a page of cache is eight of them.</summary>
    public int SectorSize { get; } = random.Next(2) == 0 ? 64 : 512;

    public int PageSize => 8 * SectorSize;

    public SimulatedFolder Root { get; } = new();

    /// <summary>Steps done so far.</summary>
    public int Steps { get; private set; }

    /// <summary>Whether the fault happened.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>Whether the machine ended and was not started again.</summary>
    public bool IsDown { get; private set; }

    /// <summary>A new start of the process: what was opened before is closed.</summary>
    public FaultyDirectory Start()
    {
        _generation++;
        IsDown = false;
        return new FaultyDirectory(this, Root, "/disk", null);
    }

    /// <summary>Lets one fault happen so many steps from now; a flush error waits for the next fsync then.</summary>
    public void Arm(Fault kind, int steps)
    {
        _fault = kind;
        _stepsToFault = steps;
        HasFailed = false;
    }

    public void Disarm() => _fault = Fault.None;

    public void PowerCut() => Root.PowerCut(random);

    /// <summary>Which process this is; files opened by an earlier one are closed.</summary>
    public int Generation => _generation;

    /// <summary>Before a step that changes names.</summary>
    public void BeforeChange(bool createsSomething)
    {
        switch (Next(createsSomething ? Fault.DiskFull : Fault.None))
        {
            case Fault.Crash:
                throw Crashed();
            case Fault.DiskFull:
                throw new IOException("No space left on the simulated disk");
        }
    }

    public void Write(SimulatedFile file, ReadOnlySpan<byte> source, long offset)
    {
        var outcome = Next(Fault.DiskFull);
        if (outcome == Fault.None)
        {
            file.Write(source, offset);
            return;
        }

        file.Write(source[..random.Next(source.Length + 1)], offset);
        throw outcome == Fault.Crash ? Crashed() : new IOException("No space left on the simulated disk");
    }

    public void Flush(SimulatedFile file)
    {
        switch (Next(Fault.FlushError))
        {
            case Fault.None:
                file.Flush();
                break;
            case Fault.Crash:
                if (random.Next(2) == 0)
                {
                    file.Flush();
                }

                throw Crashed();
            default:
                file.FailFlush(random);
                throw new IOException("The simulated disk could not write back");
        }
    }

    private SimulatedCrashException Crashed()
    {
        IsDown = true;
        return new SimulatedCrashException();
    }

    /// <summary>Counts a step; what goes wrong at it, given the one kind of error (besides a crash) that it can have.</summary>
    private Fault Next(Fault possible)
    {
        if (IsDown)
        {
            throw new SimulatedCrashException();
        }

        Steps++;
        if (_fault == Fault.None || --_stepsToFault > 0 || (_fault != Fault.Crash && _fault != possible))
        {
            return Fault.None;
        }

        var happens = _fault;
        _fault = Fault.None;
        HasFailed = true;
        return happens;
    }
}
