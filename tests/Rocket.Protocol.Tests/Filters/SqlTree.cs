using System.Globalization;
using System.Text.RegularExpressions;
using Rocket.Protocol.Filters;

namespace Rocket.Protocol.Tests.Filters;

/// <summary>An expression as a tree that prints itself and says, slowly and without regard to memory, what it comes to.</summary>
internal abstract record SqlTree
{
    /// <summary>How firmly its parts hold together: 0 OR, 1 AND, 2 equality, 3 other comparisons, 4 NOT, 5 everything that needs no parentheses.</summary>
    public abstract int Firmness { get; }

    public abstract string Print(SqlPrinter printer);

    public abstract SqlTruth Evaluate(IReadOnlyDictionary<string, string> properties);

    protected static string PrintPart(SqlTree part, int least, SqlPrinter printer) =>
        part.Firmness >= least ? part.Print(printer) : $"({part.Print(printer)})";

    protected static SqlTruth Truth(bool holds) => holds ? SqlTruth.True : SqlTruth.False;

    protected static SqlTruth Not(SqlTruth truth) => truth switch
    {
        SqlTruth.True => SqlTruth.False,
        SqlTruth.False => SqlTruth.True,
        _ => truth,
    };
}

/// <summary>Writes words in any case, with blanks and comments between them.</summary>
internal sealed class SqlPrinter(int seed)
{
    private readonly Random _random = new(seed);

    public string Word(string word) => string.Concat(word.Select(letter => _random.Next(2) == 0 ? char.ToLowerInvariant(letter) : letter));

    public string Blank => _random.Next(8) switch { 0 => "\n", 1 => " /* ' * */ ", 2 => "--x\r\n", 3 => "\t ", _ => " " };

    public string Maybe => _random.Next(3) == 0 ? Blank : "";
}

internal sealed record SqlJunction(bool IsAnd, params SqlTree[] Terms) : SqlTree
{
    public override int Firmness => IsAnd ? 1 : 0;

    public override string Print(SqlPrinter printer) => string.Join(
        $"{printer.Blank}{printer.Word(IsAnd ? "AND" : "OR")}{printer.Blank}", Terms.Select(term => PrintPart(term, Firmness + 1, printer)));

    public override SqlTruth Evaluate(IReadOnlyDictionary<string, string> properties)
    {
        var decisive = Truth(!IsAnd);
        List<SqlTruth> seen = [];
        foreach (var term in Terms)
        {
            seen.Add(term.Evaluate(properties));
            if (seen[^1] == decisive || seen[^1] == SqlTruth.Error)
            {
                return seen[^1];
            }
        }

        return seen.Contains(SqlTruth.Unknown) ? SqlTruth.Unknown : Truth(IsAnd);
    }
}

internal sealed record SqlNot(SqlTree Inner) : SqlTree
{
    public override int Firmness => 4;

    public override string Print(SqlPrinter printer) => $"{printer.Word("NOT")}{printer.Blank}{PrintPart(Inner, 4, printer)}";

    public override SqlTruth Evaluate(IReadOnlyDictionary<string, string> properties) => Not(Inner.Evaluate(properties));
}

internal sealed record SqlLiteral(SqlTruth Value) : SqlTree
{
    public override int Firmness => 5;

    public override string Print(SqlPrinter printer) =>
        printer.Word(Value switch { SqlTruth.True => "TRUE", SqlTruth.False => "FALSE", _ => "NULL" });

    public override SqlTruth Evaluate(IReadOnlyDictionary<string, string> properties) => Value;
}

internal sealed record SqlName(string Property) : SqlTree
{
    public override int Firmness => 5;

    public override string Print(SqlPrinter printer) => Property;

    public override SqlTruth Evaluate(IReadOnlyDictionary<string, string> properties) =>
        properties.ContainsKey(Property) ? SqlTruth.False : SqlTruth.Unknown;
}

internal sealed record SqlIsNull(string Property, bool Negated) : SqlTree
{
    public override int Firmness => 2;

    public override string Print(SqlPrinter printer) =>
        $"{Property}{printer.Blank}{printer.Word("IS")}{printer.Blank}{(Negated ? printer.Word("NOT") + printer.Blank : "")}{printer.Word("NULL")}";

    public override SqlTruth Evaluate(IReadOnlyDictionary<string, string> properties) => Truth(properties.ContainsKey(Property) == Negated);
}

internal sealed record SqlIn(string Property, bool Negated, params string[] Texts) : SqlTree
{
    public override int Firmness => 3;

    public override string Print(SqlPrinter printer) =>
        $"{Property}{printer.Blank}{(Negated ? printer.Word("NOT") + printer.Blank : "")}{printer.Word("IN")}{printer.Maybe}({printer.Maybe}"
        + $"{string.Join($"{printer.Maybe},{printer.Maybe}", Texts.Select(SqlOperandText.Quote))}{printer.Maybe})";

