using Akka.Actor;
using Akka.Cluster.Sharding;

namespace Rocket.Actors.Cluster;

/// <summary>One node's region of the sharding type <c>broker</c>.</summary>
/// <param name="Address">The node's address in the cluster.</param>
/// <param name="Shards">Entities by shard; a shard is a broker.</param>
/// <param name="Failed">Shards that did not answer in time.</param>
public sealed record RegionSummary(string Address, IReadOnlyDictionary<string, int> Shards, IReadOnlyCollection<string> Failed);

/// <summary>One shard of this node.</summary>
public sealed record ShardContents(string Shard, IReadOnlyList<string> Entities);

/// <summary>What Cluster Sharding says of itself, in the words of this project.</summary>
public static class ShardInspection
{
    /// <summary>Every region in the cluster that the coordinator knows, in the order of their addresses.</summary>
    /// <param name="region">This node's region.</param>
    /// <param name="patience">How long regions and shards may take to answer.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public static async Task<IReadOnlyList<RegionSummary>> RegionsAsync(IActorRef region, TimeSpan patience, CancellationToken cancellation)
    {
        var stats = await region.Ask<ClusterShardingStats>(new GetClusterShardingStats(patience), Timeout.InfiniteTimeSpan, cancellation).ConfigureAwait(false);
        return
        [
            .. stats.Regions
                .Select(entry => new RegionSummary(entry.Key.ToString(), new SortedDictionary<string, int>(entry.Value.Stats.ToDictionary(), StringComparer.Ordinal), [.. entry.Value.Failed]))
                .OrderBy(summary => summary.Address, StringComparer.Ordinal),
        ];
    }

    /// <summary>The shards of this node with their entities, both in the order of their names.</summary>
    public static async Task<IReadOnlyList<ShardContents>> LocalShardsAsync(IActorRef region, CancellationToken cancellation)
    {
        var state = await region.Ask<CurrentShardRegionState>(GetShardRegionState.Instance, Timeout.InfiniteTimeSpan, cancellation).ConfigureAwait(false);
        return
        [
            .. state.Shards
                .Select(shard => new ShardContents(shard.ShardId, [.. shard.EntityIds.Order(StringComparer.Ordinal)]))
                .OrderBy(shard => shard.Shard, StringComparer.Ordinal),
        ];
    }
}
