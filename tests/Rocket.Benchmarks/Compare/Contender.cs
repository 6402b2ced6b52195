using System.Globalization;

namespace Rocket.Benchmarks.Compare;

/// <summary>Something that <c>compare</c> starts, loads and ends in each round.</summary>
/// <param name="Name">As it is printed.</param>
/// <param name="StartAsync">Starts it, its data below the given folder; the result is the process and its name server's port.</param>
internal sealed record Contender(string Name, Func<string, CancellationToken, Task<(ChildProcess Process, int Port)>> StartAsync)
{
    private static readonly TimeSpan ReadyLimit = TimeSpan.FromSeconds(60);

    public static Contender Floor { get; } = new("floor", async (folder, cancellation) =>
    {
        var port = FreePorts.Find(1)[0];
        var process = await ChildProcess.StartAsync(
            typeof(Contender).Assembly.Location,
            ["floor", "--port", Text(port), "--file", Path.Combine(folder, "floor.data")],
            "Floor ready",
            ReadyLimit,
            cancellation).ConfigureAwait(false);
        return (process, port);
    });

    /// <param name="dll">Path of Rocket.Host.dll.</param>
    /// <param name="settings">More <c>key=value</c> for its --set.</param>
    public static Contender Rocket(string dll, IReadOnlyList<string> settings) => new("rocket", async (folder, cancellation) =>
    {
        var ports = FreePorts.Find(3);
        string[] own =
        [
            $"rocket.data-dir=\"{folder}\"",
            $"rocket.name-server.port={Text(ports[0])}",
            $"rocket.brokers.broker-a.port={Text(ports[1])}",
            $"akka.remote.dot-netty.tcp.port={Text(ports[2])}",
            "rocket.dashboard.port=off",
        ];
        var process = await ChildProcess.StartAsync(
            dll,
            own.Concat(settings).SelectMany(setting => new[] { "--set", setting }),
            "Rocket node1 ready",
            ReadyLimit,
            cancellation).ConfigureAwait(false);
        return (process, ports[0]);
    });

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
