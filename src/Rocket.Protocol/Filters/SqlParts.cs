using System.Globalization;
using System.Text;

namespace Rocket.Protocol.Filters;

/// <summary>
/// Makes the parts of one expression while it is parsed: checks what may stand beside what, counts, and notes the first error. A null among the arguments
/// says that an error was noted already.
/// </summary>
internal sealed class SqlParts(string text)
{
    private readonly Dictionary<string, int> _slots = new(StringComparer.Ordinal);
    private readonly List<string> _properties = [];
    private SqlCost _cost;
    private int _depth;

    public IReadOnlyList<string> Properties => _properties;

    /// <summary>What the parts that were made may cost.</summary>
    public SqlCost Cost => _cost;

    /// <summary>The first error.</summary>
    public SqlParseError? Error { get; private set; }

    public void Fail(SqlToken at, string reason) => Error ??= SqlParseError.At(text, at.Start, reason);

    /// <summary>One level deeper; false: that is too deep.</summary>
    public bool Enter(SqlToken at)
    {
        if (++_depth <= SqlExpression.MaxDepth)
        {
            return true;
        }

        Fail(at, $"it is nested deeper than {SqlExpression.MaxDepth} levels");
        return false;
    }

    public void Leave() => _depth--;

    /// <summary>Counts one more part; false: there are too many.</summary>
    public bool Count(SqlToken at)
    {
        _cost.AddPart();
        if (_cost.Parts <= SqlExpression.MaxNodes)
        {
            return true;
        }

        Fail(at, $"the expression has more than {SqlExpression.MaxNodes} parts");
        return false;
    }

    public T? Made<T>(T node, SqlToken at)
        where T : SqlNode
    {
        if (!Count(at))
        {
            return null;
        }

        if (node.Depth > SqlExpression.MaxDepth)
        {
            Fail(at, $"it is nested deeper than {SqlExpression.MaxDepth} levels");
            return null;
        }

        return node;
    }

    /// <summary>A part where a condition belongs.</summary>
    public SqlCondition? Condition(SqlNode? node, SqlToken at)
    {
        switch (node)
        {
            case null:
                return null;
            case SqlCondition condition:
                return condition;
            case PropertyOperand property:
                return Made(new BareProperty(property), at);
            default:
                Fail(at, "expected a condition, found a value");
                return null;
        }
    }

    /// <summary>A part where a value belongs; a condition has one, too.</summary>
    public SqlOperand? Operand(SqlNode? node, SqlToken at) => node switch
    {
        SqlOperand operand => operand,
        SqlCondition condition => Made(new ConditionOperand(condition), at),
        _ => null,
    };

    public SqlNode? Equality(SqlNode left, SqlNode? right, bool negated, SqlToken start)
    {
        if (left is TruthLiteral { IsNull: true } || right is TruthLiteral { IsNull: true })
        {
            Fail(start, "nothing equals NULL: write IS NULL or IS NOT NULL");
            return null;
        }

        if (left is TruthLiteral && right is TextOperand or NumberOperand)
        {
            Fail(start, "TRUE and FALSE cannot be compared with a text or a number");
            return null;
        }

        return right is not null && Operand(left, start) is { } one && Operand(right, start) is { } other
            ? Made(new Equality(one, other, negated), start)
            : null;
    }

    public TextMatch? TextMatch(SqlNode value, SqlTextPlace place, byte[] wanted, bool negated, SqlToken start)
    {
        if (place == SqlTextPlace.Anywhere)
        {
            _cost.AddSearch(wanted.Length);
        }

        return Operand(value, start) is { } operand ? Made(new TextMatch(operand, place, wanted, negated), start) : null;
    }

    public SqlNode? NullCheck(SqlNode node, bool negated, SqlToken start) =>
        Operand(node, start) is { } operand ? Made(new NullCheck(operand, negated), start) : null;

