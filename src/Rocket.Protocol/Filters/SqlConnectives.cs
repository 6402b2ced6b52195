namespace Rocket.Protocol.Filters;

/// <summary>AND over its terms, from left to right; the first that is false decides, whatever follows.</summary>
internal sealed class AllOf(params SqlCondition[] terms) : SqlCondition(Deepest.Of(terms) + 1)
{
    public override SqlTruth Evaluate(in SqlRow row)
    {
        var truth = SqlTruth.True;
        foreach (var term in terms)
        {
            switch (term.Evaluate(row))
            {
                case SqlTruth.False:
                    return SqlTruth.False;
                case SqlTruth.Error:
                    return SqlTruth.Error;
                case SqlTruth.Unknown:
                    truth = SqlTruth.Unknown;
                    break;
            }
        }

        return truth;
    }
}

/// <summary>OR over its terms, from left to right; the first that is true decides, whatever follows.</summary>
internal sealed class AnyOf(params SqlCondition[] terms) : SqlCondition(Deepest.Of(terms) + 1)
{
    public override SqlTruth Evaluate(in SqlRow row)
    {
        var truth = SqlTruth.False;
        foreach (var term in terms)
        {
            switch (term.Evaluate(row))
            {
                case SqlTruth.True:
                    return SqlTruth.True;
                case SqlTruth.Error:
                    return SqlTruth.Error;
                case SqlTruth.Unknown:
                    truth = SqlTruth.Unknown;
                    break;
            }
        }

        return truth;
    }
}

internal sealed class Negation(SqlCondition condition) : SqlCondition(condition.Depth + 1)
{
    public override SqlTruth Evaluate(in SqlRow row) => Of(condition.Evaluate(row));

    public static SqlTruth Of(SqlTruth truth) => truth switch
    {
        SqlTruth.True => SqlTruth.False,
        SqlTruth.False => SqlTruth.True,
        _ => truth,
    };
}

/// <summary>TRUE, FALSE and NULL.</summary>
internal sealed class TruthLiteral(SqlTruth truth) : SqlCondition(1)
{
    public bool IsNull => truth == SqlTruth.Unknown;

    public override SqlTruth Evaluate(in SqlRow row) => truth;
}

internal static class Deepest
{
    public static int Of(SqlCondition[] conditions)
    {
        var depth = 0;
        foreach (var condition in conditions)
        {
            depth = Math.Max(depth, condition.Depth);
        }

        return depth;
    }
}
