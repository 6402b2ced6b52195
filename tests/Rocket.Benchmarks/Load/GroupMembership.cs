using Rocket.TestClient.Calls;
using Rocket.TestClient.Connections;
using Rocket.TestClient.Json;

namespace Rocket.Benchmarks.Load;

/// <summary>Keeps this process a member of its consumer group at every broker, so that brokers know the group.</summary>
internal sealed class GroupMembership : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _leaving = new();
    private readonly List<RemotingConnection> _connections = [];
    private readonly Heartbeat _heartbeat;
    private Task _beating = Task.CompletedTask;

    private GroupMembership(LoadOptions options) =>
        _heartbeat = new Heartbeat($"127.0.0.1@{Environment.ProcessId}#load")
        {
            Consumers =
            [
                new ConsumerData(options.ConsumerGroup, [SubscriptionData.ForTags(options.Topic)]) { ConsumeFromWhere = "CONSUME_FROM_FIRST_OFFSET" },
            ],
        };

    public static async Task<GroupMembership> JoinAsync(LoadOptions options, IEnumerable<string> addresses)
    {
        var membership = new GroupMembership(options);
        foreach (var address in addresses)
        {
            membership._connections.Add(await RemotingConnection.ConnectAsync(address).ConfigureAwait(false));
        }

        await membership.BeatAsync().ConfigureAwait(false);
        membership._beating = membership.BeatOnAsync();
        return membership;
    }

    public async ValueTask DisposeAsync()
    {
        await _leaving.CancelAsync().ConfigureAwait(false);
        await _beating.ConfigureAwait(false);
        foreach (var connection in _connections)
        {
            await connection.DisposeAsync().ConfigureAwait(false);
        }

        _leaving.Dispose();
    }

    private async Task BeatAsync()
    {
        foreach (var connection in _connections)
        {
            await connection.HeartbeatAsync(_heartbeat).Succeeded().ConfigureAwait(false);
        }
    }

    private async Task BeatOnAsync()
    {
        using var timer = new PeriodicTimer(Interval);
        try
        {
            while (await timer.WaitForNextTickAsync(_leaving.Token).ConfigureAwait(false))
            {
                await BeatAsync().ConfigureAwait(false);
            }
        }
        catch (Exception end) when (end is OperationCanceledException or RemotingConnectionClosedException)
        {
            // Leaving, or the broker is gone, which the pulling connections report.
        }
    }
}
