namespace Rocket.Actors.Storage;

/// <summary>How full a disk is, counted as <c>df</c> does: what only root may fill is neither used nor free.</summary>
/// <param name="UsedBytes">Bytes that something takes, ours or not.</param>
/// <param name="FreeBytes">Bytes that may still be written.</param>
public readonly record struct DiskUse(long UsedBytes, long FreeBytes)
{
    /// <summary>Used part in percent, rounded down: 90 or more if and only if at least 90 % are used.</summary>
    public int Percent => TotalBytes == 0 ? 0 : (int)((Int128)UsedBytes * 100 / TotalBytes);

    private Int128 TotalBytes => (Int128)UsedBytes + FreeBytes;

    /// <summary>The fewest bytes that have to go before less than <paramref name="percent"/> are used; 0 when that is so now.</summary>
    public long BytesAbove(int percent) => (long)Int128.Max(0, UsedBytes - (LeastUsed(percent) - 1));

    /// <summary>Bytes that may come before <paramref name="percent"/> are used; 0 when they are now.</summary>
    public long BytesBelow(int percent) => (long)Int128.Max(0, LeastUsed(percent) - UsedBytes);

    /// <summary>The fewest used bytes that are <paramref name="percent"/> of the disk.</summary>
    private Int128 LeastUsed(int percent) => ((TotalBytes * percent) + 99) / 100;
}
