using Rocket.Protocol.Filters;
using Xunit;

namespace Rocket.Protocol.Tests.Filters;

/// <summary>What is no expression, where that shows, and what is said about it.</summary>
public sealed class SqlParseErrorTests
{
    [Theory]
    [InlineData("", 1, 1, "expected a property, a number, a text or (, found the end of the expression")]
    [InlineData("   ", 1, 4, "expected a property, a number, a text or (, found the end of the expression")]
    [InlineData("-- nothing", 1, 11, "expected a property, a number, a text or (, found the end of the expression")]
    [InlineData("*", 1, 1, "* has no meaning here")]
    [InlineData("a >", 1, 4, "expected a property, a number, a text or (, found the end of the expression")]
    [InlineData("a > > 5", 1, 5, "expected a property, a number, a text or (, found >")]
    [InlineData("a >\n\n  AND", 3, 3, "expected a property, a number, a text or (, found AND")]
    [InlineData("a == 5", 1, 4, "expected a property, a number, a text or (, found =")]
    [InlineData("a != 5", 1, 3, "! has no meaning here")]
    [InlineData("a = 5;", 1, 6, "; has no meaning here")]
    [InlineData("a.b = 5", 1, 2, ". has no meaning here")]
    [InlineData("a = \"x\"", 1, 5, "\" has no meaning here")]
    [InlineData("a = \u0007", 1, 5, "? has no meaning here")]
    [InlineData("a = 'x", 1, 5, "this text is not closed by '")]
    [InlineData("a = 'x''", 1, 5, "this text is not closed by '")]
    [InlineData("a = 1 /* b", 1, 7, "this comment is not closed by */")]
    [InlineData("a = 1 /*/", 1, 7, "this comment is not closed by */")]
    [InlineData("a = 1 b", 1, 7, "expected AND, OR, a comparison or the end, found b")]
    [InlineData("a LIKE 'x'", 1, 3, "expected AND, OR, a comparison or the end, found LIKE")]
    [InlineData("a = 1)", 1, 6, "expected AND, OR, a comparison or the end, found )")]
    [InlineData("(a = 1", 1, 7, "expected AND, OR, a comparison or ), found the end of the expression")]
    [InlineData("()", 1, 2, "expected a property, a number, a text or (, found )")]
    [InlineData("a + 1 > 2", 1, 3, "expected AND, OR, a comparison or the end, found +")]
    [InlineData("f(a)", 1, 2, "expected AND, OR, a comparison or the end, found (")]
    [InlineData("a = 5abc", 1, 6, "expected AND, OR, a comparison or the end, found abc")]
    [InlineData("5", 1, 1, "expected a condition, found a value")]
    [InlineData("'x'", 1, 1, "expected a condition, found a value")]
    [InlineData("a = 1 AND 5", 1, 11, "expected a condition, found a value")]
    [InlineData("a = 1 OR 'x'", 1, 10, "expected a condition, found a value")]
    [InlineData("5 OR a = 1", 1, 1, "expected a condition, found a value")]
    [InlineData("NOT 5", 1, 5, "expected a condition, found a value")]
    [InlineData("-a", 1, 1, "expected a condition, found a value")]
    [InlineData("a > 'x'", 1, 5, "only numbers and properties can be compared by <, <=, >, >= and BETWEEN")]
    [InlineData("'x' < a", 1, 1, "only numbers and properties can be compared by <, <=, >, >= and BETWEEN")]
    [InlineData("a >= TRUE", 1, 6, "only numbers and properties can be compared by <, <=, >, >= and BETWEEN")]
    [InlineData("a <= NULL", 1, 6, "only numbers and properties can be compared by <, <=, >, >= and BETWEEN")]
    [InlineData("a > 1 > 2", 1, 1, "only numbers and properties can be compared by <, <=, >, >= and BETWEEN")]
    [InlineData("(a = 1) > 2", 1, 1, "only numbers and properties can be compared by <, <=, >, >= and BETWEEN")]
    [InlineData("a BETWEEN 'a' AND 'b'", 1, 11, "only numbers and properties can be compared by <, <=, >, >= and BETWEEN")]
    [InlineData("a BETWEEN 10 AND 2", 1, 11, "the first number of BETWEEN is above the second")]
    [InlineData("a BETWEEN 2.5 AND 2", 1, 11, "the first number of BETWEEN is above the second")]
    [InlineData("a NOT BETWEEN 10 AND 2", 1, 15, "the first number of BETWEEN is above the second")]
    [InlineData("a BETWEEN 1 OR 2", 1, 13, "expected AND, found OR")]
    [InlineData("a and between 2 and 10", 1, 7, "expected a property, a number, a text or (, found between")]
    [InlineData("a = NULL", 1, 1, "nothing equals NULL: write IS NULL or IS NOT NULL")]
    [InlineData("NULL <> a", 1, 1, "nothing equals NULL: write IS NULL or IS NOT NULL")]
    [InlineData("TRUE = 5", 1, 1, "TRUE and FALSE cannot be compared with a text or a number")]
    [InlineData("a IS 5", 1, 6, "expected NULL or NOT NULL, found 5")]
    [InlineData("a IS NOT 5", 1, 10, "expected NULL, found 5")]
    [InlineData("a NOT 5", 1, 7, "expected BETWEEN, IN, CONTAINS, STARTSWITH or ENDSWITH, found 5")]
    [InlineData("a NOT = 5", 1, 7, "expected BETWEEN, IN, CONTAINS, STARTSWITH or ENDSWITH, found =")]
    [InlineData("a NOT > 5", 1, 7, "expected BETWEEN, IN, CONTAINS, STARTSWITH or ENDSWITH, found >")]
    [InlineData("a IN ()", 1, 7, "expected a text in single quotes, found )")]
    [InlineData("a IN (1, 2)", 1, 7, "expected a text in single quotes, found 1")]
    [InlineData("a IN ('x' 'y')", 1, 11, "expected , or ), found 'y'")]
    [InlineData("a IN ('x',)", 1, 11, "expected a text in single quotes, found )")]
    [InlineData("a IN 'x'", 1, 6, "expected (, found 'x'")]
    [InlineData("'x' IN ('x')", 1, 1, "only a property can be looked for in a list")]
    [InlineData("a CONTAINS b", 1, 12, "expected a text in single quotes, found b")]
    [InlineData("a STARTSWITH 5", 1, 14, "expected a text in single quotes, found 5")]
    [InlineData("a > 9223372036854775808", 1, 5, "9223372036854775808 is no 64-bit integer")]
    [InlineData("a > 100000000000000000000000000000000000", 1, 5, "10000000000000000000000000000000… is no 64-bit integer")]
    [InlineData("a > 0.0", 1, 5, "0.0 is below the least positive 64-bit number with a point")]
    [InlineData("a > 1e-400", 1, 5, "1e-400 is below the least positive 64-bit number with a point")]
    [InlineData("a > 1e400", 1, 5, "1e400 is above the greatest positive 64-bit number with a point")]
    public void An_error_says_where_and_what(string text, int line, int column, string reason)
    {
        Assert.False(SqlExpression.TryParse(text, out var expression, out var error));

        Assert.Null(expression);
        Assert.Equal(new SqlParseError(line, column, reason), error);
        Assert.Equal($"line {line}, column {column}: {reason}", error.ToString());
    }

