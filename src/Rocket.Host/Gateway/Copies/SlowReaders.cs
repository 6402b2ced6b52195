using Rocket.Actors.Cluster;
using Rocket.Actors.Groups;
using Rocket.Actors.Queues;
using Rocket.Actors.Routing;
using Rocket.Actors.Storage;

namespace Rocket.Host.Gateway.Copies;

/// <summary>
/// Which broker id a reader is sent to with its next pull (suggestWhichBrokerId). One that is so far behind that its messages are hardly in the page cache
/// any more makes the master's disk seek beside its writes: it reads from a copy until it has caught up. Only with <c>slave-read-enable</c>.
/// </summary>
/// <remarks>
/// RocketMQ has one log for all queues and takes who is more than accessMessageInMemoryMaxRatio of the memory behind its end. Here each queue has a log, and
/// all of them share the page cache: each has its equal part of that.
/// </remarks>
/// <param name="routes">Which ids there are.</param>
/// <param name="memoryBytes">Memory of this machine.</param>
internal sealed class SlowReaders(RouteTable routes, long memoryBytes)
{
    /// <summary>RocketMQ's default of whichBrokerWhenConsumeSlowly.</summary>
    private const long FirstCopy = 1;

    /// <summary>The memory that the process may see.</summary>
    public static long MemoryBytes => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    /// <summary>The id to pull from next; 0: the master.</summary>
    /// <param name="broker">The broker.</param>
    /// <param name="group">The reader's group, which may want certain ids; null: not known.</param>
    /// <param name="queue">What was pulled from.</param>
    /// <param name="last">The last message that was found.</param>
    public long BrokerIdFor(BrokerContext broker, SubscriptionGroupConfig? group, IReadableQueue queue, in IndexEntry last)
    {
        if (!broker.Settings.SlaveReadEnable || !routes.Current.Brokers.TryGetValue(broker.Settings.Name, out var route))
        {
            return BrokerRoute.MasterId;
        }

        var isSlow = queue.EndPosition - last.NextPosition > BytesInMemory(broker, queue.IsCopy);
        var wanted = isSlow ? group?.WhichBrokerWhenConsumeSlowly ?? FirstCopy : group?.BrokerId ?? BrokerRoute.MasterId;
        if (route.Addresses.ContainsKey(wanted))
        {
            return wanted;
        }

        return isSlow ? LowestCopy(route) : BrokerRoute.MasterId;
    }

    /// <summary>Nobody is sent to an id that routes do not tell.</summary>
    private static long LowestCopy(BrokerRoute route)
    {
        foreach (var id in route.Addresses.Keys)
        {
            if (id != BrokerRoute.MasterId)
            {
                return id;
            }
        }

        return BrokerRoute.MasterId;
    }

    private long BytesInMemory(BrokerContext broker, bool isCopy)
    {
        var queues = isCopy ? broker.Copies.Count : broker.Directory.StoredQueues;
        return memoryBytes / 100 * broker.Settings.AccessMessageInMemoryMaxRatio / Math.Max(1, queues);
    }
}
