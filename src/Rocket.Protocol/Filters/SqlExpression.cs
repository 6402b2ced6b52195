using System.Diagnostics.CodeAnalysis;
using System.Text;
using Rocket.Protocol.Messages;

namespace Rocket.Protocol.Filters;

/// <summary>
/// A compiled SQL92 expression: which messages a consumer gets, by their properties. Immutable; evaluating it allocates nothing, and costs one pass over
/// the property string and one visit of each part.
/// </summary>
/// <remarks>
/// <code>
/// expression: all  { OR all }
/// all:        equal { AND equal }
/// equal:      compared { ( = | &lt;&gt; ) compared | IS [NOT] NULL }
/// compared:   signed { ( &gt; | &gt;= | &lt; | &lt;= ) signed | [NOT] BETWEEN signed AND signed | [NOT] IN ( text { , text } )
///             | [NOT] ( CONTAINS | STARTSWITH | ENDSWITH ) text }
/// signed:     { + | - | NOT } ( text | number | TRUE | FALSE | NULL | property | ( expression ) )
/// </code>
/// </remarks>
public sealed class SqlExpression
{
    /// <summary>Greatest length of an expression in UTF-16 units, comments and blanks included.</summary>
    public const int MaxLength = 8192;

    /// <summary>Levels of parentheses and signs, and of the parts that they make: parser and evaluation recurse as deep.</summary>
    public const int MaxDepth = 100;

    /// <summary>Parts of an expression: properties, constants, operators, texts of IN lists.</summary>
    public const int MaxNodes = 2048;

    /// <summary>Different properties that an expression may name.</summary>
    public const int MaxProperties = 128;

    private readonly SqlCondition _condition;
    private readonly SortedTexts _names;
    private readonly SqlCost _cost;

    private SqlExpression(string text, SqlCondition condition, SortedTexts names, SqlCost cost)
    {
        Text = text;
        _condition = condition;
        _names = names;
        _cost = cost;
    }

    /// <summary>What was parsed.</summary>
    public string Text { get; }

    /// <summary>Compiles a text. It never throws, and its time is bounded by the text's length.</summary>
    public static bool TryParse(
        string text, [NotNullWhen(true)] out SqlExpression? expression, [NotNullWhen(false)] out SqlParseError? error)
    {
        expression = null;
        if (text.Length > MaxLength)
        {
            error = SqlParseError.At(text, MaxLength, $"the expression has {text.Length} characters, {MaxLength} are allowed");
            return false;
        }

        var parser = new SqlParser(text);
        if (!parser.TryParse(out var condition, out error))
        {
            return false;
        }

        expression = new SqlExpression(text, condition, new SortedTexts([.. parser.Properties.Select(Encoding.UTF8.GetBytes)]), parser.Cost);
        return true;
    }

    /// <summary>
    /// What evaluating it for one message may cost at most, in steps of about 5 ns. Who evaluates it for many can so end after a bounded time, and at the
    /// same message each time.
    /// </summary>
    /// <param name="propertyBytes">Length of the message's property string.</param>
    public long CostOf(int propertyBytes) => _cost.Of(propertyBytes);

    /// <summary>Whether a message passes: only if the expression is true for it.</summary>
    /// <param name="properties">The property string, see <see cref="MessageProperties"/>.</param>
    public bool Matches(ReadOnlySpan<byte> properties) => Evaluate(properties) == SqlTruth.True;

    /// <summary>What the expression comes to for a message.</summary>
    /// <param name="properties">The property string, see <see cref="MessageProperties"/>.</param>
    public SqlTruth Evaluate(ReadOnlySpan<byte> properties)
    {
        Span<SqlSlot> slots = stackalloc SqlSlot[_names.Count];
        foreach (var property in MessageProperties.Enumerate(properties))
        {
            // Of a repeated name the last counts.
            if (_names.Find(property.Name) is var slot and >= 0 && properties.Overlaps(property.Value, out var start))
            {
                slots[slot] = new SqlSlot(start, property.Value.Length);
            }
        }

        return _condition.Evaluate(new SqlRow(properties, slots));
    }

    /// <inheritdoc/>
    public override string ToString() => Text;
}
