using System.Diagnostics.CodeAnalysis;

namespace Rocket.Protocol.Filters;

/// <summary>
/// Recursive descent over the grammar of <see cref="SqlExpression"/>, one method a level. A method that returns null has noted the error, and its callers
/// return at once. It recurses for parentheses and signs only, and these are counted.
/// </summary>
internal ref struct SqlParser(string text)
{
    private readonly SqlParts _parts = new(text);
    private SqlTokenizer _tokens = new(text);
    private SqlToken _current;

    /// <summary>The properties that the expression names; a property's slot is its place here.</summary>
    public readonly IReadOnlyList<string> Properties => _parts.Properties;

    /// <summary>What evaluating the parsed expression may cost.</summary>
    public readonly SqlCost Cost => _parts.Cost;

    public bool TryParse([NotNullWhen(true)] out SqlCondition? condition, [NotNullWhen(false)] out SqlParseError? error)
    {
        Advance();
        var start = _current;
        condition = _parts.Condition(ParseAny(), start);
        if (condition is not null && _current.Kind != SqlTokenKind.End)
        {
            Expected("AND, OR, a comparison or the end");
            condition = null;
        }

        if (condition is null)
        {
            error = _parts.Error!;
            return false;
        }

        error = null;
        return true;
    }

    private SqlNode? ParseAny()
    {
        var start = _current;
        var first = ParseAll();
        if (first is null || _current.Kind != SqlTokenKind.Or)
        {
            return first;
        }

        List<SqlCondition> terms = [];
        for (var term = first; ; term = ParseAll())
        {
            if (_parts.Condition(term, start) is not { } condition)
            {
                return null;
            }

            terms.Add(condition);
            if (_current.Kind != SqlTokenKind.Or)
            {
                return _parts.Made(new AnyOf([.. terms]), start);
            }

            Advance();
            start = _current;
        }
    }

    private SqlNode? ParseAll()
    {
        var start = _current;
        var first = ParseEqual();
        if (first is null || _current.Kind != SqlTokenKind.And)
        {
            return first;
        }

        List<SqlCondition> terms = [];
        for (var term = first; ; term = ParseEqual())
        {
            if (_parts.Condition(term, start) is not { } condition)
            {
                return null;
            }

            terms.Add(condition);
            if (_current.Kind != SqlTokenKind.And)
            {
                return _parts.Made(new AllOf([.. terms]), start);
            }

            Advance();
            start = _current;
        }
    }

    private SqlNode? ParseEqual()
    {
        var start = _current;
        var left = ParseCompared();
        while (left is not null)
        {
            var sign = _current;
            switch (sign.Kind)
            {
                case SqlTokenKind.Equal or SqlTokenKind.NotEqual:
                    Advance();
                    left = _parts.Equality(left, ParseCompared(), negated: sign.Kind == SqlTokenKind.NotEqual, start);
                    break;
                case SqlTokenKind.Is:
                    Advance();
                    var negated = TryTake(SqlTokenKind.Not);
                    left = Take(SqlTokenKind.Null, negated ? "NULL" : "NULL or NOT NULL") ? _parts.NullCheck(left, negated, start) : null;
                    break;
                default:
                    return left;
            }
        }

        return null;
    }

    private SqlNode? ParseCompared()
    {
        var start = _current;
        var left = ParseSigned();
        while (left is not null)
        {
            var negated = _current.Kind == SqlTokenKind.Not;
            if (negated)
            {
                Advance();
            }

            var sign = _current;
            if (OrderOf(sign.Kind) is { } order && !negated)
            {
                Advance();
                var rightStart = _current;
                left = _parts.Ordering(left, order, ParseSigned(), start, rightStart);
            }
            else if (sign.Kind == SqlTokenKind.Between)
            {
                left = ParseBetween(left, negated, start);
            }
            else if (sign.Kind == SqlTokenKind.In)
            {
                left = ParseIn(left, negated, start);
            }
            else if (sign.Kind is SqlTokenKind.Contains or SqlTokenKind.StartsWith or SqlTokenKind.EndsWith)
            {
                left = ParseTextMatch(left, negated, start);
            }
            else if (negated)
            {
                Expected("BETWEEN, IN, CONTAINS, STARTSWITH or ENDSWITH");
                return null;
            }
            else
            {
                return left;
            }
        }

        return null;
    }

    private SqlNode? ParseBetween(SqlNode value, bool negated, SqlToken start)
    {
        Advance();
        var lowStart = _current;
        var low = ParseSigned();
        if (low is null || !Take(SqlTokenKind.And, "AND"))
        {
            return null;
        }

        var highStart = _current;
        var high = ParseSigned();
        return _parts.Between(value, low, high, negated, start, lowStart, highStart);
    }

    private Membership? ParseIn(SqlNode value, bool negated, SqlToken start)
    {
        if (value is not PropertyOperand property)
        {
            _parts.Fail(start, "only a property can be looked for in a list");
            return null;
        }

        Advance();
        if (!Take(SqlTokenKind.Open, "("))
        {
            return null;
        }

        List<byte[]> texts = [];
        do
        {
            if (TakeText() is not { } element || !_parts.Count(_current))
            {
                return null;
            }

            texts.Add(element);
        }
        while (TryTake(SqlTokenKind.Comma));

        return Take(SqlTokenKind.Close, ", or )") ? _parts.Made(new Membership(property, new SortedTexts(texts), negated), start) : null;
    }

    private TextMatch? ParseTextMatch(SqlNode value, bool negated, SqlToken start)
    {
        var place = _current.Kind switch
        {
            SqlTokenKind.StartsWith => SqlTextPlace.Start,
            SqlTokenKind.EndsWith => SqlTextPlace.End,
            _ => SqlTextPlace.Anywhere,
        };
        Advance();
        return TakeText() is { } wanted ? _parts.TextMatch(value, place, wanted, negated, start) : null;
    }

    private SqlNode? ParseSigned()
    {
        var sign = _current;
        if (sign.Kind is not (SqlTokenKind.Plus or SqlTokenKind.Minus or SqlTokenKind.Not))
        {
            return ParsePrimary();
        }

        if (!_parts.Enter(sign))
        {
            return null;
        }

        Advance();
        var start = _current;
        var operand = ParseSigned();
        _parts.Leave();
        return sign.Kind switch
        {
            SqlTokenKind.Plus => operand,
            SqlTokenKind.Minus => _parts.Minus(operand, sign),
            _ => _parts.Condition(operand, start) is { } condition ? _parts.Made(new Negation(condition), sign) : null,
        };
    }

    private SqlNode? ParsePrimary()
    {
        var token = _current;
        switch (token.Kind)
        {
            case SqlTokenKind.Open:
                return ParseParenthesis();
            case SqlTokenKind.Text:
                Advance();
                return _parts.Made(new TextOperand(_parts.TextOf(token)), token);
            case SqlTokenKind.Integer or SqlTokenKind.Decimal:
                Advance();
                return _parts.Number(token);
            case SqlTokenKind.True or SqlTokenKind.False or SqlTokenKind.Null:
                Advance();
                return _parts.Truth(token);
            // Words of 5.x only: to clients of 4.x they are names like any other, and where an operator belongs no name can stand.
            case SqlTokenKind.Name or SqlTokenKind.Contains or SqlTokenKind.StartsWith or SqlTokenKind.EndsWith:
                Advance();
                return _parts.Property(token);
            default:
                Expected("a property, a number, a text or (");
                return null;
        }
    }

    private SqlNode? ParseParenthesis()
    {
        if (!_parts.Enter(_current))
        {
            return null;
        }

        Advance();
        var inner = ParseAny();
        _parts.Leave();
        return inner is not null && Take(SqlTokenKind.Close, "AND, OR, a comparison or )") ? inner : null;
    }

    private static SqlOrder? OrderOf(SqlTokenKind kind) => kind switch
    {
        SqlTokenKind.Greater => SqlOrder.Greater,
        SqlTokenKind.GreaterOrEqual => SqlOrder.GreaterOrEqual,
        SqlTokenKind.Less => SqlOrder.Less,
        SqlTokenKind.LessOrEqual => SqlOrder.LessOrEqual,
        _ => null,
    };

    private byte[]? TakeText()
    {
        var token = _current;
        return Take(SqlTokenKind.Text, "a text in single quotes") ? _parts.TextOf(token) : null;
    }

    private bool Take(SqlTokenKind kind, string name)
    {
        if (TryTake(kind))
        {
            return true;
        }

        Expected(name);
        return false;
    }

    private bool TryTake(SqlTokenKind kind)
    {
        if (_current.Kind != kind)
        {
            return false;
        }

        Advance();
        return true;
    }

    private void Advance() => _current = _tokens.Next();

    private readonly void Expected(string what) =>
        _parts.Fail(_current, _current.Kind == SqlTokenKind.Broken ? _tokens.Reason : $"expected {what}, found {_parts.Shown(_current)}");
}
