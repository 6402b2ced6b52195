namespace Rocket.Benchmarks.Journal;

/// <summary>Which of the sequence numbers 0, 1, 2… were seen; one bit each.</summary>
internal sealed class SequenceSet
{
    private ulong[] _bits = new ulong[16];

    /// <summary>−1 before the first.</summary>
    public long Highest { get; private set; } = -1;

    /// <summary>False when it was there already.</summary>
    public bool Add(long sequence)
    {
        var word = checked((int)(sequence >> 6));
        if (word >= _bits.Length)
        {
            Array.Resize(ref _bits, Math.Max(_bits.Length * 2, word + 1));
        }

        var bit = 1UL << (int)(sequence & 63);
        var isNew = (_bits[word] & bit) == 0;
        _bits[word] |= bit;
        Highest = Math.Max(Highest, sequence);
        return isNew;
    }
}
