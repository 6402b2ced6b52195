namespace Rocket.Actors.Storage;

/// <summary>Collects what index and keys say of records that are read again, and writes it behind what a segment's files have, in large pieces.</summary>
/// <param name="segment">The segment.</param>
/// <param name="from">The first record to be added.</param>
/// <param name="index">Takes the entries of the index; null when it is to stay as it is.</param>
/// <param name="collectedKeys">Takes the keys instead of the segment's file, when that is to be written as a whole.</param>
internal sealed class CompanionBuilder(LogSegment segment, LogPoint from, IStorageFile? index, List<KeyEntry>? collectedKeys = null)
{
    private const int ChunkEntries = 1024;

    private readonly byte[] _indexEntries = new byte[ChunkEntries * IndexLayout.EntrySize];
    private readonly byte[] _keyEntries = new byte[ChunkEntries * KeysLayout.EntrySize];
    private int _indexed;
    private int _keyed;

    /// <summary>Offset of the next record to be added.</summary>
    public long NextOffset { get; private set; } = from.Offset;

    public void Add(long position, int size, in RecordDescription description)
    {
        if (_indexed == ChunkEntries)
        {
            WriteIndex();
        }

        var entry = new IndexEntry(position, size, description.TagHash, description.StoreTimestamp);
        IndexLayout.Write(_indexEntries.AsSpan(_indexed++ * IndexLayout.EntrySize), entry);
        foreach (var hash in description.KeyHashes)
        {
            AddKey(new KeyEntry(hash, NextOffset));
        }

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

        if (_keyed == ChunkEntries)
        {
            WriteKeys();
        }

        KeysLayout.Write(_keyEntries.AsSpan(_keyed++ * KeysLayout.EntrySize), entry);
    }

    private void WriteIndex()
    {
        if (_indexed > 0)
        {
            index?.Write(_indexEntries.AsSpan(0, _indexed * IndexLayout.EntrySize), segment.IndexPlace(NextOffset - _indexed));
        }

        _indexed = 0;
    }

    private void WriteKeys()
    {
        if (_keyed > 0)
        {
            segment.AppendKeys(_keyEntries.AsSpan(0, _keyed * KeysLayout.EntrySize));
        }

        _keyed = 0;
    }
}
