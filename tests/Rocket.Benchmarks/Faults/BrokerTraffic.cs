using System.Globalization;
using Rocket.TestCluster.Nodes;
using Rocket.TestCluster.Running;
using Rocket.TestCluster.Traffic;

namespace Rocket.Benchmarks.Faults;

/// <summary>Producers and a consumer group of one broker, and what they were told.</summary>
internal sealed class BrokerTraffic : IAsyncDisposable
{
    private const int Queues = 4;

    private BrokerTraffic(string broker, Producers producers, GroupReader reader) => (Broker, Producers, Reader) = (broker, producers, reader);

    public string Broker { get; }

    public Producers Producers { get; }

    public GroupReader Reader { get; }

    public SendLedger Ledger => Producers.Ledger;

    /// <summary>Creates a topic on a broker and begins to send and to consume.</summary>
    /// <param name="nodes">The whole cluster.</param>
    /// <param name="broker">The broker.</param>
    /// <param name="rate">Sends in a second.</param>
    public static async Task<BrokerTraffic> StartAsync(ReplicatedNodes nodes, string broker, int rate)
    {
        var ledger = new SendLedger(await nodes.CreateTopicAsync(broker, Queues).ConfigureAwait(false), Queues);
        var pace = TimeSpan.FromSeconds((double)Producers.Senders / rate);
        var producers = await Producers.StartAsync(nodes.Nodes, broker, ledger, pace).ConfigureAwait(false);
        return new BrokerTraffic(broker, producers, new GroupReader(nodes.Nodes, broker, ledger.Topic, Queues));
    }

    /// <summary>Waits until everything that is confirmed is consumed, each message at the offset that its sender was told; and nothing that was consumed was wrong.</summary>
    /// <exception cref="BrokenPromiseException">Something is wrong or missing.</exception>
    public async Task CheckConsumedAsync(TimeSpan patience)
    {
        foreach (var (number, receipt) in Ledger.Receipts)
        {
            if (Reader.Seen.At(receipt.Queue, receipt.Offset) is null)
            {
                await WaitUntilConsumedAsync(number, receipt, patience).ConfigureAwait(false);
            }

            var seen = Reader.Seen.At(receipt.Queue, receipt.Offset);
            BrokenPromiseException.ThrowUnless(seen == number, $"{Broker}: message {number} was confirmed as {receipt}; there a consumer found {Text(seen)}");
        }

        BrokenPromiseException.ThrowIfAny(Reader.Mistakes);
    }

    public async ValueTask DisposeAsync()
    {
        await Producers.DisposeAsync().ConfigureAwait(false);
        await Reader.DisposeAsync().ConfigureAwait(false);
    }

    private async Task WaitUntilConsumedAsync(long number, Receipt receipt, TimeSpan patience)
    {
        try
        {
            await Eventually.HoldsAsync(() => Reader.Seen.At(receipt.Queue, receipt.Offset) is not null || Reader.Mistakes.Count > 0, patience).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw new BrokenPromiseException($"{Broker}: message {number} was confirmed as {receipt} and is not consumed after {patience.TotalSeconds} s; {Reader}");
        }
    }

    private static string Text(long? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "nothing";
}
