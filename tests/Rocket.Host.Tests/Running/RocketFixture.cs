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
