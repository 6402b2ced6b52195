namespace Rocket.Actors.Storage;

/// <summary>Knows what is inside a log's payloads. Only recovery asks, to rebuild index and keys and to tell a foreign record.</summary>
public interface IRecordIndexer
{
    /// <summary>Describes the record with this payload as the writer did when it sealed it.</summary>
    /// <param name="payload">A payload whose checksum is right.</param>
    /// <param name="expectedOffset">The offset that this place in the log gives it.</param>
    /// <param name="description">Emptied by the caller, filled here.</param>
    /// <returns>false when the record does not belong here: another layout, or written for another offset.</returns>
    bool TryDescribe(ReadOnlySpan<byte> payload, long expectedOffset, ref RecordDescription description);
}

/// <summary>What index and keys say of one record. Reused from record to record; the list of keys keeps its memory.</summary>
public struct RecordDescription
{
    private ulong[]? _keyHashes;
    private int _keyCount;

    /// <summary>What the tag filter compares; 0 without a tag.</summary>
    public int TagHash { get; set; }

    /// <summary>When it was stored, milliseconds since 1970, 0 … 2^48 − 1.</summary>
    public long StoreTimestamp { get; set; }

    /// <summary>The keys that it can be found by.</summary>
    public readonly ReadOnlySpan<ulong> KeyHashes => _keyHashes.AsSpan(0, _keyCount);

    public void AddKey(ulong keyHash)
    {
        _keyHashes ??= new ulong[8];
        if (_keyCount == _keyHashes.Length)
        {
            Array.Resize(ref _keyHashes, 2 * _keyCount);
        }

        _keyHashes[_keyCount++] = keyHash;
    }

    public void Clear()
    {
        TagHash = 0;
        StoreTimestamp = 0;
        _keyCount = 0;
    }
}
