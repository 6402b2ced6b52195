using System.Collections.Immutable;
using Rocket.Actors.Topics;
using Rocket.Actors.Wire;

namespace Rocket.Actors.Routing;

/// <summary>
/// A fixed share of one broker's topics, published as a whole: a topic that is missing in the newer state is deleted, so nothing has to
/// remember deletions.
/// </summary>
/// <param name="BrokerName">The broker that has the topics.</param>
/// <param name="Index">0 to <see cref="Count"/> − 1.</param>
/// <param name="Stamp">The master's epoch and its running number in it.</param>
/// <param name="Topics">By topic name, ordinal.</param>
public sealed record TopicBucket(string BrokerName, int Index, PartStamp Stamp, ImmutableSortedDictionary<string, TopicConfig> Topics)
{
    /// <summary>
    /// Buckets of each broker. 10 000 topics give about 160 to a bucket: some 8 KB before compression, so that several buckets fit
    /// Akka.Remote's 128 000 bytes.
    /// </summary>
    public const int Count = 64;

    /// <summary>No topics yet.</summary>
    public static readonly ImmutableSortedDictionary<string, TopicConfig> NoTopics =
        ImmutableSortedDictionary.Create<string, TopicConfig>(StringComparer.Ordinal);

    /// <summary>Bucket of a topic; a change would leave topics in two buckets during an upgrade.</summary>
    public static int IndexOf(ReadOnlySpan<char> topic) => (int)(StableHash.Of(topic) % Count);

    /// <summary>Whether both say the same, whatever their stamps are.</summary>
    public bool SaysTheSameAs(TopicBucket other)
    {
        if (ReferenceEquals(Topics, other.Topics))
        {
            return true;
        }

        var differences = new List<KeyValuePair<string, TopicConfig?>>();
        AddDifferences(other, differences);
        return differences.Count == 0;
    }

    /// <summary>Adds what has to be changed to come from this state of the bucket to another one; a null config: the topic goes.</summary>
    internal void AddDifferences(TopicBucket after, List<KeyValuePair<string, TopicConfig?>> differences)
    {
        // Both are sorted: one walk over the two of them.
        using var before = Topics.GetEnumerator();
        using var then = after.Topics.GetEnumerator();
        bool hasBefore = before.MoveNext(), hasThen = then.MoveNext();
        while (hasBefore || hasThen)
        {
            int order = !hasBefore ? 1 : !hasThen ? -1 : string.CompareOrdinal(before.Current.Key, then.Current.Key);
            if (order < 0)
            {
                differences.Add(new(before.Current.Key, null));
            }
            else if (order > 0 || before.Current.Value != then.Current.Value)
            {
                differences.Add(new(then.Current.Key, then.Current.Value));
            }

            if (order <= 0)
            {
                hasBefore = before.MoveNext();
            }

            if (order >= 0)
            {
                hasThen = then.MoveNext();
            }
        }
    }
}
