namespace Rocket.Actors.Storage;

/// <summary>Collects what index and keys say of records that are read again, and writes it behind what a segment's files have, in large pieces.</summary>
/// <param name="segment">The segment.</param>
/// <param name="from">The first record to be added.</param>
/// <param name="index">Takes the entries of the index; null when it is to stay as it is.</param>
/// <param name="collectedKeys">Takes the keys instead of the segment's file, when that is to be written as a whole.</param>
internal sealed class CompanionBuilder(LogSegment segment, LogPoint from, IStorageFile? index, List<KeyEntry>? collectedKeys = null)
{
    private const int ChunkEntries = 1024;

    private readonly byte[] indexEntries = new byte[ChunkEntries * IndexLayout.EntrySize];
    private readonly byte[] keyEntries = new byte[ChunkEntries * KeysLayout.EntrySize];
    private int indexed;
    private int keyed;

    /// <summary>Offset of the next record to be added.</summary>
    public long NextOffset { get; private set; } = from.Offset;

    public void Add(long position, int size, in RecordDescription description)
    {
        if (indexed == ChunkEntries)
            WriteIndex();
        var entry = new IndexEntry(position, size, description.TagHash, description.StoreTimestamp);
        IndexLayout.Write(indexEntries.AsSpan(indexed++ * IndexLayout.EntrySize), entry);
        foreach (var hash in description.KeyHashes)
            AddKey(new KeyEntry(hash, NextOffset));
        NextOffset++;
    }

    /// <summary>Writes what is still held.</summary>
    public void Finish()
    {
        WriteIndex();
        WriteKeys();
    }

    private void AddKey(KeyEntry entry)
    {
        if (collectedKeys is not null)
        {
            collectedKeys.Add(entry);
            return;
        }

        if (keyed == ChunkEntries)
            WriteKeys();
        KeysLayout.Write(keyEntries.AsSpan(keyed++ * KeysLayout.EntrySize), entry);
    }

    private void WriteIndex()
    {
        if (indexed > 0)
            index?.Write(indexEntries.AsSpan(0, indexed * IndexLayout.EntrySize), segment.IndexPlace(NextOffset - indexed));
        indexed = 0;
    }

    private void WriteKeys()
    {
        if (keyed > 0)
            segment.AppendKeys(keyEntries.AsSpan(0, keyed * KeysLayout.EntrySize));
        keyed = 0;
    }
}
