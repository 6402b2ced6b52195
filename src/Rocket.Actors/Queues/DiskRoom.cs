using Rocket.Actors.Storage;

namespace Rocket.Actors.Queues;

/// <summary>
/// How much more a broker may write before its disk is too full. Set anew with each measurement, spent by queues in between, so that no burst of sends
/// gets beyond it. Any thread.
/// </summary>
public sealed class DiskRoom
{
    /// <summary>No disk is that large, and no broker writes that much between two measurements.</summary>
    private const long Endless = long.MaxValue / 2;

    private long _left = Endless;
    private long _free;

    /// <summary>Whether nothing more should be written until the disk is measured again.</summary>
    public bool IsUsedUp => Volatile.Read(ref _left) <= 0;

    /// <summary>Bytes that were free on the disk when it was last measured; 0 as long as it was not.</summary>
    public long FreeBytes => Volatile.Read(ref _free);

    /// <summary>A queue has written that much.</summary>
    public void Spend(long bytes) => Interlocked.Add(ref _left, -bytes);

    /// <param name="use">The disk as it is now; null: it cannot be full.</param>
    /// <param name="left">Bytes that may be written.</param>
    public void Measured(DiskUse? use, long left)
    {
        Volatile.Write(ref _free, use?.FreeBytes ?? Endless);
        Volatile.Write(ref _left, use is null ? Endless : left);
    }

    /// <summary>Nobody measures any more.</summary>
    public void Forget()
    {
        Volatile.Write(ref _free, 0);
        Volatile.Write(ref _left, Endless);
    }
}
