using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Rocket.Actors.Topics;

namespace Rocket.Actors.Routing;

/// <summary>
/// The name-server data of the whole cluster as this node knows it: one immutable snapshot, readable from any thread. A hint; who leads a
/// broker is decided by its placement register alone.
/// </summary>
public sealed class RouteView
{
    public static readonly RouteView Empty =
        new(new BrokerSet(ImmutableSortedDictionary.Create<string, BrokerRoute>(StringComparer.Ordinal)), TopicTable.Empty);

    private readonly BrokerSet _brokers;
    private readonly TopicTable _topics;
    private byte[]? _topicListBody;

    private RouteView(BrokerSet brokers, TopicTable topics)
    {
        _brokers = brokers;
        _topics = topics;
    }

    /// <summary>Every broker of the cluster by name, with and without a master.</summary>
    public ImmutableSortedDictionary<string, BrokerRoute> Brokers => _brokers.ByName;

    /// <summary>Every topic that at least one broker has, in no particular order.</summary>
    public IEnumerable<TopicRoute> Topics => _topics.Routes;

    public int TopicCount => _topics.Count;

    /// <summary>Answer body of code 106. Made at the first call and kept as long as no broker changes.</summary>
    public ReadOnlyMemory<byte> ClusterInfoBody => _brokers.ClusterInfoBody;

    /// <summary>Answer body of code 206. Made at the first call and kept; two threads may make it at once and both get the same bytes.</summary>
    public ReadOnlyMemory<byte> TopicListBody
    {
        get
        {
            byte[]? body = Volatile.Read(ref _topicListBody);
            if (body is null)
            {
                body = RouteBodies.TopicList(Topics);
                Volatile.Write(ref _topicListBody, body);
            }

            return body;
        }
    }

    /// <summary>The route of a topic; false: no broker has it (answer 17).</summary>
    public bool TryGetRoute(ReadOnlySpan<char> topic, [MaybeNullWhen(false)] out TopicRoute route) => _topics.TryGet(topic, out route);

    /// <summary>Adds a broker with all its topics, or replaces what was known of both.</summary>
    internal RouteView WithBroker(BrokerRoute broker, IEnumerable<TopicConfig> topics)
    {
        TopicTable.Editor editor = _topics.Edit();
        foreach (TopicConfig topic in topics)
        {
            editor.Set(topic.Topic, broker.BrokerName, new TopicQueues(broker, topic));
        }

        return new RouteView(new BrokerSet(Brokers.SetItem(broker.BrokerName, broker)), editor.ToTable());
    }

    /// <summary>Removes a broker and its share in the named topics.</summary>
    internal RouteView WithoutBroker(string brokerName, IEnumerable<string> topics)
    {
        TopicTable.Editor editor = _topics.Edit();
        foreach (string topic in topics)
        {
            editor.Set(topic, brokerName, null);
        }

        return new RouteView(new BrokerSet(Brokers.Remove(brokerName)), editor.ToTable());
    }

    /// <summary>Changes a known broker's share in some topics; a null config takes it away.</summary>
    internal RouteView WithTopics(string brokerName, IEnumerable<KeyValuePair<string, TopicConfig?>> changes)
    {
        BrokerRoute broker = Brokers[brokerName];
        TopicTable.Editor editor = _topics.Edit();
        foreach ((string topic, TopicConfig? config) in changes)
        {
            editor.Set(topic, brokerName, config is null ? null : new TopicQueues(broker, config));
        }

        return new RouteView(_brokers, editor.ToTable());
    }

    /// <summary>The brokers with the body made from them, shared by every view between two changes of a broker.</summary>
    private sealed class BrokerSet(ImmutableSortedDictionary<string, BrokerRoute> byName)
    {
        private byte[]? _clusterInfoBody;

        public ImmutableSortedDictionary<string, BrokerRoute> ByName { get; } = byName;

        public ReadOnlyMemory<byte> ClusterInfoBody
        {
            get
            {
                byte[]? body = Volatile.Read(ref _clusterInfoBody);
                if (body is null)
                {
                    body = RouteBodies.ClusterInfo(ByName);
                    Volatile.Write(ref _clusterInfoBody, body);
                }

                return body;
            }
        }
    }
}
