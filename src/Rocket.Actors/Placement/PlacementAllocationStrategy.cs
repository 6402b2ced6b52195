using System.Collections.Immutable;
using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.Event;

namespace Rocket.Actors.Placement;

/// <summary>
/// Puts a broker's shard only on a node of its in-sync set: the wanted master if it is up, else the last master, else the first by name. A
/// broker that never had a placement goes to the first of its configured replicas that is up. When there is no such node, the allocation fails
/// with a faulted task (a synchronous throw or a cancelled task would crash the coordinator) and is retried at the next EnsureBroker.
/// Nothing is rebalanced but the shard of a broker that says it is misplaced where it is.
/// </summary>
/// <remarks>Sharding asks again every two seconds; that a broker has nowhere to go is said once, and once more when the reason changes.</remarks>
/// <param name="table">What this node has heard of the placements.</param>
/// <param name="nodes">Which nodes are there.</param>
/// <param name="replicas">Gives the names of the nodes configured to hold a broker, the preferred master first; none for a broker that nobody knows.</param>
/// <param name="log">Where it is said that a broker waits for a node.</param>
public sealed class PlacementAllocationStrategy(
    PlacementTable table,
    IClusterNodes nodes,
    Func<string, IReadOnlyList<string>> replicas,
    ILoggingAdapter log) : IShardAllocationStrategy
{
    private readonly Dictionary<string, string> _saidOf = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public Task<IActorRef> AllocateShard(
        IActorRef requester,
        string shardId,
        IImmutableDictionary<IActorRef, IImmutableList<string>> currentShardAllocations)
    {
        try
        {
            return Task.FromResult(PlaceFor(shardId, currentShardAllocations.Keys));
        }
        catch (Exception failure)
        {
            return Task.FromException<IActorRef>(failure);
        }
    }

    /// <inheritdoc/>
    public Task<IImmutableSet<string>> Rebalance(
        IImmutableDictionary<IActorRef, IImmutableList<string>> currentShardAllocations,
        IImmutableSet<string> rebalanceInProgress)
    {
        try
        {
            var misplaced = from entry in currentShardAllocations
                            from shard in entry.Value
                            where !rebalanceInProgress.Contains(shard) && table.MisplacedAt(shard) is { } node && nodes.NodeOf(entry.Key) == node
                            select shard;
            return Task.FromResult<IImmutableSet<string>>(misplaced.ToImmutableHashSet(StringComparer.Ordinal));
        }
        catch (Exception failure)
        {
            return Task.FromException<IImmutableSet<string>>(failure);
        }
    }

    private IActorRef PlaceFor(string broker, IEnumerable<IActorRef> regions)
    {
        if (!table.TryGet(broker, out var placement))
        {
            throw new UnplaceableBrokerException(broker, "its placement was not read yet");
        }

        IReadOnlyList<string> allowed = placement is not null ? InOrderOfPreference(placement) : replicas(broker);
        if (table.MisplacedAt(broker) is { } last)
        {
            allowed = [.. allowed.Where(node => node != last), .. allowed.Where(node => node == last)];
        }

        var regionOf = new Dictionary<string, IActorRef>(StringComparer.Ordinal);
        foreach (var region in regions)
        {
            if (nodes.NodeOf(region) is { } node)
            {
                regionOf[node] = region;
            }
        }

        foreach (var node in allowed)
        {
            if (regionOf.TryGetValue(node, out var region))
            {
                _saidOf.Remove(broker);
                return region;
            }
        }

        var wanted = placement is not null ? $"the in-sync set [{string.Join(", ", placement.InSync)}]" : $"the replicas [{string.Join(", ", allowed)}]";
        var reason = $"nobody of {wanted} is up";
        if (_saidOf.GetValueOrDefault(broker) != reason)
        {
            _saidOf[broker] = reason;
            log.Warning("{0} has no master until one of them is back: {1}", broker, reason);
        }

        throw new UnplaceableBrokerException(broker, reason);
    }

    private static List<string> InOrderOfPreference(BrokerPlacement placement) =>
        [.. placement.InSync.OrderBy(node => node == placement.WantedMaster ? 0 : node == placement.Master ? 1 : 2)];
}
