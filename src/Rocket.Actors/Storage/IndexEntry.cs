namespace Rocket.Actors.Storage;

/// <summary>What the index says of one record.</summary>
/// <param name="Position">Where the record begins in the log.</param>
/// <param name="Size">Bytes of its payload, without the record header.</param>
/// <param name="TagHash">What the tag filter compares; 0 without a tag.</param>
/// <param name="StoreTimestamp">When it was stored, milliseconds since 1970, 0 … 2^48 − 1.</param>
public readonly record struct IndexEntry(long Position, int Size, int TagHash, long StoreTimestamp)
{
    /// <summary>Where the record after this one begins.</summary>
    public long NextPosition => Position + RecordLayout.HeaderSize + Size;
}
