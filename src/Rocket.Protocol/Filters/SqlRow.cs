namespace Rocket.Protocol.Filters;

/// <summary>Where in a property string the value of a property stands; empty: the message does not have it.</summary>
internal readonly record struct SqlSlot(int Start, int Length);

/// <summary>What an expression needs of one message: its property string, and where in it the properties are that the expression names.</summary>
internal readonly ref struct SqlRow(ReadOnlySpan<byte> properties, ReadOnlySpan<SqlSlot> slots)
{
    private readonly ReadOnlySpan<byte> _properties = properties;
    private readonly ReadOnlySpan<SqlSlot> _slots = slots;

    /// <summary>The property's value in UTF-8; empty: it is missing, since no property is empty.</summary>
    public ReadOnlySpan<byte> this[int slot] => _properties.Slice(_slots[slot].Start, _slots[slot].Length);
}
