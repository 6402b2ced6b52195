using System.Collections.Immutable;
using Akka.Actor;
using Akka.Cluster.Sharding;
using Rocket.Actors.Storage;

namespace Rocket.Actors.Placement;

/// <summary>
/// Puts a broker's shard only on a node of its in-sync set: the wanted master if it is up, else the last master, else the first by name. A
/// broker that never had a placement goes to the first of its configured replicas that is up. When there is no such node, the answer is nobody, whom the coordinator does not know as a
/// region: it does nothing then, and the next EnsureBroker tries again. (A faulted task does the same, with an error and its stack trace in the log each time; a synchronous throw or a
/// cancelled task would crash the coordinator.) Nothing is rebalanced but the shard of a broker that says it is misplaced where it is.
/// </summary>
/// <param name="table">What this node has heard of the placements.</param>
/// <param name="nodes">Which nodes are there.</param>
/// <param name="replicas">Gives the names of the nodes configured to hold a broker, the preferred master first; none for a broker that nobody knows.</param>
/// <param name="time">The node's time.</param>
/// <param name="report">Takes a line about a broker that has had no place for a while; on the coordinator's thread.</param>
public sealed class PlacementAllocationStrategy(
    PlacementTable table,
    IClusterNodes nodes,
    Func<string, IReadOnlyList<string>> replicas,
    TimeProvider time,
    Action<string> report) : IShardAllocationStrategy
{
    /// <summary>While nodes come and go nobody fits for a moment, which is nothing to look at.</summary>
    private static readonly TimeSpan WorthALine = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, Homeless> _homeless = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public Task<IActorRef> AllocateShard(
        IActorRef requester,
        string shardId,
        IImmutableDictionary<IActorRef, IImmutableList<string>> currentShardAllocations)
    {
        try
        {
            var (region, reason) = PlaceFor(shardId, currentShardAllocations.Keys);
            Note(shardId, reason);
            return Task.FromResult(region ?? ActorRefs.Nobody);
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

    /// <summary>The region, or why there is none.</summary>
    private (IActorRef? Region, string? WhyNone) PlaceFor(string broker, IEnumerable<IActorRef> regions)
    {
        if (!table.TryGet(broker, out var placement))
        {
            return (null, "its placement was not read yet");
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
                return (region, null);
            }
        }

        var wanted = placement is not null ? $"the in-sync set [{string.Join(", ", placement.InSync)}]" : $"the replicas [{string.Join(", ", allowed)}]";
        return (null, $"nobody of {wanted} is up");
    }

    private void Note(string broker, string? whyNone)
    {
        if (whyNone is null)
        {
            _homeless.Remove(broker);
            return;
        }

        if (!_homeless.TryGetValue(broker, out var homeless))
        {
            _homeless.Add(broker, homeless = new Homeless(time.GetTimestamp(), new LineSpacing(time)));
        }

        if (time.GetElapsedTime(homeless.Since) >= WorthALine && homeless.Lines.IsDue())
        {
            report($"Broker {broker} can be led by nobody now: {whyNone}");
        }
    }

    private static List<string> InOrderOfPreference(BrokerPlacement placement) =>
        [.. placement.InSync.OrderBy(node => node == placement.WantedMaster ? 0 : node == placement.Master ? 1 : 2)];

    /// <param name="Since">Time stamp.</param>
    /// <param name="Lines">When it is worth another one.</param>
    private sealed record Homeless(long Since, LineSpacing Lines);
}
