using System.Text;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Connections;
using Xunit;

namespace Rocket.Host.Tests.BadInput;

/// <summary>A node with smaller limits on sizes, and a client that is connected all the time and has done nothing wrong.</summary>
public sealed class HostileRocket() : RocketFixture(
    $"rocket.limits.max-frame-size={MaxFrameBytes}",
    $"rocket.limits.max-header-size={MaxHeaderBytes}",
    $"rocket.broker-defaults.max-message-size={MaxMessageBytes}",
    "rocket.limits.client-log-lines=100000",
    "rocket.limits.write-timeout=2 s",
    "rocket.limits.connection-outstanding-size=64 KiB",
    "rocket.limits.max-queues-per-topic=16")
{
    public const int MaxFrameBytes = 512 * 1024;
    public const int MaxHeaderBytes = 48 * 1024;
    public const int MaxMessageBytes = 64 * 1024;

    private RemotingConnection? _bystander;
    private string _topic = "";
    private int _sent;

    /// <summary>
    /// The bystander's connection is still open and it still sends and consumes; so does a client that comes just now.
    /// </summary>
    public async Task AssertOthersAreServedAsync()
    {
        if (_bystander is null)
        {
            _topic = await CreateTopicAsync();
            _bystander = await ConnectAsync();
        }

        await using var newcomer = await ConnectAsync();
        foreach (var client in new[] { _bystander, newcomer })
        {
            var text = $"message {_sent}";
            var sent = await client.SendAsync(SendRequest.For(_topic, text)).Succeeded();
            Assert.Equal(_sent++, sent.QueueOffset);
            Assert.Equal(text, Encoding.UTF8.GetString((await client.ReadOneAsync(_topic, 0, sent.QueueOffset)).Body.Span));
        }
    }

    public override async Task DisposeAsync()
    {
        if (_bystander is not null)
        {
            await _bystander.DisposeAsync();
        }

        await base.DisposeAsync();
    }
}

[CollectionDefinition(Name)]
public sealed class HostileCollection : ICollectionFixture<HostileRocket>
{
    public const string Name = "hostile";
}
