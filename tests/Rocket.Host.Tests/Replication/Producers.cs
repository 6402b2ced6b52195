using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;
using Rocket.Host.Tests.Clustering;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Connections;

namespace Rocket.Host.Tests.Replication;

/// <summary>Several producers that send to one topic of one broker until they are stopped, whatever happens to the nodes.</summary>
internal sealed class Producers : IAsyncDisposable
{
    private const int Connections = 3;
    private const int SendersEach = 8;

    private static readonly TimeSpan SendTimeout = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan PauseAfterRefusal = TimeSpan.FromMilliseconds(20);

    /// <summary>So many messages that every batch holds several, and not so many that reading them all takes the test's time.</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(10);

    private readonly ConcurrentDictionary<int, int> _codes = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly Task _running;
    private long _lastConfirmed = Stopwatch.GetTimestamp();
    private TimeSpan _longestGap;
    private int _unanswered;

    private Producers(ProcessCluster cluster, string broker, SendLedger ledger, Func<Socket>? newSocket)
    {
        Ledger = ledger;
        _running = Task.WhenAll(Enumerable.Range(0, Connections).Select(connection => Task.Run(() => SendAllAsync(cluster, broker, connection, newSocket))));
    }

    public SendLedger Ledger { get; }

    /// <summary>Sends whose connection ended, or that were not answered in time.</summary>
    public int Unanswered => _unanswered;

    /// <summary>Longest time without a confirmed send since <see cref="Measure"/>.</summary>
    public TimeSpan LongestGap
    {
        get
        {
            lock (_gate)
            {
                var current = Stopwatch.GetElapsedTime(_lastConfirmed);
                return current > _longestGap ? current : _longestGap;
            }
        }
    }

    /// <summary>How often each code was answered.</summary>
    public IReadOnlyDictionary<int, int> Codes => _codes;

    /// <summary>Sends answered with another code than SEND_OK.</summary>
    public int Refused => _codes.Where(code => code.Key != ResponseCode.Success).Sum(code => code.Value);

    /// <param name="cluster">The nodes.</param>
    /// <param name="broker">Where to.</param>
    /// <param name="ledger">What is sent, and what was confirmed.</param>
    /// <param name="newSocket">Opens the producers' sockets, where they have a network of their own.</param>
    public static async Task<Producers> StartAsync(ProcessCluster cluster, string broker, SendLedger ledger, Func<Socket>? newSocket = null)
    {
        var producers = new Producers(cluster, broker, ledger, newSocket);
        await producers.WaitForMoreAsync(500);
        producers.Measure();
        return producers;
    }

    /// <summary>Waits until so many more sends are confirmed.</summary>
    public Task WaitForMoreAsync(int count)
    {
        var target = Ledger.Confirmed + count;
        return Eventually.HoldsAsync(() => Ledger.Confirmed >= target, ReplicatedCluster.Patience, () => ToString());
    }

    /// <summary>Begins anew to count codes and to measure gaps.</summary>
    public void Measure()
    {
        lock (_gate)
        {
            _lastConfirmed = Stopwatch.GetTimestamp();
            _longestGap = TimeSpan.Zero;
        }

        _codes.Clear();
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
        + $"{string.Join(", ", _codes.OrderBy(code => code.Key).Select(code => $"{code.Value} x {code.Key}"))}; {Unanswered} not answered";

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
                Confirmed();
                await Task.Delay(Pace);
            }
            else
            {
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

    private void Confirmed()
    {
        lock (_gate)
        {
            var gap = Stopwatch.GetElapsedTime(_lastConfirmed);
            _lastConfirmed = Stopwatch.GetTimestamp();
            _longestGap = gap > _longestGap ? gap : _longestGap;
        }
    }
}
