using Rocket.TestClient.Calls;
using Rocket.TestClient.Connections;
using Rocket.TestClient.Wire;
using Rocket.TestCluster.Nodes;

namespace Rocket.TestCluster.Running;

/// <summary>A node that clients can connect to, in a process of its own or in this one.</summary>
public interface IRunningNode
{
    int NameServerPort { get; }

    int BrokerPort { get; }

    /// <summary>Where it runs.</summary>
    NodePlace Place => NodePlace.Here;
}

/// <summary>What most tests do with a node.</summary>
public static class RunningNodeCalls
{
    /// <summary>A connection to the broker.</summary>
    public static Task<RemotingConnection> ConnectAsync(this IRunningNode node, SerializeType type = SerializeType.Json) =>
        RemotingConnection.ConnectAsync(node.Place.Host, node.BrokerPort, OptionsFor(node, type));

    /// <summary>A connection to the name server.</summary>
    public static Task<RemotingConnection> ConnectToNameServerAsync(this IRunningNode node, SerializeType type = SerializeType.Json) =>
        RemotingConnection.ConnectAsync(node.Place.Host, node.NameServerPort, OptionsFor(node, type));

    /// <summary>Creates a topic with a new name.</summary>
    public static async Task<string> CreateTopicAsync(this IRunningNode node, int queues = 1)
    {
        var topic = UniqueNames.Topic();
        await using var client = await node.ConnectAsync();
        await client.CreateTopicAsync(new CreateTopicRequest(topic) { ReadQueueNums = queues, WriteQueueNums = queues }).Succeeded();
        return topic;
    }

    private static RemotingConnectionOptions OptionsFor(IRunningNode node, SerializeType type) => new() { SerializeType = type, NewSocket = node.Place.NewSocket };
}
