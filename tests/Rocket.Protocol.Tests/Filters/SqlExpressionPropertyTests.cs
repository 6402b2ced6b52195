using CsCheck;
using Rocket.Protocol.Filters;
using Rocket.Protocol.Messages;
using Xunit;

namespace Rocket.Protocol.Tests.Filters;

public sealed class SqlExpressionPropertyTests
{
    private static readonly string[] Names = ["a", "b", "_c$", "TAGS", "Region9"];

    private static readonly string[] Signs = ["=", "<>", "<", "<=", ">", ">="];

    private static readonly Gen<string> Name = Gen.OneOf(Names);

    private static readonly Gen<string> Value = Gen.OneOf(
        Gen.Long[-5, 15].Select(number => $"{number}"),
        Gen.OneOf("x", "abc", "true", "it's", "5.5", "-0.5", "1e1", "单号", "007", "+3", "9223372036854775808"),
        Generators.PropertyText);

    private static readonly Gen<SqlOperandText> Text =
        Gen.OneOf(Gen.OneOf("x", "abc", "true", "it's", "5", "''", "", "号", "b"), Generators.Text).Select(text => new SqlOperandText(text));

    private static readonly Gen<object> Number =
        Gen.OneOf(Gen.Long[-5, 15].Select(number => (object)number), Gen.Int[1, 120].Select(number => (object)(number / 8.0)));

    private static readonly Gen<object> Property = Name.Select(name => (object)name);

    private static readonly Gen<SqlTree> Leaf = Gen.OneOf(
        Gen.Select(Gen.OneOf(Property, Number, Text.Select(text => (object)text)), Gen.OneOf("=", "<>"), Gen.OneOf(Property, Number, Text.Select(text => (object)text)))
            .Select(parts => (SqlTree)new SqlCompared(parts.Item1, parts.Item2, parts.Item3)),
        Gen.Select(Gen.OneOf(Property, Number), Gen.OneOf(Signs), Gen.OneOf(Property, Number))
            .Select(parts => (SqlTree)new SqlCompared(parts.Item1, parts.Item2, parts.Item3)),
        Gen.Select(Gen.OneOf(Property, Number), Gen.Bool, Gen.Long[-5, 15], Gen.Long[0, 10])
            .Select(parts => (SqlTree)new SqlBetween(parts.Item1, parts.Item2, parts.Item3, parts.Item3 + parts.Item4)),
        Gen.Select(Name, Gen.Bool, Text.Array[1, 12]).Select(parts => (SqlTree)new SqlIn(parts.Item1, parts.Item2, [.. parts.Item3.Select(text => text.Text)])),
        Gen.Select(Name, Gen.OneOf("CONTAINS", "STARTSWITH", "ENDSWITH"), Gen.Bool, Text)
            .Select(parts => (SqlTree)new SqlContains(parts.Item1, parts.Item2, parts.Item3, parts.Item4.Text)),
        Gen.Select(Name, Gen.Bool).Select(parts => (SqlTree)new SqlIsNull(parts.Item1, parts.Item2)),
        Name.Select(name => (SqlTree)new SqlName(name)),
        Gen.OneOf(SqlTruth.True, SqlTruth.False, SqlTruth.Unknown).Select(truth => (SqlTree)new SqlLiteral(truth)));

    private static readonly Gen<Dictionary<string, string>> Message =
        Gen.Select(Name, Value).Array[0, 8].Select(pairs =>
        {
            var properties = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var (name, value) in pairs)
            {
                properties[name] = value;
            }

            return properties;
        });

    [Fact]
    public void An_expression_that_is_printed_and_parsed_comes_to_the_same() =>
        Gen.Select(Tree(4), Gen.Int, Message.Array[1, 6]).Sample(
            (tree, style, messages) =>
            {
                var text = tree.Print(new SqlPrinter(style));
                if (text.Length > SqlExpression.MaxLength)
                {
                    return;
                }

                Assert.True(SqlExpression.TryParse(text, out var expression, out var error), $"{text}\n{error}");
                foreach (var message in messages)
                {
                    var actual = expression.Evaluate(MessageProperties.Encode(message));
                    Assert.True(
                        tree.Evaluate(message) == actual,
                        $"{text}\nwith {string.Join(", ", message.Select(pair => $"{pair.Key}={pair.Value}"))} is {actual}, not {tree.Evaluate(message)}");
                }
            },
            iter: 20_000);

    [Fact]
    public void No_text_and_no_properties_throw()
    {
        string[] words =
        [
            "a", "b", "AND", "OR", "NOT", "IS", "NULL", "IN", "BETWEEN", "CONTAINS", "STARTSWITH", "ENDSWITH", "TRUE", "FALSE", "(", ")", ",", "=", "<>", "<", "<=", ">", ">=",
            "+", "-", "--", "/*", "*/", "'", "''", "'x'", "5", "5.5", ".", "1e9", "9L", "\n", " ", "\\", "%", "😀", "\0",
        ];
        var soup = Gen.OneOf(
            Gen.OneOf(words).Array[0, 60].Select(parts => string.Join(' ', parts)),
            Gen.OneOf(words).Array[0, 60].Select(string.Concat),
            Generators.Text,
            Gen.Char.Array[0, 200].Select(characters => new string(characters)));
        Gen.Select(soup, Generators.Bytes).Sample(
            (text, properties) =>
            {
                if (SqlExpression.TryParse(text, out var expression, out var error))
                {
                    _ = expression.Evaluate(properties);
                    _ = expression.Evaluate("a\u00015\u0002b\u0001x"u8);
                }
                else
                {
                    Assert.True(error.Line >= 1 && error.Column >= 1 && error.Reason.Length is > 0 and < 200, $"{error}");
                }
            },
            iter: 50_000);
    }

    [Fact]
    public void A_damaged_expression_is_an_error_or_another_expression() =>
        Gen.Select(Tree(3), Gen.Int, Gen.Int[0, 10_000], Gen.Char).Sample(
            (tree, style, place, character) =>
            {
                var text = tree.Print(new SqlPrinter(style));
                var at = place % text.Length;
                foreach (var damaged in new[] { text[..at], text.Remove(at, 1), text.Insert(at, $"{character}"), text[at..] + text[..at] })
                {
                    if (SqlExpression.TryParse(damaged, out var expression, out _))
                    {
                        _ = expression.Evaluate("a\u00015\u0002TAGS\u0001x"u8);
                    }
                }
            },
            iter: 20_000);

    private static Gen<SqlTree> Tree(int levels) => levels == 0
        ? Leaf
        : Gen.Frequency(
            (2, Leaf),
            (2, Gen.Select(Gen.Bool, Tree(levels - 1).Array[2, 4]).Select(parts => (SqlTree)new SqlJunction(parts.Item1, parts.Item2))),
            (1, Tree(levels - 1).Select(inner => (SqlTree)new SqlNot(inner))));
}
