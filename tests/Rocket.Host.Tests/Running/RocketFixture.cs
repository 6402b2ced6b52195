using Rocket.TestClient.Calls;
using Rocket.TestClient.Connections;
using Rocket.TestClient.Wire;
using Xunit;

namespace Rocket.Host.Tests.Running;

/// <summary>One started node for all tests of a collection. Each test takes topics and groups of its own.</summary>
/// <param name="settings"><c>key=value</c>, as behind <c>--set</c>.</param>
public abstract class RocketFixture(params string[] settings) : IAsyncLifetime
{
    private RocketProcess? _rocket;

    public RocketProcess Rocket => _rocket ?? throw new InvalidOperationException("not started");

    public async Task InitializeAsync() => _rocket = await RocketProcess.StartAsync(settings);

    public virtual async Task DisposeAsync() => await Rocket.DisposeAsync();

    /// <summary>A connection to the broker.</summary>
    public Task<RemotingConnection> ConnectAsync(SerializeType type = SerializeType.Json) => Rocket.ConnectAsync(type);

    /// <summary>A topic of its own for a test.</summary>
    public Task<string> CreateTopicAsync(int queues = 1) => Rocket.CreateTopicAsync(queues);
}

/// <summary>What most tests do with a node.</summary>
public static class RocketProcessCalls
{
    /// <summary>A connection to the broker.</summary>
    public static Task<RemotingConnection> ConnectAsync(this RocketProcess rocket, SerializeType type = SerializeType.Json) =>
        RemotingConnection.ConnectAsync("127.0.0.1", rocket.BrokerPort, new RemotingConnectionOptions { SerializeType = type });

    /// <summary>A connection to the name server.</summary>
    public static Task<RemotingConnection> ConnectToNameServerAsync(this RocketProcess rocket, SerializeType type = SerializeType.Json) =>
        RemotingConnection.ConnectAsync("127.0.0.1", rocket.NameServerPort, new RemotingConnectionOptions { SerializeType = type });

    /// <summary>Creates a topic with a new name.</summary>
    public static async Task<string> CreateTopicAsync(this RocketProcess rocket, int queues = 1)
    {
        var topic = UniqueNames.Topic();
        await using var client = await rocket.ConnectAsync();
        await client.CreateTopicAsync(new CreateTopicRequest(topic) { ReadQueueNums = queues, WriteQueueNums = queues }).Succeeded();
        return topic;
    }
}
