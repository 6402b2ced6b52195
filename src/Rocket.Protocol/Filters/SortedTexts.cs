namespace Rocket.Protocol.Filters;

/// <summary>Some texts in UTF-8 among which one is found without allocating.</summary>
internal sealed class SortedTexts
{
    private readonly byte[][] _sorted;
    private readonly int[] _places;

    /// <param name="texts">In any order; of equal ones either is found.</param>
    public SortedTexts(IReadOnlyCollection<byte[]> texts)
    {
        _sorted = [.. texts];
        _places = [.. Enumerable.Range(0, texts.Count)];
        Array.Sort(_sorted, _places, Comparer<byte[]>.Create(static (left, right) => Compare(left, right)));
    }

    public int Count => _sorted.Length;

    /// <summary>Which one in the order of the constructor has these bytes; −1: none.</summary>
    public int Find(ReadOnlySpan<byte> text)
    {
        var (low, high) = (0, _sorted.Length - 1);
        while (low <= high)
        {
            var middle = low + ((high - low) >> 1);
            switch (Compare(_sorted[middle], text))
            {
                case 0:
                    return _places[middle];
                case < 0:
                    low = middle + 1;
                    break;
                default:
                    high = middle - 1;
                    break;
            }
        }

        return -1;
    }

    /// <summary>By length first: it decides most comparisons without looking at a byte.</summary>
    private static int Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) =>
        left.Length != right.Length ? left.Length.CompareTo(right.Length) : left.SequenceCompareTo(right);
}
