using System.Collections.Concurrent;
using System.Text;
using Rocket.Protocol.Filters;
using Rocket.Protocol.Json;

namespace Rocket.Actors.Clients;

/// <summary>
/// Compiled conditions over properties by their text, so that all who filter by the same text share one: ten thousand members of a group, and every pull
/// that brings its expression along. What is looked for again stays; of the rest only the newest does. A text that cannot be understood is kept, too, with the
/// reason: whoever sends it sends it again. Any thread; what is known is found without a lock.
/// </summary>
/// <param name="capacity">Characters of the texts that are kept for sure; twice as many are at most.</param>
public sealed class PropertyExpressions(int capacity)
{
    /// <summary>For this process. An expression takes about 20 bytes a character, so that this is 10 MiB at most.</summary>
    public static readonly PropertyExpressions Shared = new(256 * 1024);

    /// <summary>What an entry counts besides its characters.</summary>
    private const int EntryCost = 64;

    /// <summary>Bytes of an expression that is looked for without making a string of it.</summary>
    private const int MostOnStack = 512;

    private readonly Lock _gate = new();
    private volatile ConcurrentDictionary<string, Compiled> _young = new(StringComparer.Ordinal);
    private volatile ConcurrentDictionary<string, Compiled> _old = new(StringComparer.Ordinal);
    private int _youngCost;

    /// <summary>How many are kept.</summary>
    public int Count => _young.Count + _old.Count;

    /// <summary>Finds or compiles an expression that is none of tags. False: it cannot be understood, and <paramref name="error"/> says why.</summary>
    public bool TryGet(string type, string text, out SubscriptionExpression expression, out string error) =>
        IsKnown(ExpressionTypes.IsSql92(type), out expression, out error) && TryGet(text.AsSpan(), out expression, out error);

    /// <inheritdoc cref="TryGet(string, string, out SubscriptionExpression, out string)"/>
    public bool TryGet(ReadOnlySpan<byte> type, ReadOnlySpan<byte> utf8, out SubscriptionExpression expression, out string error)
    {
        if (!IsKnown(Ascii.EqualsIgnoreCase(type, ExpressionTypes.Sql92), out expression, out error))
        {
            return false;
        }

        if (utf8.Length > MostOnStack)
        {
            return TryGet(Encoding.UTF8.GetString(utf8), out expression, out error);
        }

        Span<char> text = stackalloc char[MostOnStack];
        return TryGet(text[..Encoding.UTF8.GetChars(utf8, text)], out expression, out error);
    }

    private static bool IsKnown(bool isSql, out SubscriptionExpression expression, out string error)
    {
        expression = SubscriptionExpression.None;
        error = isSql ? string.Empty : "this type of expression is not known, there are TAG and SQL92";
        return isSql;
    }

    private bool TryGet(ReadOnlySpan<char> text, out SubscriptionExpression expression, out string error)
    {
        if (!_young.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text, out Compiled? compiled))
        {
            string? known = null;
            if (_old.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text, out known, out compiled))
            {
                compiled = Keep(known, compiled);
            }
            else
            {
                compiled = Compile(text.ToString());
            }
        }

        (expression, error) = compiled;
        return error.Length == 0;
    }

    private Compiled Compile(string text)
    {
        if (SqlExpression.TryParse(text, out SqlExpression? sql, out SqlParseError? problem))
        {
            return Keep(text, new Compiled(SubscriptionExpression.OfProperties(sql), string.Empty));
        }

        // What is too long is refused unread, which costs less than finding it.
        var broken = new Compiled(SubscriptionExpression.None, problem.ToString());
        return text.Length > SqlExpression.MaxLength ? broken : Keep(text, broken);
    }

    private Compiled Keep(string text, Compiled compiled)
    {
        int cost = text.Length + compiled.Error.Length + EntryCost;
        lock (_gate)
        {
            if (_young.TryGetValue(text, out Compiled? known))
            {
                return known;
            }

            if (_youngCost + cost > capacity)
            {
                _old = _young;
                _young = new ConcurrentDictionary<string, Compiled>(StringComparer.Ordinal);
                _youngCost = 0;
            }

            _young[text] = compiled;
            _youngCost += cost;
            return compiled;
        }
    }

    /// <summary>What became of a text.</summary>
    /// <param name="Expression">What it says; none passes if it cannot be understood.</param>
    /// <param name="Error">Why it cannot; empty: it can.</param>
    private sealed record Compiled(SubscriptionExpression Expression, string Error);
}