    public override SqlTruth Evaluate(IReadOnlyDictionary<string, string> properties) =>
        properties.TryGetValue(Property, out var value) ? Truth(Texts.Contains(value) != Negated) : SqlTruth.Unknown;
}

internal sealed record SqlContains(string Property, string Word, bool Negated, string Text) : SqlTree
{
    public override int Firmness => 3;

    public override string Print(SqlPrinter printer) =>
        $"{Property}{printer.Blank}{(Negated ? printer.Word("NOT") + printer.Blank : "")}{printer.Word(Word)}{printer.Maybe}{SqlOperandText.Quote(Text)}";

    public override SqlTruth Evaluate(IReadOnlyDictionary<string, string> properties)
    {
        if (!properties.TryGetValue(Property, out var value))
        {
            return SqlTruth.Unknown;
        }

        var found = Word switch
        {
            "CONTAINS" => value.Contains(Text, StringComparison.Ordinal),
            "STARTSWITH" => value.StartsWith(Text, StringComparison.Ordinal),
            _ => value.EndsWith(Text, StringComparison.Ordinal),
        };
        return Truth(Text.Length > 0 && found != Negated);
    }
}

/// <summary>A comparison of two operands, each a <see cref="string"/> (a property), a <see cref="SqlOperandText"/>, a long or a double.</summary>
internal sealed partial record SqlCompared(object Left, string Sign, object Right) : SqlTree
{
    public override int Firmness => Sign is "=" or "<>" ? 2 : 3;

    public override string Print(SqlPrinter printer) => $"{Print(Left)}{printer.Maybe}{Sign}{printer.Maybe}{Print(Right)}";

    public override SqlTruth Evaluate(IReadOnlyDictionary<string, string> properties)
    {
        var (left, right) = (Value(Left, properties), Value(Right, properties));
        if (Sign is "=" or "<>" && right is null)
        {
            return Truth((left is null) == (Sign == "="));
        }

        if (left is null || right is null)
        {
            return SqlTruth.Unknown;
        }

        if (Sign is "=" or "<>" && left is string one && right is string other)
        {
            return Truth((one == other) == (Sign == "="));
        }

        if (Order(left, right) is not { } order)
        {
            return SqlTruth.Error;
        }

        return Truth(Sign switch
        {
            "=" => order == 0,
            "<>" => order != 0,
            "<" => order < 0,
            "<=" => order <= 0,
            ">" => order > 0,
            _ => order >= 0,
        });
    }

    internal static string Print(object operand) => operand switch
    {
        string property => property,
        SqlOperandText text => SqlOperandText.Quote(text.Text),
        double real => real.ToString("0.0####", CultureInfo.InvariantCulture),
        _ => ((long)operand).ToString(CultureInfo.InvariantCulture),
    };

    private static object? Value(object operand, IReadOnlyDictionary<string, string> properties) => operand switch
    {
        string property => properties.GetValueOrDefault(property),
        SqlOperandText text => text.Text,
        _ => operand,
    };

    private static int? Order(object left, object right)
    {
        if (left is long or string && right is long or string && (left is long || right is long))
        {
            return Integer(left) is { } one && Integer(right) is { } other ? one.CompareTo(other) : null;
        }

        return Real(left) is { } oneReal && Real(right) is { } otherReal ? oneReal.CompareTo(otherReal) : null;
    }

    private static long? Integer(object value) => value switch
    {
        long integer => integer,
        string text when IntegerForm().IsMatch(text) && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var parsed) => parsed,
        _ => null,
    };

    private static double? Real(object value) => value switch
    {
        long integer => integer,
        double real => real,
        string text when RealForm().Match(text) is { Success: true } match =>
            double.Parse(match.Groups["number"].Value, NumberStyles.Float, CultureInfo.InvariantCulture),
        _ => null,
    };

    [GeneratedRegex(@"\A[+-]?[0-9]+\z")]
    private static partial Regex IntegerForm();

    [GeneratedRegex(@"\A[\x00-\x20]*(?<number>[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?)[fFdD]?[\x00-\x20]*\z")]
    private static partial Regex RealForm();
}

internal sealed record SqlBetween(object Value, bool Negated, long Low, long High) : SqlTree
{
    public override int Firmness => 3;

    public override string Print(SqlPrinter printer) =>
        $"{SqlCompared.Print(Value)}{printer.Blank}{(Negated ? printer.Word("NOT") + printer.Blank : "")}{printer.Word("BETWEEN")}{printer.Blank}"
        + $"{SqlCompared.Print(Low)}{printer.Blank}{printer.Word("AND")}{printer.Blank}{SqlCompared.Print(High)}";

    public override SqlTruth Evaluate(IReadOnlyDictionary<string, string> properties) => (Negated
        ? new SqlJunction(false, new SqlCompared(Value, "<", Low), new SqlCompared(Value, ">", High))
        : new SqlJunction(true, new SqlCompared(Value, ">=", Low), new SqlCompared(Value, "<=", High))).Evaluate(properties);
}

internal sealed record SqlOperandText(string Text)
{
    public static string Quote(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
