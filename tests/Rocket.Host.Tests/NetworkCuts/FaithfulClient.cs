using Rocket.TestClient.Calls;
using Rocket.TestClient.Connections;
using Rocket.TestCluster.Nodes;
using Rocket.TestCluster.Running;
using Rocket.TestCluster.Traffic;

namespace Rocket.Host.Tests.NetworkCuts;

/// <summary>Senders that stay with one node, whatever the routes say: what it confirms after nobody follows it any more is lost.</summary>
internal sealed class FaithfulClient : IAsyncDisposable
{
    private const int FirstSender = 100;
    private const int Senders = 4;

    private static readonly TimeSpan SendTimeout = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly ClusterNode _node;
    private readonly string _broker;
    private readonly SendLedger _ledger;
    private readonly NetworkNamespace _place;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;
    private volatile bool _isCut;
    private int _begun;
    private int _confirmed;

    private FaithfulClient(ClusterNode node, string broker, SendLedger ledger, NetworkNamespace place)
    {
        (_node, _broker, _ledger, _place) = (node, broker, ledger, place);
        _running = Task.WhenAll(Enumerable.Range(FirstSender, Senders).Select(sender => Task.Run(() => SendAllAsync(sender))));
    }

    /// <summary>Sends that were begun after the cut.</summary>
    public int BegunSinceCut => _begun;

    /// <summary>Those of them that were answered SEND_OK.</summary>
    public int ConfirmedSinceCut => _confirmed;

    /// <summary>Begins to send.</summary>
    public static FaithfulClient Start(ClusterNode node, string broker, SendLedger ledger, NetworkNamespace place) => new(node, broker, ledger, place);

    /// <summary>The node is cut off from now on.</summary>
    public void IsCut() => _isCut = true;

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _running;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }

    private async Task SendAllAsync(int sender)
    {
        var sequence = 0;
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await using var client = await RemotingConnection.ConnectAsync(_node.AddressOf(_broker), new RemotingConnectionOptions { NewSocket = _place.NewSocket });
                while (!_stop.IsCancellationRequested)
                {
                    await SendAsync(client, sender, sequence++);
                    await Task.Delay(Pause, _stop.Token);
                }
            }
            catch (Exception gone) when (gone is RemotingConnectException or RemotingConnectionClosedException)
            {
                await Task.WhenAny(Task.Delay(Pause, _stop.Token));
            }
            catch (RemotingTimeoutException)
            {
                // What was sent may be there or not; the connection is as good as before, and so is a new one.
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task SendAsync(RemotingConnection client, int sender, int sequence)
    {
        var wasCut = _isCut;
        if (wasCut)
        {
            Interlocked.Increment(ref _begun);
        }

        var answer = await client.SendAsync(_ledger.Request(sender, sequence), timeout: SendTimeout);
        if (answer.IsSuccess)
        {
            _ledger.Confirm(sender, sequence, answer);
            if (wasCut)
            {
                Interlocked.Increment(ref _confirmed);
            }
        }
    }
}
