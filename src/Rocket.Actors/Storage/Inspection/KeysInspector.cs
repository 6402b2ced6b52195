using System.Buffers;

namespace Rocket.Actors.Storage.Inspection;

/// <summary>Compares the keys of a segment with those of its records: each entry right, in order where they are sorted, none missing, none too many.</summary>
/// <param name="segment">The segment, with its keys attached if it has some.</param>
/// <param name="fault">Why a start builds them anew; null: a start trusts them.</param>
internal sealed class KeysInspector(LogSegment segment, string? fault)
{
    private const int ChunkEntries = 4096;

    private KeyDigest _expected;

    /// <summary>Whether the next start does not go by it.</summary>
    public bool IsBuiltAnew => fault is not null;

    /// <summary>Notes a key that a record has.</summary>
    public void Expect(ulong hash, long offset) => _expected.Add(new KeyEntry(hash, offset));

    /// <summary>Reads the file and reports what was found.</summary>
    /// <param name="recordsAreWhole">Whether every record was read, so that all keys are known and could be built anew.</param>
    /// <param name="remedy">What to do when they could not.</param>
    /// <param name="tally">Takes the finding.</param>
    public void Report(bool recordsAreWhole, string remedy, InspectionTally tally)
    {
        var file = segment.PathOf(SegmentFileKind.Keys);
        var why = fault?.Replace(Path.GetFileName(file), "the file", StringComparison.Ordinal);
        if (why is not null && recordsAreWhole)
        {
            tally.Add(FindingSeverity.Warning, file, why, Remedies.BuiltAnew);
        }
        else if (why is not null)
        {
            tally.Add(FindingSeverity.Damage, file, $"{why}, and cannot be built anew from damaged records: the start refuses this log", remedy);
        }
        else if (FaultOfEntries(recordsAreWhole) is { } wrong)
        {
            tally.Add(
                FindingSeverity.Damage,
                file,
                wrong,
                recordsAreWhole ? Remedies.DeleteToBuildAnew : $"do not delete it, it cannot be built anew from damaged records; {remedy}");
        }
    }

    private string? FaultOfEntries(bool recordsAreWhole)
    {
        var found = default(KeyDigest);
        if (segment.Keys.File is { } file && FaultOfEach(file, ref found) is { } wrong)
        {
            return wrong;
        }

        return !recordsAreWhole || found.Equals(_expected) ? null : $"it has {found.Count} keys that are not the {_expected.Count} of the records";
    }

    private string? FaultOfEach(IStorageFile file, ref KeyDigest found)
    {
        var chunk = ArrayPool<byte>.Shared.Rent(ChunkEntries * KeysLayout.EntrySize);
        try
        {
            KeyEntry? before = null;
            for (var number = 0L; number < segment.KeyEntries;)
            {
                var bytes = chunk.AsSpan(0, (int)Math.Min(ChunkEntries, segment.KeyEntries - number) * KeysLayout.EntrySize);
                if (file.Read(bytes, KeysLayout.FileLength(number)) < bytes.Length)
                {
                    return $"it ends within its {segment.KeyEntries} entries";
                }

                for (; !bytes.IsEmpty; bytes = bytes[KeysLayout.EntrySize..], number++)
                {
                    if (!KeysLayout.TryRead(bytes, out var entry))
                    {
                        return $"entry {number} is not what was written";
                    }

                    if (segment.Keys.IsSorted && before is { } last && entry.CompareTo(last) < 0)
                    {
                        return $"entry {number} is not in order";
                    }

                    before = entry;
                    found.Add(entry);
                }
            }

            return null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }
    }
}
