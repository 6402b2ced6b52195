using System.Diagnostics;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Connections;
using Rocket.TestCluster.Nodes;
using Rocket.TestCluster.Traffic;

namespace Rocket.Benchmarks.Faults;

/// <summary>A client that stays with one node which has no majority, whatever the routes say.</summary>
/// <param name="node">The node.</param>
/// <param name="broker">The broker that it led.</param>
/// <param name="ledger">What is sent is of its numbers.</param>
/// <param name="round">Different for each probe, so that no message is sent twice.</param>
internal sealed class RefusalProbe(ClusterNode node, string broker, SendLedger ledger, int round)
{
    /// <summary>Apart from the producers' own senders; a queue's senders differ by multiples of the number of queues.</summary>
    private const int FirstSender = 1000;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(2);

    /// <summary>When it was first answered 14; null: never.</summary>
    public TimeSpan? FirstRefusal { get; private set; }

    /// <exception cref="BrokenPromiseException">A send was confirmed.</exception>
    public async Task RunAsync(TimeSpan duration)
    {
        var watch = Stopwatch.StartNew();
        for (var sequence = 0; watch.Elapsed < duration;)
        {
            try
            {
                await using var client = await ReplicatedNodes.ConnectAsync(node, broker).ConfigureAwait(false);
                while (watch.Elapsed < duration)
                {
                    var answer = await client.SendAsync(ledger.Request(FirstSender + round, sequence++), timeout: AnswerTimeout).ConfigureAwait(false);
                    BrokenPromiseException.ThrowUnless(!answer.IsSuccess, $"{node.Name} confirmed a send although it had no majority: {answer}");
                    FirstRefusal ??= answer.Code == ResponseCode.ServiceNotAvailable ? watch.Elapsed : null;
                    await Task.Delay(Pause).ConfigureAwait(false);
                }
            }
            catch (Exception gone) when (gone is RemotingConnectException or RemotingConnectionClosedException or RemotingTimeoutException)
            {
                await Task.Delay(Pause).ConfigureAwait(false);
            }
        }
    }
}
