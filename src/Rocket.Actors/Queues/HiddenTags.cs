namespace Rocket.Actors.Queues;

/// <summary>
/// Hashes of the tags of records that are written and that consumers do not see yet, in the order of their offsets: those who wait for one of them are woken when it shows. A
/// ring, four bytes a record.
/// </summary>
internal sealed class HiddenTags
{
    private int[] _ring = [];
    private int _first;
    private int _count;

    public int Count => _count;

    /// <summary>Adds the tags of the next records.</summary>
    public void Add(ReadOnlySpan<int> tags)
    {
        if (_ring.Length - _count < tags.Length)
        {
            Grow(_count + tags.Length);
        }

        var at = (_first + _count) & (_ring.Length - 1);
        var head = Math.Min(tags.Length, _ring.Length - at);
        tags[..head].CopyTo(_ring.AsSpan(at));
        tags[head..].CopyTo(_ring);
        _count += tags.Length;
    }

    /// <summary>Takes the oldest tags, as many of <paramref name="wanted"/> as lie in one piece.</summary>
    /// <returns>Valid until the next call.</returns>
    public ReadOnlySpan<int> Take(int wanted)
    {
        var taken = Math.Min(Math.Min(wanted, _count), _ring.Length - _first);
        var tags = _ring.AsSpan(_first, taken);
        _count -= taken;
        _first = _count == 0 ? 0 : (_first + taken) & (_ring.Length - 1);
        return tags;
    }

    /// <summary>Forgets all.</summary>
    public void Clear() => (_first, _count) = (0, 0);

    private void Grow(int wanted)
    {
        var grown = new int[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(wanted, 64))];
        var head = Math.Min(_count, _ring.Length - _first);
        _ring.AsSpan(_first, head).CopyTo(grown);
        _ring.AsSpan(0, _count - head).CopyTo(grown.AsSpan(head));
        (_ring, _first) = (grown, 0);
    }
}