    public SqlCondition? Ordering(SqlNode left, SqlOrder order, SqlNode? right, SqlToken leftStart, SqlToken rightStart) =>
        Ordered(left, leftStart) is { } one && Ordered(right, rightStart) is { } other ? Made(new Ordering(one, order, other), leftStart) : null;

    public SqlNode? Between(SqlNode value, SqlNode low, SqlNode? high, bool negated, SqlToken start, SqlToken lowStart, SqlToken highStart)
    {
        if (low is NumberOperand least && high is NumberOperand greatest && least.IsAbove(greatest))
        {
            Fail(lowStart, "the first number of BETWEEN is above the second");
            return null;
        }

        var (toLow, toHigh) = negated ? (SqlOrder.Less, SqlOrder.Greater) : (SqlOrder.GreaterOrEqual, SqlOrder.LessOrEqual);
        if (Ordering(value, toLow, low, start, lowStart) is not { } one || Ordering(value, toHigh, high, start, highStart) is not { } other)
        {
            return null;
        }

        return negated ? Made(new AnyOf(one, other), start) : Made(new AllOf(one, other), start);
    }

    /// <summary>A minus. Texts, and properties are texts, have no negative: they come to nothing, as in RocketMQ.</summary>
    public SqlNode? Minus(SqlNode? node, SqlToken at) => node switch
    {
        null => null,
        NumberOperand number => Made(number.Negated, at),
        _ => Made(new NothingOperand(), at),
    };

    public SqlNode? Truth(SqlToken token) => Made(
        new TruthLiteral(token.Kind switch
        {
            SqlTokenKind.True => SqlTruth.True,
            SqlTokenKind.False => SqlTruth.False,
            _ => SqlTruth.Unknown,
        }),
        token);

    public SqlNode? Property(SqlToken token)
    {
        var name = text.Substring(token.Start, token.Length);
        if (!_slots.TryGetValue(name, out var slot))
        {
            if (_properties.Count == SqlExpression.MaxProperties)
            {
                Fail(token, $"the expression names more than {SqlExpression.MaxProperties} properties");
                return null;
            }

            slot = _properties.Count;
            _slots.Add(name, slot);
            _properties.Add(name);
        }

        return Made(new PropertyOperand(slot), token);
    }

    /// <summary>The bounds are Java's: a long, and a double from its least positive value to its greatest, so that 0.0 is none.</summary>
    public SqlNode? Number(SqlToken token)
    {
        var digits = text.AsSpan(token.Start, token.Length);
        if (token.Kind == SqlTokenKind.Integer)
        {
            if (long.TryParse(digits.TrimEnd("lL"), NumberStyles.None, CultureInfo.InvariantCulture, out var integer))
            {
                return Made(new IntegerOperand(integer), token);
            }

            Fail(token, $"{Shown(token)} is no 64-bit integer");
            return null;
        }

        var real = double.Parse(digits, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture);
        if (real >= double.Epsilon && !double.IsInfinity(real))
        {
            return Made(new RealOperand(real), token);
        }

        Fail(token, $"{Shown(token)} is {(real < double.Epsilon ? "below the least" : "above the greatest")} positive 64-bit number with a point");
        return null;
    }

    /// <summary>What stands between the quotes, in UTF-8.</summary>
    public byte[] TextOf(SqlToken token) => Encoding.UTF8.GetBytes(text.Substring(token.Start + 1, token.Length - 2).Replace("''", "'", StringComparison.Ordinal));

    /// <summary>A token as it is named in an error.</summary>
    public string Shown(SqlToken token) =>
        token.Kind == SqlTokenKind.End ? "the end of the expression" : SqlExcerpt.Of(text.AsSpan(token.Start, token.Length));

    /// <summary>What can be above or below something: a number, or a property, which may be one.</summary>
    private SqlOperand? Ordered(SqlNode? node, SqlToken at)
    {
        switch (node)
        {
            case null:
                return null;
            case TextOperand or SqlCondition:
                Fail(at, "only numbers and properties can be compared by <, <=, >, >= and BETWEEN");
                return null;
            default:
                return (SqlOperand)node;
        }
    }
}
