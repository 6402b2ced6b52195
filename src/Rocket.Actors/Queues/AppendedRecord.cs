namespace Rocket.Actors.Queues;

/// <summary>One record inside an append's buffer, and what the queue's index must know of it.</summary>
/// <param name="Start">First byte of the stored message in <see cref="Append.Buffer"/>.</param>
/// <param name="Length">Bytes of the stored message.</param>
/// <param name="TagHash">Java hash of TAGS, 0 without tags.</param>
/// <param name="KeyStart">First of this record's hashes in <see cref="Append.KeyHashes"/>.</param>
public record struct AppendedRecord(int Start, int Length, int TagHash, int KeyStart)
{
    /// <summary>How many key hashes this record has.</summary>
    public int KeyCount { get; set; }

    /// <summary>Ordinal and place within it; valid once the append is answered as stored.</summary>
    public long PhysicalOffset { get; set; }
}
