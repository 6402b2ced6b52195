namespace Rocket.Protocol.Filters;

/// <summary>A part of an expression. Immutable, and shared by all who filter with it.</summary>
/// <param name="depth">Levels from here downwards, 1 or more: evaluation recurses as deep.</param>
internal abstract class SqlNode(int depth)
{
    public int Depth { get; } = depth;
}

/// <summary>A part that is true or not.</summary>
internal abstract class SqlCondition(int depth) : SqlNode(depth)
{
    public abstract SqlTruth Evaluate(in SqlRow row);
}

/// <summary>A part that has a value.</summary>
internal abstract class SqlOperand(int depth) : SqlNode(depth)
{
    public abstract SqlValue Read(in SqlRow row);
}
