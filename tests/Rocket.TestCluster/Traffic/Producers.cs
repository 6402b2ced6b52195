using System.Collections.Concurrent;
using System.Net.Sockets;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Connections;
using Rocket.TestCluster.Nodes;
using Rocket.TestCluster.Running;

namespace Rocket.TestCluster.Traffic;

/// <summary>Several producers that send to one topic of one broker until they are stopped, whatever happens to the nodes.</summary>
internal sealed class Producers : IAsyncDisposable
{
    /// <summary>How many send at once, each the next message when the last one is answered.</summary>
    public const int Senders = Connections * SendersEach;

    private const int Connections = 3;
    private const int SendersEach = 8;

    private static readonly TimeSpan SendTimeout = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan PauseAfterRefusal = TimeSpan.FromMilliseconds(20);

    /// <summary>So many messages that every batch holds several, and not so many that reading them all takes the test's time.</summary>
    private static readonly TimeSpan UsualPace = TimeSpan.FromMilliseconds(10);

    private readonly ConcurrentDictionary<int, int> _codes = new();
    private readonly ConcurrentDictionary<string, int> _remarks = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly ConfirmedGaps _gaps;
    private readonly TimeSpan _pace;
    private readonly Task _running;
    private int _unanswered;

    private Producers(ProcessCluster cluster, string broker, SendLedger ledger, TimeSpan pace, Func<Socket>? newSocket)
    {
        Ledger = ledger;
        _pace = pace;
        _gaps = new ConfirmedGaps(ledger.Queues);
        _gaps.Begin();
        _running = Task.WhenAll(Enumerable.Range(0, Connections).Select(connection => Task.Run(() => SendAllAsync(cluster, broker, connection, newSocket))));
    }

    public SendLedger Ledger { get; }

    /// <summary>Sends whose connection ended, or that were not answered in time.</summary>
    public int Unanswered => _unanswered;

    /// <summary>Longest time without a confirmed send since <see cref="Measure"/>.</summary>
    public TimeSpan LongestGap => _gaps.Longest;

    /// <summary>How often each code was answered.</summary>
    public IReadOnlyDictionary<int, int> Codes => _codes;

    /// <summary>Sends answered with another code than SEND_OK.</summary>
    public int Refused => _codes.Where(code => code.Key != ResponseCode.Success).Sum(code => code.Value);

    /// <summary>Everything since <see cref="Measure"/>.</summary>
    public TrafficFigures Figures => new(_gaps.Longest, _gaps.LongestOfQueue, new Dictionary<int, int>(_codes), _unanswered, new Dictionary<string, int>(_remarks));

    /// <param name="cluster">The nodes.</param>
    /// <param name="broker">The broker that has the topic.</param>
    /// <param name="ledger">Where confirmed sends are noted.</param>
    /// <param name="pace">How long each sender waits after a confirmed send; null: so long that a test of a minute has some ten thousand messages.</param>
    /// <param name="newSocket">Opens the producers' sockets, where they have a network of their own.</param>
    public static async Task<Producers> StartAsync(ProcessCluster cluster, string broker, SendLedger ledger, TimeSpan? pace = null, Func<Socket>? newSocket = null)
    {
        var producers = new Producers(cluster, broker, ledger, pace ?? UsualPace, newSocket);
        await producers.WaitForMoreAsync(500);
        producers.Measure();
        return producers;
    }

    /// <summary>Waits until so many more sends are confirmed.</summary>
    public Task WaitForMoreAsync(int count) => WaitForMoreAsync(count, ReplicatedNodes.Patience);

    /// <inheritdoc cref="WaitForMoreAsync(int)" />
    public Task WaitForMoreAsync(int count, TimeSpan patience)
    {
        var target = Ledger.Confirmed + count;
        return Eventually.HoldsAsync(() => Ledger.Confirmed >= target, patience, () => ToString());
    }

    /// <summary>Begins anew to count codes and to measure gaps.</summary>
    public void Measure()
    {
        _gaps.Begin();
        _codes.Clear();
        _remarks.Clear();
        _unanswered = 0;
    }

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

    public override string ToString() =>
        $"{Ledger.Confirmed} confirmed in all; longest gap {LongestGap.TotalMilliseconds:F0} ms; answers "
        + $"{string.Join(", ", _codes.OrderBy(code => code.Key).Select(code => $"{code.Value} x {code.Key}"))}; {Unanswered} not answered"
        + string.Concat(_remarks.Select(remark => $"\n    {remark.Value} x {remark.Key}"));

    private async Task SendAllAsync(ProcessCluster cluster, string broker, int number, Func<Socket>? newSocket)
    {
        await using var connection = new RoutedConnection(cluster, Ledger.Topic, broker, number, newSocket);
        await Task.WhenAll(Enumerable.Range(number * SendersEach, SendersEach).Select(sender => SendAsync(connection, sender)));
    }

    private async Task SendAsync(RoutedConnection connection, int sender)
    {
        for (var sequence = 0; !_stop.IsCancellationRequested; sequence++)
        {
            RemotingConnection master;
            try
            {
                master = await connection.GetAsync(_stop.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await SendAsync(connection, master, sender, sequence);
        }
    }

    private async Task SendAsync(RoutedConnection connection, RemotingConnection master, int sender, int sequence)
    {
        try
        {
            var answer = await master.SendAsync(Ledger.Request(sender, sequence), timeout: SendTimeout);
            _codes.AddOrUpdate(answer.Code, 1, static (_, count) => count + 1);
            if (answer.IsSuccess)
            {
                Ledger.Confirm(sender, sequence, answer);
                _gaps.Confirmed(Ledger.QueueOf(sender));
                await Task.Delay(_pace);
            }
            else
            {
                _remarks.AddOrUpdate($"{answer.Code} {answer.Remark}", 1, static (_, count) => count + 1);
                await Task.Delay(PauseAfterRefusal);
                await connection.LookAgainAsync(master, isSilent: false);
            }
        }
        catch (Exception gone) when (gone is RemotingConnectionClosedException or RemotingTimeoutException)
        {
            Interlocked.Increment(ref _unanswered);
            await connection.LookAgainAsync(master, isSilent: true);
        }
    }
}
