namespace Rocket.Simulation.Storage;

/// <summary>
/// The bytes of one file, twice: as processes see them (the page cache) and as the disk holds them. A flush copies the dirty pages over;
/// a power cut leaves, of the pages that were dirty, any subset, whole or torn, and any of the lengths the file went through.
/// </summary>
internal sealed class SimulatedFile(int pageSize, int sectorSize)
{
    private readonly SortedSet<int> _dirtyPages = [];
    private byte[] _cached = [];
    private byte[] _durable = [];
    private bool _lengthIsDirty;

    public int Length { get; private set; }

    private int DurableLength { get; set; }

    public int Read(Span<byte> destination, long offset)
    {
        if (offset >= Length)
        {
            return 0;
        }

        var count = (int)Math.Min(destination.Length, Length - offset);
        _cached.AsSpan((int)offset, count).CopyTo(destination);
        return count;
    }

    public void Write(ReadOnlySpan<byte> source, long offset)
    {
        if (source.IsEmpty)
        {
            return;
        }

        var end = checked((int)(offset + source.Length));
        if (end > Length)
        {
            SetLength(end);
        }

        source.CopyTo(_cached.AsSpan((int)offset));
        MarkDirty((int)offset, end);
    }

    public void SetLength(long length)
    {
        var wanted = checked((int)length);
        if (wanted == Length)
        {
            return;
        }

        Grow(ref _cached, wanted);
        if (wanted < Length)
        {
            _cached.AsSpan(wanted, Length - wanted).Clear();
        }

        MarkDirty(Math.Min(wanted, Length), Math.Max(wanted, Length));
        Length = wanted;
        _lengthIsDirty = true;
    }

    public void Flush()
    {
        foreach (var page in _dirtyPages)
        {
            CopyPage(page);
        }

        _dirtyPages.Clear();
        DurableLength = Length;
        _lengthIsDirty = false;
    }

    /// <summary>
    /// What Linux does when write-back fails: the pages stay readable and count as clean, so no later fsync writes them, and the disk does
    /// not have them, or parts of them.
    /// </summary>
    public void FailFlush(Random random)
    {
        foreach (var page in _dirtyPages)
        {
            switch (random.Next(6))
            {
                case 0 or 1:
                    CopyPage(page);
                    break;
                case 2:
                    CopySectors(page, random);
                    break;
            }
        }

        _dirtyPages.Clear();
    }

    public void PowerCut(Random random)
    {
        var length = _lengthIsDirty ? LengthAfterCut(random) : DurableLength;
        Grow(ref _durable, Math.Max(length, _durable.Length));
        var survival = random.Next(4);
        foreach (var page in _dirtyPages)
        {
            if (survival == 0 || (survival < 3 && random.Next(2) == 0))
            {
                continue;
            }

            if (random.Next(8) == 0)
            {
                CopySectors(page, random);
            }
            else
            {
                CopyPage(page);
            }
        }

        // What lies behind the end of a file does not come back when the file grows again.
        _durable.AsSpan(Math.Min(length, _durable.Length)).Clear();
        DurableLength = length;
        Length = length;
        _cached = _durable.AsSpan(0, length).ToArray();
        _dirtyPages.Clear();
        _lengthIsDirty = false;
    }

    public void FlipBit(int offset, int bit)
    {
        _cached[offset] ^= (byte)(1 << bit);
        Grow(ref _durable, _cached.Length);
        _durable[offset] ^= (byte)(1 << bit);
    }

    private int LengthAfterCut(Random random)
    {
        var shortest = Math.Min(Length, DurableLength);
        var longest = Math.Max(Length, DurableLength);
        return random.Next(4) switch
        {
            0 => DurableLength,
            1 => Length,
            2 => Math.Clamp(((shortest / pageSize) + random.Next(2 + ((longest - shortest) / pageSize))) * pageSize, shortest, longest),
            _ => random.Next(shortest, longest + 1),
        };
    }

    private void CopyPage(int page) => Copy(page * pageSize, pageSize);

    private void CopySectors(int page, Random random)
    {
        for (var sector = page * pageSize; sector < (page + 1) * pageSize; sector += sectorSize)
        {
            if (random.Next(2) == 0)
            {
                Copy(sector, sectorSize);
            }
        }
    }

    private void Copy(int start, int count)
    {
        Grow(ref _durable, start + count);
        Grow(ref _cached, start + count);
        _cached.AsSpan(start, count).CopyTo(_durable.AsSpan(start, count));
    }

    private void MarkDirty(int start, int end)
    {
        for (var page = start / pageSize; page * pageSize < end; page++)
        {
            _dirtyPages.Add(page);
        }
    }

    private static void Grow(ref byte[] bytes, int length)
    {
        if (bytes.Length < length)
        {
            Array.Resize(ref bytes, Math.Max(length, 2 * bytes.Length));
        }
    }
}
