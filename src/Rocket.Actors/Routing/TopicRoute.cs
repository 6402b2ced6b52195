using System.Collections.Immutable;
using Rocket.Actors.Topics;

namespace Rocket.Actors.Routing;

/// <summary>One broker's share in a topic.</summary>
/// <param name="Broker">The broker.</param>
/// <param name="Config">How many queues the broker has for the topic, and who may use them.</param>
public readonly record struct TopicQueues(BrokerRoute Broker, TopicConfig Config);

/// <summary>Where one topic's queues are. Immutable; a change of the topic or of one of its brokers' addresses makes a new one.</summary>
public sealed class TopicRoute
{
    private byte[]? _body;
    private OrderedBody? _ordered;

    internal TopicRoute(string topic, ImmutableArray<TopicQueues> queues)
    {
        Topic = topic;
        Queues = queues;
    }

    public string Topic { get; }

    /// <summary>By broker name, ordinal; never empty.</summary>
    public ImmutableArray<TopicQueues> Queues { get; }

    /// <summary>Answer body of code 105. Made at the first call and kept; two threads may make it at once and both get the same bytes.</summary>
    public ReadOnlyMemory<byte> Body
    {
        get
        {
            byte[]? body = Volatile.Read(ref _body);
            if (body is null)
            {
                body = RouteBodies.TopicRoute(this);
                Volatile.Write(ref _body, body);
            }

            return body;
        }
    }

    /// <summary>The answer body of an ordered topic; kept as long as its order configuration stays the same.</summary>
    /// <param name="orderConfiguration">Where its queues are, such as <c>broker-a:4;broker-b:4</c>; null or empty: it has none.</param>
    public ReadOnlyMemory<byte> BodyWith(string? orderConfiguration)
    {
        if (string.IsNullOrEmpty(orderConfiguration))
        {
            return Body;
        }

        OrderedBody? ordered = Volatile.Read(ref _ordered);
        if (ordered?.Configuration != orderConfiguration)
        {
            ordered = new OrderedBody(orderConfiguration, RouteBodies.TopicRoute(this, orderConfiguration));
            Volatile.Write(ref _ordered, ordered);
        }

        return ordered.Body;
    }

    /// <summary>This route with one broker's share replaced, added or (null) taken away; null when nothing is left of it.</summary>
    internal TopicRoute? With(string brokerName, TopicQueues? share)
    {
        int index = 0;
        while (index < Queues.Length && string.CompareOrdinal(Queues[index].Broker.BrokerName, brokerName) < 0)
        {
            index++;
        }

        bool known = index < Queues.Length && Queues[index].Broker.BrokerName == brokerName;
        ImmutableArray<TopicQueues> queues = (known, share) switch
        {
            (true, { } replacement) => Queues.SetItem(index, replacement),
            (true, null) => Queues.RemoveAt(index),
            (false, { } addition) => Queues.Insert(index, addition),
            (false, null) => Queues,
        };
        return queues.IsEmpty ? null : new TopicRoute(Topic, queues);
    }

    private sealed record OrderedBody(string Configuration, byte[] Body);
}
