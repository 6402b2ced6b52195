using Rocket.Protocol.Filters;
using Rocket.Protocol.Messages;
using Xunit;

namespace Rocket.Protocol.Tests.Filters;

/// <summary>What expressions come to, for messages with these properties.</summary>
public sealed class SqlExpressionTests
{
    private const SqlTruth Yes = SqlTruth.True;
    private const SqlTruth No = SqlTruth.False;
    private const SqlTruth Unknown = SqlTruth.Unknown;
    private const SqlTruth Error = SqlTruth.Error;

    [Theory]
    // Numbers beside properties.
    [InlineData("a > 5", "a=6", Yes)]
    [InlineData("a > 5", "a=5", No)]
    [InlineData("a >= 5", "a=5", Yes)]
    [InlineData("a < 5", "a=4", Yes)]
    [InlineData("a < 5", "a=5", No)]
    [InlineData("a <= 5", "a=5", Yes)]
    [InlineData("a <= 5", "a=6", No)]
    [InlineData("a = 5", "a=5", Yes)]
    [InlineData("a = 5", "a=05", Yes)]
    [InlineData("a = 5", "a=+5", Yes)]
    [InlineData("a <> 5", "a=6", Yes)]
    [InlineData("a <> 5", "a=5", No)]
    [InlineData("5 < a", "a=6", Yes)]
    [InlineData("5 = a", "a=5", Yes)]
    [InlineData("a > -5", "a=-4", Yes)]
    [InlineData("a > - 5", "a=-6", No)]
    [InlineData("a = +5", "a=5", Yes)]
    [InlineData("a = - -5", "a=5", Yes)]
    [InlineData("a > 5L", "a=6", Yes)]
    [InlineData("a > 5l", "a=5", No)]
    [InlineData("a > 0", "a=1", Yes)]
    [InlineData("a > 5", "a=3000000000", Yes)]
    [InlineData("a > 3000000000", "a=3000000001", Yes)]
    [InlineData("a = 9223372036854775807", "a=9223372036854775807", Yes)]
    [InlineData("a > 5", "a=9223372036854775808", Error)]
    [InlineData("a > 5", "a=6.0", Error)]
    [InlineData("a > 5", "a=abc", Error)]
    [InlineData("a > 5", "a= 6", Error)]
    [InlineData("a = 5", "a=five", Error)]
    [InlineData("a <> 5", "a=five", Error)]
    [InlineData("a > 3.14", "a=3.1415", Yes)]
    [InlineData("a > 3.14", "a=3", No)]
    [InlineData("a > 3.1E10", "a=3.1415E10", Yes)]
    [InlineData("a < 1e3", "a=999", Yes)]
    [InlineData("a < 5.", "a=4.5", Yes)]
    [InlineData("a > .5", "a=.75", Yes)]
    [InlineData("a = 1.5e-3", "a=0.0015", Yes)]
    [InlineData("a > 1.5", "a= 2 ", Yes)]
    [InlineData("a > 1.5", "a=2d", Yes)]
    [InlineData("a > 1.5", "a=2f", Yes)]
    [InlineData("a > 1.5", "a=NaN", Yes)]
    [InlineData("a > 1.5", "a=-Infinity", No)]
    [InlineData("a < 1.5", "a=-Infinity", Yes)]
    [InlineData("a > 1.5", "a=nan", Error)]
    [InlineData("a > 1.5", "a=infinity", Error)]
    [InlineData("a > 1.5", "a=0x10", Error)]
    [InlineData("a > 1.5", "a=1,5", Error)]
    [InlineData("a > 1.5", "a=1e", Error)]
    [InlineData("a > 1.5", "a=f", Error)]
    [InlineData("a > 1.5", "a=1e999", Yes)]
    // Texts and booleans.
    [InlineData("a = 'x'", "a=x", Yes)]
    [InlineData("a = 'x'", "a=X", No)]
    [InlineData("a <> 'x'", "a=y", Yes)]
    [InlineData("'x' = a", "a=x", Yes)]
    [InlineData("a = '5'", "a=5", Yes)]
    [InlineData("a = '5'", "a=05", No)]
    [InlineData("a = 'it''s'", "a=it's", Yes)]
    [InlineData("TAGS = '''''tag'''''", "TAGS=''tag''", Yes)]
    [InlineData("a = '订单'", "a=订单", Yes)]
    [InlineData("a = '-- no comment'", "a=-- no comment", Yes)]
    [InlineData("a = TRUE", "a=true", Yes)]
    [InlineData("a = true", "a=TRUE", Yes)]
    [InlineData("a = TRUE", "a=yes", No)]
    [InlineData("a = FALSE", "a=false", Yes)]
    [InlineData("a = FALSE", "a=yes", Yes)]
    [InlineData("TRUE = a", "a=true", Yes)]
    [InlineData("a <> TRUE", "a=false", Yes)]
    [InlineData("5 = TRUE", "", No)]
    [InlineData("TRUE = FALSE", "", No)]
    [InlineData("(a > 1) = TRUE", "a=2", Yes)]
    [InlineData("(a > 1) = (b > 1)", "a=2,b=0", No)]
    [InlineData("(a > 1) = (b > 1)", "a=0,b=0", Yes)]
    // Constants beside constants.
    [InlineData("1 = 1", "", Yes)]
    [InlineData("1 = 1.0", "", Yes)]
    [InlineData("2 > 1.5", "", Yes)]
    [InlineData("'5' = 5", "", Yes)]
    [InlineData("'x' = 5", "", Error)]
    [InlineData("'x' = 'x'", "", Yes)]
    [InlineData("TRUE", "", Yes)]
    [InlineData("FALSE", "", No)]
    [InlineData("NULL", "", Unknown)]
    // Property beside property.
    [InlineData("a = b", "a=3.14,b=3.14", Yes)]
    [InlineData("a = b", "a=3.14,b=3.140", No)]
    [InlineData("a <> b", "a=3.14,b=3.141", Yes)]
    [InlineData("a > b", "a=20,b=10", Yes)]
    [InlineData("a > b", "a=9,b=10", No)]
    [InlineData("a > b", "a=9.5,b=9", Yes)]
    [InlineData("a > b", "a=up,b=10", Error)]
    [InlineData("a > b", "a=10,b=up", Error)]
    [InlineData("a > b", "a=0.0,b=-0.0", Yes)]
    [InlineData("a = b", "a=x", No)]
    [InlineData("a = b", "b=x", Unknown)]
    [InlineData("a = b", "", Yes)]
    [InlineData("a <> b", "a=x", Yes)]
    [InlineData("a <> b", "b=x", Unknown)]
    [InlineData("a <> b", "", No)]
    [InlineData("a = (b > 1)", "", Yes)]
    [InlineData("a = (b > 1)", "b=x", Error)]
    [InlineData("a > b", "b=1", Unknown)]
    // BETWEEN and IN.
    [InlineData("a BETWEEN 2 AND 10", "a=2", Yes)]
    [InlineData("a BETWEEN 2 AND 10", "a=10", Yes)]
    [InlineData("a BETWEEN 2 AND 10", "a=1", No)]
    [InlineData("a between 2 and 10", "a=11", No)]
    [InlineData("a BETWEEN 2 AND 2", "a=2", Yes)]
    [InlineData("a BETWEEN -10 AND -2", "a=-5", Yes)]
    [InlineData("a BETWEEN 1.5 AND 2", "a=con", Error)]
    [InlineData("a BETWEEN low AND high", "a=5,low=1,high=9", Yes)]
    [InlineData("a BETWEEN low AND high", "a=5,low=6,high=9", No)]
    [InlineData("a BETWEEN low AND high", "a=5,high=4", No)]
    [InlineData("a BETWEEN low AND high", "a=5,high=9", Unknown)]
    [InlineData("5 BETWEEN a AND 9", "a=1", Yes)]
    [InlineData("a NOT BETWEEN 2 AND 10", "a=1", Yes)]
    [InlineData("a NOT BETWEEN 2 AND 10", "a=11", Yes)]
    [InlineData("a NOT BETWEEN 2 AND 10", "a=2", No)]
    [InlineData("a NOT BETWEEN 2 AND 10", "", Unknown)]
    [InlineData("a BETWEEN 1 AND 3 AND b = 'x'", "a=2,b=x", Yes)]
    [InlineData("a IN ('x')", "a=x", Yes)]
    [InlineData("a IN ('x', 'y', 'z')", "a=z", Yes)]
    [InlineData("a in ('x', 'y', 'zz')", "a=z", No)]
    [InlineData("a IN ('3', '4')", "a=3", Yes)]
    [InlineData("(a) IN ('x')", "a=x", Yes)]
    [InlineData("a IN ('x')", "b=x", Unknown)]
    [InlineData("a NOT IN ('x', 'y')", "a=z", Yes)]
    [InlineData("a NOT IN ('x', 'y')", "a=y", No)]
    [InlineData("a NOT IN ('x')", "", Unknown)]
    // NULL.
    [InlineData("a IS NULL", "", Yes)]
    [InlineData("a IS NULL", "a=1", No)]
    [InlineData("a is not null", "a=1", Yes)]
    [InlineData("a IS NOT NULL", "b=1", No)]
    [InlineData("(a > 1) IS NULL", "", Yes)]
    [InlineData("(a > 1) IS NULL", "a=2", No)]
    [InlineData("(a > 1) IS NULL", "a=x", Error)]
    [InlineData("NULL IS NULL", "", Yes)]
    [InlineData("a > 5", "", Unknown)]
    [InlineData("a = 'x'", "b=x", Unknown)]
    [InlineData("a <> 'x'", "", Unknown)]
    [InlineData("'x' <> a", "", Yes)]
    [InlineData("a IS NULL OR a = 'x'", "", Yes)]
    [InlineData("a IS NOT NULL AND a = 'x'", "", No)]
    // Three-valued logic.
    [InlineData("NOT a = 5", "", Unknown)]
    [InlineData("NOT (a = 5)", "", Unknown)]
    [InlineData("NOT (a = 5)", "a=5", No)]
    [InlineData("NOT (a = 5)", "a=6", Yes)]
    [InlineData("NOT NOT (a = 5)", "a=5", Yes)]
    [InlineData("NOT NULL", "", Unknown)]
    [InlineData("TRUE AND NULL", "", Unknown)]
    [InlineData("FALSE AND NULL", "", No)]
    [InlineData("NULL AND FALSE", "", No)]
    [InlineData("TRUE OR NULL", "", Yes)]
    [InlineData("NULL OR TRUE", "", Yes)]
    [InlineData("FALSE OR NULL", "", Unknown)]
    [InlineData("a = 1 AND b = 2", "b=3", No)]
    [InlineData("a = 1 OR b = 2", "b=2", Yes)]
    // A property is no condition, and not nothing either.
    [InlineData("a", "a=true", No)]
    [InlineData("a", "", Unknown)]
    [InlineData("NOT a", "a=x", Yes)]
    [InlineData("NOT a", "", Unknown)]
    [InlineData("a OR b = 'x'", "a=true,b=x", Yes)]
    // An error is the end of it, unless it was decided before.
    [InlineData("a > 1 OR b = 'x'", "a=abc,b=x", Error)]
    [InlineData("b = 'x' OR a > 1", "a=abc,b=x", Yes)]
    [InlineData("b = 'y' AND a > 1", "a=abc,b=x", No)]
    [InlineData("b = 'x' AND a > 1", "a=abc,b=x", Error)]
    [InlineData("NOT (a > 1)", "a=abc", Error)]
    [InlineData("c = 1 AND a > 1", "a=abc", Error)]
    // A minus before what is no number.
    [InlineData("-a > 5", "a=-6", Unknown)]
    [InlineData("a = -b", "a=1,b=1", No)]
    // CONTAINS, STARTSWITH, ENDSWITH.
    [InlineData("a CONTAINS 'ell'", "a=hello", Yes)]
    [InlineData("a contains 'ell'", "a=help", No)]
    [InlineData("a CONTAINS 'ell'", "", Unknown)]
    [InlineData("a CONTAINS ''", "a=x", No)]
    [InlineData("a NOT CONTAINS 'ell'", "a=help", Yes)]
    [InlineData("a NOT CONTAINS 'ell'", "a=hello", No)]
    [InlineData("a NOT CONTAINS 'ell'", "", Unknown)]
    [InlineData("a NOT CONTAINS ''", "a=x", No)]
    [InlineData("a STARTSWITH 'he'", "a=hello", Yes)]
    [InlineData("a STARTSWITH 'lo'", "a=hello", No)]
    [InlineData("a NOT STARTSWITH 'lo'", "a=hello", Yes)]
    [InlineData("a ENDSWITH 'lo'", "a=hello", Yes)]
    [InlineData("a ENDSWITH 'he'", "a=hello", No)]
    [InlineData("a NOT ENDSWITH 'he'", "a=hello", Yes)]
    [InlineData("a CONTAINS '单'", "a=订单号", Yes)]
    [InlineData("contains = 'x'", "contains=x", Yes)]
    [InlineData("endswith ENDSWITH 'x'", "endswith=yx", Yes)]
    // Precedence, from OR to the signs.
    [InlineData("TRUE OR TRUE AND FALSE", "", Yes)]
    [InlineData("(TRUE OR TRUE) AND FALSE", "", No)]
    [InlineData("FALSE AND FALSE OR TRUE", "", Yes)]
    [InlineData("NOT FALSE OR TRUE", "", Yes)]
    [InlineData("NOT a = 'x'", "a=x", No)]
    [InlineData("a > 1 = TRUE", "a=2", Yes)]
    [InlineData("TRUE = a > 1", "a=0", No)]
    [InlineData("a = b IS NULL", "b=x", Yes)]
    // Names, keywords in any case, blanks and comments.
    [InlineData("_a$1 = 'x'", "_a$1=x", Yes)]
    [InlineData("$ = 'x'", "$=x", Yes)]
    [InlineData("A = 'x'", "a=x", Unknown)]
    [InlineData("android = 'x' oR nothing = 'y'", "nothing=y", Yes)]
    [InlineData("a=1aNd b=2", "a=1,b=2", Yes)]
    [InlineData("\ta\n=\r\n1\f", "a=1", Yes)]
    [InlineData("a = 1 -- AND b = 2", "a=1", Yes)]
    [InlineData("-- first\na = 1 -- then\nAND b = 2", "a=1,b=2", Yes)]
    [InlineData("a /* 'not this' */ = /***/ 1 /* ** */", "a=1", Yes)]
    [InlineData("/* a\n b */ a = 1", "a=1", Yes)]
    [InlineData("TAGS = 'TagA' AND KEYS IS NOT NULL", "TAGS=TagA,KEYS=k1 k2", Yes)]
    public void An_expression_comes_to_what_it_says(string text, string properties, SqlTruth expected)
    {
        var expression = Parsed(text);

        Assert.Equal(expected, expression.Evaluate(Properties(properties)));
        Assert.Equal(expected == SqlTruth.True, expression.Matches(Properties(properties)));
    }

