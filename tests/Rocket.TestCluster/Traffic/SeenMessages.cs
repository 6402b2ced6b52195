namespace Rocket.TestCluster.Traffic;

/// <summary>
/// The messages that one consumer has seen, by queue and offset. Each queue has one reader, which reads it from its beginning; anyone may ask what is at an offset.
/// </summary>
internal sealed class SeenMessages(int queues)
{
    private readonly List<long>[] _numbers = [.. Enumerable.Range(0, queues).Select(_ => new List<long>())];
    private readonly HashSet<long> _all = [];
    private readonly Lock _gate = new();

    /// <summary>Different messages seen.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _all.Count;
            }
        }
    }

    /// <summary>Messages seen once more than once.</summary>
    public int Again { get; private set; }

    /// <summary>Notes a message.</summary>
    /// <returns>What is wrong with it: another one was at that offset, it was seen at another offset, or some before it were left out; null: nothing.</returns>
    public string? Add(int queue, long offset, long number)
    {
        lock (_gate)
        {
            var numbers = _numbers[queue];
            if (offset < numbers.Count)
            {
                Again++;
                return numbers[(int)offset] == number ? null : $"queue {queue}: message {number} is at {offset}, where {numbers[(int)offset]} was before";
            }

            if (offset > numbers.Count)
            {
                return $"queue {queue}: {numbers.Count} to {offset - 1} were left out";
            }

            numbers.Add(number);
            return _all.Add(number) ? null : $"queue {queue}: message {number}, at {offset}, has been seen elsewhere";
        }
    }

    /// <summary>The number of the message at an offset; null: not seen yet.</summary>
    public long? At(int queue, long offset)
    {
        lock (_gate)
        {
            return offset < _numbers[queue].Count ? _numbers[queue][(int)offset] : null;
        }
    }
}
