namespace Rocket.Actors.Storage.Inspection;

/// <summary>Compares the index of a segment with its records, reading both front to back.</summary>
/// <param name="segment">The segment, with its index attached if it has one.</param>
/// <param name="fault">Why a start builds it anew; null: a start trusts it.</param>
internal sealed class IndexInspector(LogSegment segment, string? fault)
{
    private readonly byte[] _buffer = new byte[2048 * IndexLayout.EntrySize];
    private long _bufferFirst;
    private int _buffered;
    private long _firstWrong = -1;
    private long _wrong;

    /// <summary>Whether the next start does not go by it.</summary>
    public bool IsBuiltAnew => fault is not null;

    /// <summary>What the index says of a record; false when it says nothing that can be believed.</summary>
    public bool TryRead(long offset, out IndexEntry entry)
    {
        entry = default;
        if (!segment.HasIndex || (!IsBuffered(offset) && !Fill(offset)))
        {
            return false;
        }

        var place = (int)(offset - _bufferFirst) * IndexLayout.EntrySize;
        return IndexLayout.TryRead(_buffer.AsSpan(place, IndexLayout.EntrySize), out entry);
    }

    /// <summary>Notes whether the index says this of a record.</summary>
    public void Compare(long offset, in IndexEntry expected)
    {
        if (fault is not null || (TryRead(offset, out var found) && found == expected))
        {
            return;
        }

        _firstWrong = _wrong++ == 0 ? offset : _firstWrong;
    }

    /// <summary>Reports what was found.</summary>
    /// <param name="recordsAreWhole">Whether the index could be built anew.</param>
    /// <param name="remedy">What to do when it could not.</param>
    /// <param name="tally">Takes the finding.</param>
    public void Report(bool recordsAreWhole, string remedy, InspectionTally tally)
    {
        var file = segment.PathOf(SegmentFileKind.Index);
        var why = fault?.Replace(Path.GetFileName(file), "the file", StringComparison.Ordinal);
        if (why is not null && recordsAreWhole)
        {
            tally.Add(FindingSeverity.Warning, file, why, Remedies.BuiltAnew);
        }
        else if (why is not null)
        {
            tally.Add(FindingSeverity.Damage, file, $"{why}, and cannot be built anew from damaged records: the start refuses this log", remedy);
        }
        else if (_wrong > 0)
        {
            tally.Add(
                FindingSeverity.Damage,
                file,
                $"{_wrong} entries are not what the records say, the first one for offset {_firstWrong}",
                recordsAreWhole ? Remedies.DeleteToBuildAnew : $"do not delete it, it cannot be built anew from damaged records; {remedy}");
        }
    }

    private bool IsBuffered(long offset) => offset >= _bufferFirst && offset < _bufferFirst + _buffered;

    private bool Fill(long offset)
    {
        var read = segment.Index.Read(_buffer, segment.IndexPlace(offset));
        (_bufferFirst, _buffered) = (offset, read / IndexLayout.EntrySize);
        return _buffered > 0;
    }
}
