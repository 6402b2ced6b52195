namespace Rocket.TestCluster.Running;

/// <summary>What a process takes of its machine.</summary>
/// <param name="WorkingSet">Bytes of memory that are resident.</param>
/// <param name="Handles">Open files and sockets.</param>
/// <param name="Threads">Threads.</param>
/// <param name="Processor">Time on processors since its start.</param>
public readonly record struct ProcessUsage(long WorkingSet, int Handles, int Threads, TimeSpan Processor)
{
    /// <summary><see cref="WorkingSet"/> in MiB.</summary>
    public double MiB => WorkingSet / (1024.0 * 1024);

    public override string ToString() => $"{MiB:F0} MiB, {Handles} handles, {Threads} threads, {Processor.TotalSeconds:F1} s";
}
