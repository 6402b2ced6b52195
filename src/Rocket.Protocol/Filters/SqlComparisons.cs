using System.Text;

namespace Rocket.Protocol.Filters;

/// <summary>
/// <c>=</c> and <c>&lt;&gt;</c>. As in RocketMQ, nothing equals nothing; nothing beside a value on its right is unknown, and beside one on its left it is not equal.
/// </summary>
internal sealed class Equality(SqlOperand left, SqlOperand right, bool negated) : SqlCondition(Math.Max(left.Depth, right.Depth) + 1)
{
    public override SqlTruth Evaluate(in SqlRow row)
    {
        var truth = Compare(row, left.Read(row), right.Read(row));
        return negated ? Negation.Of(truth) : truth;
    }

    private static SqlTruth Compare(in SqlRow row, in SqlValue left, in SqlValue right)
    {
        if (left.Kind == SqlKind.Error || right.Kind == SqlKind.Error)
        {
            return SqlTruth.Error;
        }

        if (left.Kind == SqlKind.Null)
        {
            return right.Kind == SqlKind.Null ? SqlTruth.True : SqlTruth.Unknown;
        }

        if (right.Kind == SqlKind.Null)
        {
            return SqlTruth.False;
        }

        if (left.Kind == SqlKind.Boolean || right.Kind == SqlKind.Boolean)
        {
            return Truth(TryReadBoolean(left, out var one) && TryReadBoolean(right, out var other) && one == other);
        }

        if (left.Kind == SqlKind.Text && right.Kind == SqlKind.Text)
        {
            return Truth(left.Text.SequenceEqual(right.Text));
        }

        return SqlNumber.TryOrder(row, left, right, out var order) ? Truth(order == 0) : SqlTruth.Error;
    }

    /// <summary>A number is no boolean; of texts only "true", in any case, is true, and all others are false.</summary>
    private static bool TryReadBoolean(in SqlValue value, out bool boolean)
    {
        boolean = value.Kind == SqlKind.Text ? Ascii.EqualsIgnoreCase(value.Text, "true"u8) : value.IsTrue;
        return value.Kind is SqlKind.Boolean or SqlKind.Text;
    }

    private static SqlTruth Truth(bool holds) => holds ? SqlTruth.True : SqlTruth.False;
}

internal enum SqlOrder
{
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
}

/// <summary>Compares numbers, and texts that are numbers; any other text is an error.</summary>
internal sealed class Ordering(SqlOperand left, SqlOrder wanted, SqlOperand right) : SqlCondition(Math.Max(left.Depth, right.Depth) + 1)
{
    public override SqlTruth Evaluate(in SqlRow row)
    {
        var one = left.Read(row);
        var other = right.Read(row);
        if (one.Kind == SqlKind.Null || other.Kind == SqlKind.Null)
        {
            return SqlTruth.Unknown;
        }

        if (!SqlNumber.TryOrder(row, one, other, out var order))
        {
            return SqlTruth.Error;
        }

        var holds = wanted switch
        {
            SqlOrder.Greater => order > 0,
            SqlOrder.GreaterOrEqual => order >= 0,
            SqlOrder.Less => order < 0,
            _ => order <= 0,
        };
        return holds ? SqlTruth.True : SqlTruth.False;
    }
}
