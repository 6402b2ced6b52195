using Rocket.Protocol.Json;

namespace Rocket.Actors.Routing;

/// <summary>The answer bodies of codes 105, 106 and 206.</summary>
internal static class RouteBodies
{
    /// <param name="route">The route.</param>
    /// <param name="orderConfiguration">Of an ordered topic; null: none.</param>
    public static byte[] TopicRoute(TopicRoute route, string? orderConfiguration = null) => ProtocolJson.Serialize(new TopicRouteData
    {
        OrderTopicConf = orderConfiguration,
        BrokerDatas = [.. route.Queues.Select(queues => DataOf(queues.Broker))],
        QueueDatas =
        [
            .. route.Queues.Select(queues => new QueueData
            {
                BrokerName = queues.Broker.BrokerName,
                Perm = queues.Config.Perm,
                ReadQueueNums = queues.Config.ReadQueueNums,
                TopicSysFlag = queues.Config.TopicSysFlag,
                WriteQueueNums = queues.Config.WriteQueueNums,
            }),
        ],
    });

    /// <param name="brokers">By name, so that equal clusters give equal bytes on all nodes.</param>
    public static byte[] ClusterInfo(IReadOnlyDictionary<string, BrokerRoute> brokers) => ProtocolJson.Serialize(new ClusterInfo
    {
        BrokerAddrTable = new SortedDictionary<string, BrokerData>(
            brokers.ToDictionary(broker => broker.Key, broker => DataOf(broker.Value)), StringComparer.Ordinal),
        ClusterAddrTable = new SortedDictionary<string, IReadOnlyList<string>>(
            brokers.Values.GroupBy(broker => broker.Cluster)
                .ToDictionary(cluster => cluster.Key, IReadOnlyList<string> (cluster) => [.. cluster.Select(broker => broker.BrokerName)]),
            StringComparer.Ordinal),
    });

    /// <summary>By name, so that equal clusters give equal bytes on all nodes.</summary>
    public static byte[] TopicList(IEnumerable<TopicRoute> routes) =>
        ProtocolJson.Serialize(new TopicList { Topics = [.. routes.Select(route => route.Topic).Order(StringComparer.Ordinal)] });

    private static BrokerData DataOf(BrokerRoute broker) => new()
    {
        BrokerAddrs = broker.Addresses,
        BrokerName = broker.BrokerName,
        Cluster = broker.Cluster,
    };
}
