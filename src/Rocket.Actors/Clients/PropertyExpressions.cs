using System.Collections.Concurrent;
using System.Text;
using Rocket.Protocol.Filters;
using Rocket.Protocol.Json;

namespace Rocket.Actors.Clients;

/// <summary>
/// Compiled conditions over properties by their text, so that all who filter by the same text share one: ten thousand members of a group, and every pull
/// that brings its expression along. What is looked for again stays; of the rest only the newest does. Any thread; what is known is found without a lock.
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
    private volatile ConcurrentDictionary<string, SubscriptionExpression> _young = new(StringComparer.Ordinal);
    private volatile ConcurrentDictionary<string, SubscriptionExpression> _old = new(StringComparer.Ordinal);
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
        error = string.Empty;
        if (_young.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text, out expression!))
        {
            return true;
        }

        if (_old.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text, out expression!))
        {
            expression = Keep(expression);
            return true;
        }

        if (!SqlExpression.TryParse(text.ToString(), out SqlExpression? sql, out SqlParseError? problem))
        {
            expression = SubscriptionExpression.None;
            error = problem.ToString();
            return false;
        }

        expression = Keep(SubscriptionExpression.OfProperties(sql));
        return true;
    }

    private SubscriptionExpression Keep(SubscriptionExpression expression)
    {
        string text = expression.Sql!.Text;
        lock (_gate)
        {
            if (_young.TryGetValue(text, out SubscriptionExpression? known))
            {
                return known;
            }

            if (_youngCost + text.Length + EntryCost > capacity)
            {
                _old = _young;
                _young = new ConcurrentDictionary<string, SubscriptionExpression>(StringComparer.Ordinal);
                _youngCost = 0;
            }

            _young[text] = expression;
            _youngCost += text.Length + EntryCost;
            return expression;
        }
    }
}