    [Fact]
    public void Of_a_repeated_property_the_last_counts() =>
        Assert.True(Parsed("a = 2 AND b = 1").Matches("a\u00011\u0002b\u00011\u0002a\u00012"u8));

    [Fact]
    public void Pairs_that_are_none_are_skipped() =>
        Assert.Equal(SqlTruth.True, Parsed("a IS NULL AND b IS NULL AND c = 1").Evaluate("a\u0001\u0002b\u0002\u0001x\u0002c\u00011\u0002"u8));

    [Fact]
    public void A_number_may_be_long_but_not_endless()
    {
        Assert.Equal(SqlTruth.True, Parsed("a = 5").Evaluate(Properties("a=" + new string('0', 1000) + "5")));
        Assert.Equal(SqlTruth.Error, Parsed("a = 5").Evaluate(Properties("a=" + new string('0', 2000) + "5")));
        Assert.Equal(SqlTruth.Error, Parsed("a > 0.5").Evaluate(Properties("a=" + new string('1', 2000))));
    }

    [Fact]
    public void A_property_is_the_same_number_for_all_that_compare_it() =>
        Assert.Equal(SqlTruth.True, Parsed("a > 4 AND a > 4.5 AND a < b AND b > a AND b > 5.5 AND NOT (b > 6) AND a = 5 AND a = '5' AND c <> a")
            .Evaluate(Properties("a=5,b=6,c=4")));

