namespace Rocket.Actors.Queues;

/// <summary>
/// The 64-bit "physical offset" that clients carry, which names one message of one broker: the queue's ordinal above, the position within
/// the queue's log below. A log that grows over 2^40 bytes goes on under the next ordinal that its queue was given.
/// <code>
///   63        62 … 40                39 … 0
///  +---+------------------+--------------------------+
///  | 0 | ordinal (2^23)   | position modulo 2^40     |
///  +---+------------------+--------------------------+
/// </code>
/// </summary>
public static class PhysicalOffset
{
    public const int PositionBits = 40;
    public const int OrdinalBits = 63 - PositionBits;
    public const int MaxOrdinal = (1 << OrdinalBits) - 1;
    public const long BytesPerOrdinal = 1L << PositionBits;

    private const long PositionMask = BytesPerOrdinal - 1;

    /// <summary>The physical offset of the record at a position, for the ordinal that holds at that position.</summary>
    public static long Of(int ordinal, long position)
    {
        if ((uint)ordinal > MaxOrdinal)
        {
            throw new ArgumentOutOfRangeException(nameof(ordinal), ordinal, $"An ordinal is 0 … {MaxOrdinal}");
        }

        ArgumentOutOfRangeException.ThrowIfNegative(position);
        return ((long)ordinal << PositionBits) | (position & PositionMask);
    }

    /// <summary>The ordinal within a physical offset that is not negative.</summary>
    public static int OrdinalOf(long physicalOffset) => (int)(physicalOffset >> PositionBits);

    /// <summary>Which of its queue's ordinals (0 = the first) holds at a position.</summary>
    public static int TurnOf(long position) => (int)(position >> PositionBits);

    /// <summary>The position in the log, for a physical offset whose ordinal is its queue's <paramref name="turn"/>th (0 = the first).</summary>
    public static long PositionOf(int turn, long physicalOffset) => ((long)turn << PositionBits) | (physicalOffset & PositionMask);
}
