using Rocket.Host.Tests.Clustering;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Codes;
using Xunit;
using Xunit.Abstractions;

namespace Rocket.Host.Tests.ManualFailover;

/// <summary>A person says who shall lead a broker.</summary>
[Collection(ClusteringCollection.Name)]
public sealed class HandOverTests(ITestOutputHelper output)
{
    [Fact]
    public async Task A_broker_is_handed_over_under_load_and_stays_there_and_nothing_confirmed_is_lost()
    {
        await using var pair = await ManualPair.StartAsync();
        var topic = await pair.CreateTopicAsync();
        using var enough = new CancellationTokenSource();
        var confirmed = new SortedDictionary<long, string>();
        var refused = 0;
        var load = Task.Run(async () =>
        {
            for (var number = 0; !enough.IsCancellationRequested; number++)
            {
                var body = $"message {number}";
                var (code, offset) = await pair.SendAsync("node1", "broker-a", topic, body);
                if (code == ResponseCode.Success)
                {
                    lock (confirmed)
                    {
                        confirmed.Add(offset, body);
                    }
                }
                else
                {
                    refused++;
                }
            }
        });
        await MoreAsync(20);
        var done = await pair.MustDoAsync("node1", "rocket hand-over broker-a node2");
        Assert.Matches("node2.*(leads it in epoch|is about to lead it)", done.Output);
        await pair.WaitUntilLedAsync("broker-a", "node2", "node1, node2");
        await MoreAsync(20);
        await enough.CancelAsync();
        await load;
        output.WriteLine($"{confirmed.Count} sends confirmed, {refused} refused");

        var stored = await pair.ReadAsync("node2", "broker-a", topic);
        Assert.All(confirmed, sent => Assert.Equal(sent.Value, stored[(int)sent.Key]));

        // Once more, there and back, without anything that would have changed the in-sync set.
        await pair.MustDoAsync("node2", "rocket hand-over broker-a node1");
        await pair.WaitUntilLedAsync("broker-a", "node1", "node1, node2");
        await pair.MustDoAsync("node1", "rocket hand-over broker-a node2");
        await pair.WaitUntilLedAsync("broker-a", "node2", "node1, node2");

        // Asked of the wrong node; and where the other one is dead.
        Assert.Contains("node2 leads broker-a", (await pair.DoAsync("node1", "rocket hand-over broker-a node1")).Error, StringComparison.Ordinal);
        await pair["node1"].Run.KillAsync();
        await Eventually.HoldsAsync(
            async () => (await pair.DoAsync("node2", "rocket hand-over broker-a node1")) is { ExitCode: 1 } run && run.Error.Contains("node1 is not in sync", StringComparison.Ordinal),
            ProcessCluster.Patience);

        // It is wanted there from now on.
        pair.Start("node1");
        await pair.WaitUntilLedAsync("broker-a", "node2", "node1, node2");
        await pair.HandOverOnceInSyncAsync("broker-a", "node2", "node1");
        await pair.WaitUntilLedAsync("broker-a", "node1", "node1, node2");

        async Task MoreAsync(int count)
        {
            var before = Count();
            await Eventually.HoldsAsync(() => Count() >= before + count, ProcessCluster.Patience);
        }

        int Count()
        {
            lock (confirmed)
            {
                return confirmed.Count;
            }
        }
    }
}
