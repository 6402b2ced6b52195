using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Wire;
using Xunit;

namespace Rocket.Host.Tests.Forwarding;

/// <summary>A node that was in a cluster before and has none at the moment, such as one that is left of three.</summary>
public sealed class ShutPortTests : IAsyncLifetime, IAsyncDisposable
{
    private readonly GatewayBesideLinks _gateway = new(TimeProvider.System, isAnew: true);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _gateway.DisposeAsync();

    ValueTask IAsyncDisposable.DisposeAsync() => _gateway.DisposeAsync();

    [Fact]
    public async Task Sends_are_refused_at_once_and_served_on_the_same_connection_once_it_has_joined()
    {
        var client = _gateway.Connect();
        await client.SendAsync(Send(1));
        var refused = await client.ReceiveAsync();
        Assert.Equal((1, ResponseCode.ServiceNotAvailable), (refused.Opaque, refused.Code));
        Assert.Contains("is in no cluster", refused.Remark, StringComparison.Ordinal);

        _gateway.Environment.Start.Ready();
        var leader = _gateway.LinkToLeader();
        await client.SendAsync(Send(2));
        Assert.Equal(2, (await leader.NextAsync()).Command.Opaque);
    }

    [Theory]
    [InlineData(RequestCode.QueryConsumerOffset)] // any error would be taken for "nothing was committed"
    [InlineData(RequestCode.GetBrokerClusterInfo)] // it knows no routes
    public async Task What_must_not_be_told_an_error_is_reset(int code)
    {
        var client = _gateway.Connect();
        await client.SendAsync(new RemotingCommand
        {
            Code = code,
            Opaque = 1,
            Fields = new HeaderFields { { "consumerGroup", "group" }, { "topic", "Topic" }, { "queueId", 0 } },
        });
        await Eventually.HoldsAsync(() => client.IsReset);
        await Assert.ThrowsAsync<EndOfStreamException>(client.ReceiveAsync);
    }

    private static RemotingCommand Send(int opaque) => SendRequest.For("Topic", "x").ToCommand() with { Opaque = opaque };
}
