using System.Collections.Immutable;
using Rocket.Actors.Topics;

namespace Rocket.Actors.Routing;

/// <summary>All published parts of one broker as this node knows them.</summary>
/// <param name="Registration">Null until it has arrived; parts travel separately and in any order.</param>
/// <param name="Buckets">One for each index.</param>
/// <param name="LedEpoch">The epoch in which this node itself publishes the broker; 0: another node does, or nobody.</param>
internal sealed record KnownBroker(BrokerRegistration? Registration, ImmutableArray<TopicBucket> Buckets, long LedEpoch)
{
    public static KnownBroker Unknown(string brokerName) =>
        new(null, [.. Enumerable.Range(0, TopicBucket.Count).Select(index => new TopicBucket(brokerName, index, default, TopicBucket.NoTopics))], 0);

    /// <summary>Whether clients are told of the broker.</summary>
    public bool IsShown => Registration is { Retracted: false };

    public IEnumerable<TopicConfig> Topics => Buckets.SelectMany(bucket => bucket.Topics.Values);

    /// <summary>The highest epoch that any part speaks of.</summary>
    public long HighestEpoch => Math.Max(Registration?.Stamp.Epoch ?? 0, Buckets.Max(bucket => bucket.Stamp.Epoch));
}
