namespace Rocket.Protocol.Filters;

/// <summary>What an expression needs of one message: its property string, and where in it the properties are that the expression names.</summary>
internal readonly ref struct SqlRow(ReadOnlySpan<byte> properties, Span<SqlSlot> slots)
{
    private readonly ReadOnlySpan<byte> _properties = properties;
    private readonly Span<SqlSlot> _slots = slots;

    /// <summary>The property's value in UTF-8; empty: it is missing, since no property is empty.</summary>
    public ReadOnlySpan<byte> this[int slot] => _properties.Slice(_slots[slot].Start, _slots[slot].Length);

    /// <summary>The property as a 64-bit integer; false: it is none.</summary>
    public bool TryReadInteger(int slot, out long value) => _slots[slot].TryReadInteger(_properties, out value);

    /// <summary>The property as a double; false: it is none.</summary>
    public bool TryReadReal(int slot, out double value) => _slots[slot].TryReadReal(_properties, out value);
}
