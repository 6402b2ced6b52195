using System.Diagnostics;
using System.Globalization;
using Rocket.Benchmarks.CommandLine;
using Rocket.Benchmarks.Compare;
using Rocket.Benchmarks.Measuring;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Connections;

namespace Rocket.Benchmarks.Soak;

/// <summary><c>soak</c>: a node under mixed traffic for a long time, one row of figures every so often, and a verdict.</summary>
internal static class SoakCommand
{
    /// <summary>Returns the exit code: 1 when something grew, or a client met what it must not.</summary>
    public static async Task<int> RunAsync(IEnumerable<string> commandLine)
    {
        var arguments = new Arguments(commandLine);
        var dll = CompareCommand.HostDll(arguments.Required("host"));
        var duration = arguments.Seconds("duration", 1800);
        var interval = arguments.Seconds("interval", 30);
        var rate = arguments.Number("rate", 2000, 1, 1_000_000);
        var settings = arguments.Many("host-set");
        arguments.Complete();

        var folder = Directory.CreateTempSubdirectory("rocket-soak-").FullName;
        try
        {
            var (process, port) = await Contender.Rocket(dll, settings).StartAsync(folder, CancellationToken.None).ConfigureAwait(false);
            await using var _ = process;
            return await SoakAsync(process.Id, port, folder, duration, interval, rate).ConfigureAwait(false);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<int> SoakAsync(int processId, int nameServerPort, string folder, TimeSpan duration, TimeSpan interval, int rate)
    {
        using var end = new CancellationTokenSource();
        var traffic = new SoakTraffic(await BrokerOfAsync(nameServerPort).ConfigureAwait(false), rate, end.Token);
        var running = traffic.RunAsync();
        var clock = Stopwatch.StartNew();
        var samples = new List<SoakSample>();
        var (usage, last) = (ProcessUsage.Of(processId), TimeSpan.Zero);
        Console.WriteLine(SoakSample.Header);
        while (clock.Elapsed < duration && !running.IsCompleted)
        {
            await Task.WhenAny(running, Task.Delay(interval, CancellationToken.None)).ConfigureAwait(false);
            var now = clock.Elapsed;
            samples.Add(SoakSample.Take(now, now - last, processId, usage, folder, traffic));
            (usage, last) = (ProcessUsage.Of(processId), now);
            Console.WriteLine(samples[^1]);
        }

        var failure = running.Exception?.InnerException;
        await end.CancelAsync().ConfigureAwait(false);
        var grown = SoakCurve.Judge(samples);
        foreach (var line in grown)
        {
            Console.WriteLine(line);
        }

        Console.WriteLine(failure is null ? $"{samples.Count} samples, {(grown.Count == 0 ? "flat" : "not flat")}" : $"a client failed: {failure.Message}");
        return failure is null && grown.Count == 0 ? 0 : 1;
    }

    private static async Task<string> BrokerOfAsync(int nameServerPort)
    {
        await using var connection = await RemotingConnection.ConnectAsync("127.0.0.1", nameServerPort).ConfigureAwait(false);
        var cluster = await connection.ClusterInfoAsync().Succeeded().ConfigureAwait(false);
        return cluster.Cluster.Brokers.Values.First().Addresses[0];
    }
}