    [Fact]
    public void What_an_expression_may_cost_grows_with_its_parts_the_properties_and_the_texts_that_it_looks_for()
    {
        var one = Parsed("a = 'x'");
        Assert.InRange(one.CostOf(100), 100, 110);
        Assert.True(Parsed(string.Join(" OR ", Enumerable.Repeat("a = 'x'", 100))).CostOf(100) > one.CostOf(100) + 250);

        var search = Parsed("a CONTAINS 'x'").CostOf(32_000);
        Assert.True(search > one.CostOf(32_000) + 3_000);
        Assert.True(Parsed($"a CONTAINS '{new string('x', 4000)}'").CostOf(32_000) > 3 * search);
        Assert.True(Parsed(string.Join(" OR ", Enumerable.Repeat("a CONTAINS 'x'", 300))).CostOf(32_000) > 30 * search);
    }

    [Fact]
    public void Many_properties_and_long_lists_are_found_each()
    {
        var names = Enumerable.Range(0, SqlExpression.MaxProperties).Select(i => $"name{i}").ToArray();
        var all = Parsed(string.Join(" AND ", names.Select(name => $"{name} IN ('x', '{name}', 'yy')")));
        Assert.True(all.Matches(Properties(string.Join(',', names.Select(name => $"{name}={name}")))));
        Assert.False(all.Matches(Properties(string.Join(',', names.Select(name => $"{name}=x1")))));

        var list = Parsed($"a IN ({string.Join(',', Enumerable.Range(0, 1000).Select(i => $"'{i}'"))})");
        Assert.All(Enumerable.Range(0, 1000), i => Assert.True(list.Matches(Properties($"a={i}"))));
        Assert.False(list.Matches(Properties("a=1000")));
    }

    internal static SqlExpression Parsed(string text)
    {
        Assert.True(SqlExpression.TryParse(text, out var expression, out var error), $"{text}: {error}");
        Assert.Equal(text, expression.Text);
        return expression;
    }

    /// <summary>A property string of pairs like <c>a=1,b=2</c>; a comma that belongs to a value is not followed by a name and "=".</summary>
    internal static byte[] Properties(string pairs)
    {
        List<KeyValuePair<string, string>> properties = [];
        foreach (var part in pairs.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var at = part.IndexOf('=', StringComparison.Ordinal);
            if (at < 0)
            {
                var (name, value) = properties[^1];
                properties[^1] = new(name, $"{value},{part}");
            }
            else
            {
                properties.Add(new(part[..at], part[(at + 1)..]));
            }
        }

        return MessageProperties.Encode(properties);
    }
}
