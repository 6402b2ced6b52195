namespace Rocket.Protocol.Filters;

/// <summary>A property of the message; always a text.</summary>
internal sealed class PropertyOperand(int slot) : SqlOperand(1)
{
    public int Slot => slot;

    public override SqlValue Read(in SqlRow row) => row[slot] is { IsEmpty: false } value ? SqlValue.OfProperty(value, slot) : SqlValue.Null;
}

/// <summary>A text of the expression itself.</summary>
internal sealed class TextOperand(byte[] text) : SqlOperand(1)
{
    public override SqlValue Read(in SqlRow row) => SqlValue.Of(text);
}

/// <summary>A number of the expression itself.</summary>
internal abstract class NumberOperand() : SqlOperand(1)
{
    /// <summary>The same number with the other sign.</summary>
    public abstract NumberOperand Negated { get; }

    public bool IsAbove(NumberOperand other) => SqlNumber.TryOrder(default, Read(default), other.Read(default), out var order) && order > 0;
}

internal sealed class IntegerOperand(long value) : NumberOperand
{
    public override NumberOperand Negated => new IntegerOperand(-value);

    public override SqlValue Read(in SqlRow row) => SqlValue.Of(value);
}

internal sealed class RealOperand(double value) : NumberOperand
{
    public override NumberOperand Negated => new RealOperand(-value);

    public override SqlValue Read(in SqlRow row) => SqlValue.Of(value);
}

/// <summary>A minus before something that is no number of the expression: a property is a text, which has no negative.</summary>
internal sealed class NothingOperand() : SqlOperand(1)
{
    public override SqlValue Read(in SqlRow row) => SqlValue.Null;
}

/// <summary>A condition that is compared with something.</summary>
internal sealed class ConditionOperand(SqlCondition condition) : SqlOperand(condition.Depth + 1)
{
    public override SqlValue Read(in SqlRow row) => SqlValue.Of(condition.Evaluate(row));
}
