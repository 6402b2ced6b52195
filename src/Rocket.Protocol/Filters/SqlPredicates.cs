namespace Rocket.Protocol.Filters;

/// <summary>A property in the place of a condition: known when it is there, and never true, since no property is a boolean.</summary>
internal sealed class BareProperty(PropertyOperand property) : SqlCondition(property.Depth + 1)
{
    public override SqlTruth Evaluate(in SqlRow row) => row[property.Slot].IsEmpty ? SqlTruth.Unknown : SqlTruth.False;
}

/// <summary>IS NULL and IS NOT NULL.</summary>
internal sealed class NullCheck(SqlOperand operand, bool negated) : SqlCondition(operand.Depth + 1)
{
    public override SqlTruth Evaluate(in SqlRow row)
    {
        var value = operand.Read(row);
        if (value.Kind == SqlKind.Error)
        {
            return SqlTruth.Error;
        }

        return (value.Kind == SqlKind.Null) != negated ? SqlTruth.True : SqlTruth.False;
    }
}

/// <summary>IN and NOT IN.</summary>
internal sealed class Membership(PropertyOperand property, SortedTexts texts, bool negated) : SqlCondition(property.Depth + 1)
{
    public override SqlTruth Evaluate(in SqlRow row)
    {
        var value = row[property.Slot];
        if (value.IsEmpty)
        {
            return SqlTruth.Unknown;
        }

        return texts.Find(value) >= 0 != negated ? SqlTruth.True : SqlTruth.False;
    }
}

internal enum SqlTextPlace
{
    Anywhere,
    Start,
    End,
}

/// <summary>CONTAINS, STARTSWITH, ENDSWITH and their NOT forms. Of an empty text neither form is true, as in RocketMQ.</summary>
internal sealed class TextMatch(SqlOperand operand, SqlTextPlace place, byte[] wanted, bool negated) : SqlCondition(operand.Depth + 1)
{
    public override SqlTruth Evaluate(in SqlRow row)
    {
        var value = operand.Read(row);
        switch (value.Kind)
        {
            case SqlKind.Null:
                return SqlTruth.Unknown;
            case SqlKind.Error:
                return SqlTruth.Error;
            case SqlKind.Text when wanted.Length > 0:
                return IsFound(value.Text) != negated ? SqlTruth.True : SqlTruth.False;
            default:
                return SqlTruth.False;
        }
    }

    private bool IsFound(ReadOnlySpan<byte> text) => place switch
    {
        SqlTextPlace.Start => text.StartsWith(wanted),
        SqlTextPlace.End => text.EndsWith(wanted),
        _ => text.IndexOf(wanted) >= 0,
    };
}
