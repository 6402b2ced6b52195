using System.Text;
using Rocket.Protocol.Filters;
using Rocket.Protocol.Messages;

namespace Rocket.Actors.Clients;

/// <summary>
/// Which messages of a topic a consumer wants. By tags: <c>*</c>, or tags separated by <c>||</c>; the broker compares hashes of tags, as RocketMQ does, and
/// the client compares the tags themselves and so hides the rare collision. Or by properties: the broker evaluates an SQL92 expression, and the client
/// looks at nothing again.
/// </summary>
public sealed class SubscriptionExpression : IEquatable<SubscriptionExpression>
{
    /// <summary>What a message without tag has in place of a hash.</summary>
    public const int NoTag = 0;

    /// <summary>Passes every message.</summary>
    public static readonly SubscriptionExpression All = new([], isAll: true);

    /// <summary>Passes no message.</summary>
    public static readonly SubscriptionExpression None = new([], isAll: false);

    private readonly int[] _tagHashes;

    private SubscriptionExpression(int[] tagHashes, bool isAll)
    {
        _tagHashes = tagHashes;
        IsAll = isAll;
    }

    /// <summary>The condition over properties; null: it is an expression of tags.</summary>
    public SqlExpression? Sql { get; private init; }

    /// <summary>Whether every message passes, those without tag included.</summary>
    public bool IsAll { get; }

    /// <summary>Java hashes of the tags, ascending and without repetition; empty for <see cref="All"/>, <see cref="None"/> and conditions over properties.</summary>
    public ReadOnlySpan<int> TagHashes => _tagHashes;

    /// <summary>
    /// Reads an expression; null, empty and <c>*</c> pass everything. False: there is no tag in it, only separators and blanks (answer 23).
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> text, out SubscriptionExpression expression)
    {
        if (text is "" or "*")
        {
            expression = All;
            return true;
        }

        var hashes = new SortedSet<int>();
        bool any = false;
        foreach (Range range in text.Split("||"))
        {
            ReadOnlySpan<char> tag = text[range].Trim();
            if (tag.IsEmpty)
            {
                continue;
            }

            any = true;
            // A tag that hashes to 0 would pass the messages without tag; by hash alone it cannot be told from them.
            if (JavaHash.Of(tag) is var hash and not NoTag)
            {
                hashes.Add(hash);
            }
        }

        expression = hashes.Count == 0 ? None : new SubscriptionExpression([.. hashes], isAll: false);
        return any;
    }

    /// <inheritdoc cref="TryParse(ReadOnlySpan{char}, out SubscriptionExpression)"/>
    public static bool TryParse(ReadOnlySpan<byte> utf8, out SubscriptionExpression expression)
    {
        if (utf8.IsEmpty || utf8.SequenceEqual("*"u8))
        {
            expression = All;
            return true;
        }

        return TryParse(Encoding.UTF8.GetString(utf8), out expression);
    }

    /// <summary>Passes the messages for whose properties this is true.</summary>
    public static SubscriptionExpression OfProperties(SqlExpression sql) => new([], isAll: false) { Sql = sql };

    /// <summary>
    /// Whether a message passes whose tag has this hash; <see cref="NoTag"/>: it has none. With a condition over properties none does by its tag.
    /// </summary>
    public bool Accepts(int tagHash) => IsAll || (tagHash != NoTag && _tagHashes.AsSpan().Contains(tagHash));

    /// <inheritdoc/>
    public bool Equals(SubscriptionExpression? other) =>
        other is not null && IsAll == other.IsAll && Sql?.Text == other.Sql?.Text && _tagHashes.AsSpan().SequenceEqual(other._tagHashes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SubscriptionExpression);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(IsAll, Sql?.Text, _tagHashes.Length, _tagHashes.Length > 0 ? _tagHashes[0] : 0);
}