    [Theory]
    [InlineData("(", "")]
    [InlineData("NOT ", "")]
    [InlineData("- ", "")]
    [InlineData("+", "")]
    [InlineData("NOT (", ")")]
    [InlineData("(a = 1 AND ", ")")]
    [InlineData("(a = 1 OR ", ")")]
    [InlineData("(a BETWEEN 1 AND ", ")")]
    public void What_is_nested_too_deeply_is_an_error(string open, string close)
    {
        Assert.Contains("nested deeper than 100 levels", Failure(Nested(SqlExpression.MaxLength / (open.Length + close.Length + 1))), StringComparison.Ordinal);
        Assert.Contains("nested deeper than 100 levels", Failure(Nested(101)), StringComparison.Ordinal);

        string Nested(int levels) => string.Concat(Enumerable.Repeat(open, levels)) + "a = 1" + string.Concat(Enumerable.Repeat(close, levels));
    }

    [Fact]
    public void A_hundred_levels_are_not_too_deep()
    {
        Assert.True(SqlExpressionTests.Parsed(new string('(', 100) + "a = 1" + new string(')', 100)).Matches("a\u00011"u8));
        Assert.True(SqlExpressionTests.Parsed(string.Concat(Enumerable.Repeat("NOT ", 96)) + "(a = 1)").Matches("a\u00011"u8));
    }

    [Theory]
    [InlineData(" IS NULL")]
    [InlineData(" = TRUE")]
    public void A_long_chain_is_as_deep_as_parentheses_are(string link) =>
        Assert.Contains("nested deeper than", Failure("a" + string.Concat(Enumerable.Repeat(link, 200))), StringComparison.Ordinal);

    [Theory]
    [InlineData("(")]
    [InlineData("a")]
    [InlineData("a ")]
    [InlineData("'")]
    [InlineData("NOT ")]
    [InlineData("a=1 OR ")]
    [InlineData("1")]
    [InlineData("\n")]
    public void Ten_thousand_characters_are_too_many(string repeated)
    {
        var text = string.Concat(Enumerable.Repeat(repeated, 10_000 / repeated.Length + 1))[..10_000];

        Assert.Contains("the expression has 10000 characters, 8192 are allowed", Failure(text), StringComparison.Ordinal);
    }

    [Fact]
    public void Wide_expressions_are_taken_up_to_their_number_of_parts()
    {
        var wide = string.Join(" OR ", Enumerable.Repeat("a=1", 500));
        Assert.True(SqlExpressionTests.Parsed(wide).Matches("a\u00011"u8));
        Assert.Contains("more than 2048 parts", Failure(string.Join(" OR ", Enumerable.Repeat("a", 1500))), StringComparison.Ordinal);
        Assert.Contains("more than 2048 parts", Failure($"a IN ({string.Join(',', Enumerable.Repeat("''", 2100))})"), StringComparison.Ordinal);
        Assert.Contains(
            "more than 128 properties", Failure(string.Join(" OR ", Enumerable.Range(0, 129).Select(i => $"p{i}=1"))), StringComparison.Ordinal);
    }

    private static string Failure(string text)
    {
        Assert.False(SqlExpression.TryParse(text, out _, out var error));
        return error.ToString();
    }
}
