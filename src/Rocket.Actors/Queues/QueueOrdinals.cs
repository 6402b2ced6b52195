using Rocket.Actors.Storage;

namespace Rocket.Actors.Queues;

/// <summary>
/// The ordinals of one queue: the broker-wide numbers that make a position in the queue's log a "physical offset" that names the same message on every
/// replica, for ever.
/// </summary>
public sealed class QueueOrdinals
{
    public static readonly QueueOrdinals None = new([]);

    private readonly int[] _ordinals;

    public QueueOrdinals(IEnumerable<int> ordinals) => _ordinals = [.. ordinals];

    public int Count => _ordinals.Length;

    public IReadOnlyList<int> All => _ordinals;

    /// <summary>Whether a record that starts at <paramref name="position"/> has an ordinal.</summary>
    public bool Covers(long position) => PhysicalOffset.TurnOf(position) < _ordinals.Length;

    /// <summary>Physical offset of the record that starts at <paramref name="position"/>.</summary>
    public long PhysicalOffsetOf(long position) => PhysicalOffset.Of(_ordinals[PhysicalOffset.TurnOf(position)], position);

    /// <summary>Log position of a physical offset; false when none of these ordinals is meant.</summary>
    public bool TryPosition(long physicalOffset, out long position)
    {
        var turn = physicalOffset < 0 ? -1 : Array.IndexOf(_ordinals, PhysicalOffset.OrdinalOf(physicalOffset));
        position = turn < 0 ? -1 : PhysicalOffset.PositionOf(turn, physicalOffset);
        return turn >= 0;
    }

    public QueueOrdinals With(int ordinal) => new([.. _ordinals, ordinal]);
}
