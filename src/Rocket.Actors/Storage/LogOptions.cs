namespace Rocket.Actors.Storage;

/// <summary>How one log is kept. Every value may differ from one opening to the next: nothing on disk depends on them.</summary>
/// <param name="SegmentSize">Bytes of records after which a new segment begins. A batch is never split: one that is larger makes a larger segment.</param>
/// <param name="MaxRecordSize">Greatest payload in bytes that <see cref="LogBatch.Add(int)"/> takes.</param>
/// <param name="CheckpointEvery">Bytes flushed after which a flush also writes a checkpoint: what a start after a crash reads at most (and what
/// was not flushed yet).</param>
public sealed record LogOptions(
    long SegmentSize = 64L * 1024 * 1024,
    int MaxRecordSize = 32 * 1024 * 1024,
    long CheckpointEvery = 64L * 1024 * 1024)
{
    /// <summary>Identity of this run of the machine, <see cref="FileDirectory.BootId"/>; all zero = unknown.</summary>
    public Guid BootId { get; init; }
}
