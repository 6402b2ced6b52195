namespace Rocket.Host.Gateway.Memory;

/// <summary>
/// Sees to it that memory which a crowd has used goes back to the system after it has left. Without allocation there is no collection of garbage, and
/// an ordinary one keeps what it has freed, so that a quiet node would look for ever as it did in its worst moment.
/// </summary>
internal sealed class Leftovers(TimeProvider time)
{
    /// <summary>Less is not worth stopping the process for, which takes some ten milliseconds.</summary>
    private const long Worth = 32 << 20;

    /// <summary>Part of the heap that must be garbage: what is alive has to be moved.</summary>
    private const int WorthPart = 3;

    /// <summary>What a node allocates between two calls that nobody uses: heartbeats, gossip, timers.</summary>
    private const long Quiet = 1 << 20;

    /// <summary>Least time between two collections, so that a load which comes and goes does not pay for many.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private long _collected = time.GetTimestamp() - (long)(Pause.TotalSeconds * time.TimestampFrequency);
    private long _bytes;
    private long _bytesBefore;
    private long _allocatedBefore;
    private long _level = GC.GetTotalMemory(forceFullCollection: false);

    /// <summary>So many bytes have become garbage.</summary>
    public void Add(long bytes) => Interlocked.Add(ref _bytes, bytes);

    /// <summary>
    /// Collects when there is much and nothing was added since the last call; or, when hardly anything was allocated since then, if the heap has grown as much since it was last collected:
    /// what a crowd asked for is garbage that nobody counts.
    /// </summary>
    public void CollectIfQuiet()
    {
        var (bytes, allocated, heap) = (Volatile.Read(ref _bytes), GC.GetTotalAllocatedBytes(), GC.GetTotalMemory(forceFullCollection: false));
        var isWorthIt = (bytes == _bytesBefore && IsMuch(bytes, heap)) || (allocated - _allocatedBefore < Quiet && IsMuch(heap - _level, heap));
        (_bytesBefore, _allocatedBefore) = (bytes, allocated);
        if (!isWorthIt || time.GetElapsedTime(_collected) < Pause)
        {
            return;
        }

        Interlocked.Add(ref _bytes, -bytes);
        _bytesBefore = 0;
        _collected = time.GetTimestamp();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        _level = GC.GetTotalMemory(forceFullCollection: false);
    }

    private static bool IsMuch(long garbage, long heap) => garbage >= Worth && garbage >= heap / WorthPart;
}
