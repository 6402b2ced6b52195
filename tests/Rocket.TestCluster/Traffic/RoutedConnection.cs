using System.Net.Sockets;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Connections;
using Rocket.TestCluster.Nodes;
using Rocket.TestCluster.Running;

namespace Rocket.TestCluster.Traffic;

/// <summary>
/// A client's way to a topic's broker: it knows the addresses of all name servers, asks the next one when one does not answer, and goes to the master that the route tells.
/// </summary>
/// <param name="cluster">The nodes, all of which are name servers.</param>
/// <param name="topic">A topic of the broker.</param>
/// <param name="broker">The broker.</param>
/// <param name="first">Which name server to ask first.</param>
/// <param name="newSocket">Opens the client's sockets, where it has a network of its own.</param>
internal sealed class RoutedConnection(ProcessCluster cluster, string topic, string broker, int first, Func<Socket>? newSocket = null) : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly RemotingConnectionOptions _options = new()
    {
        NewSocket = newSocket,
        ConnectTimeout = TimeSpan.FromSeconds(1),
        AnswerTimeout = TimeSpan.FromSeconds(3),
    };

    private readonly SemaphoreSlim _gate = new(1);
    private RemotingConnection? _master;
    private string? _address;
    private int _nameServer = first;

    /// <summary>The connection to the master as it is known now; it is asked for until there is one.</summary>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async Task<RemotingConnection> GetAsync(CancellationToken cancellation)
    {
        if (_master is { IsOpen: true } open)
        {
            return open;
        }

        await _gate.WaitAsync(cancellation);
        try
        {
            while (_master is not { IsOpen: true })
            {
                cancellation.ThrowIfCancellationRequested();
                if (!await ConnectAsync())
                {
                    await Task.Delay(Pause, cancellation);
                }
            }

            return _master;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Who did not answer in time, or sent it away: asks for the route anew.</summary>
    public async Task LookAgainAsync(RemotingConnection from, bool isSilent)
    {
        await _gate.WaitAsync();
        try
        {
            if (from == _master && (isSilent || (await MasterAsync() is { } address && address != _address)))
            {
                _master = null;
                await from.DisposeAsync();
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_master is { } master)
        {
            await master.DisposeAsync();
        }

        _gate.Dispose();
    }

    private async Task<bool> ConnectAsync()
    {
        if (await MasterAsync() is not { } address)
        {
            return false;
        }

        try
        {
            _master = await RemotingConnection.ConnectAsync(address, _options);
            _address = address;
            return true;
        }
        catch (RemotingConnectException)
        {
            return false;
        }
    }

    private async Task<string?> MasterAsync()
    {
        try
        {
            var node = cluster.Nodes[_nameServer % cluster.Nodes.Count];
            await using var names = await RemotingConnection.ConnectAsync(node.Place.Host, node.NameServerPort, _options);
            var answer = await names.RouteAsync(topic, timeout: TimeSpan.FromSeconds(1));
            if (answer.Code == ResponseCode.Success)
            {
                return answer.Route.MasterOf(broker);
            }
        }
        catch (Exception gone) when (gone is RemotingConnectException or RemotingConnectionClosedException or RemotingTimeoutException)
        {
            // The next one.
        }

        _nameServer++;
        return null;
    }
}
