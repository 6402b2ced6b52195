using System.Globalization;

namespace Rocket.Host.Tests.Running;

/// <summary>
/// The built Rocket.Host as a process of its own, with free ports and a data folder that is deleted at the end. It may be killed or
/// stopped, and started again on the same folder and ports.
/// </summary>
public sealed class RocketProcess : IRunningNode, IAsyncDisposable
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(60);

    private readonly IReadOnlyList<string> _settings;
    private readonly IReadOnlyDictionary<string, string> _environment;
    private readonly int? _openFiles;
    private HostRun? _run;

    private RocketProcess(IReadOnlyList<string> settings, IReadOnlyDictionary<string, string> environment, int? openFiles = null)
    {
        _settings = settings;
        _environment = environment;
        _openFiles = openFiles;
        Folder = Directory.CreateTempSubdirectory("rocket-test-");
    }

    public int NameServerPort { get; } = FreePorts.Take();

    public int BrokerPort { get; } = FreePorts.Take();

    public int RemotePort { get; } = FreePorts.Take();

    public int OperatorPort { get; } = FreePorts.Take();

    /// <summary>Holds the data folder; deleted at the end.</summary>
    public DirectoryInfo Folder { get; }

    public string DataDir => Path.Combine(Folder.FullName, "data");

    /// <summary>The process as it runs now.</summary>
    public HostRun Run => _run ?? throw new InvalidOperationException("not started");

    public int ProcessId => Run.ProcessId;

    /// <summary>What the current run has written to its console so far.</summary>
    public string Output => Run.Output;

    /// <summary>Starts a node and waits until it is ready.</summary>
    /// <param name="settings"><c>key=value</c>, as behind <c>--set</c>.</param>
    public static Task<RocketProcess> StartAsync(params string[] settings) => StartAsync(settings, new Dictionary<string, string>());

    /// <summary>The same, with environment variables.</summary>
    public static Task<RocketProcess> StartAsync(IReadOnlyList<string> settings, IReadOnlyDictionary<string, string> environment) =>
        StartAsync(new RocketProcess(settings, environment));

    /// <summary>Starts a node that may open so many files, as behind <c>ulimit -n</c>.</summary>
    public static Task<RocketProcess> StartWithOpenFilesAsync(int files, params string[] settings) =>
        StartAsync(new RocketProcess(settings, new Dictionary<string, string>(), files));

    private static async Task<RocketProcess> StartAsync(RocketProcess rocket)
    {
        try
        {
            await rocket.StartAgainAsync();
            return rocket;
        }
        catch
        {
            await rocket.DisposeAsync();
            throw;
        }
    }

    /// <summary>A node that is not started yet, so that its data folder can be filled first.</summary>
    public static RocketProcess Prepare(params string[] settings) => new(settings, new Dictionary<string, string>());

    /// <summary>Starts it on the same folder and ports, and waits until it is ready.</summary>
    public async Task StartAgainAsync()
    {
        StartAgain();
        await Run.WaitForOutputAsync("Rocket node1 ready", StartPatience);
    }

    /// <summary>Starts it on the same folder and ports and returns at once.</summary>
    public void StartAgain()
    {
        if (_run is { HasExited: false })
        {
            throw new InvalidOperationException("it still runs");
        }

        _run?.Dispose();
        _run = HostRun.Start(Arguments(), Folder.FullName, _environment, openFiles: _openFiles);
    }

    /// <summary>Kills it (SIGKILL) and waits until it is gone.</summary>
    public Task KillAsync() => Run.KillAsync();

    /// <summary>Asks it to stop (SIGTERM) and returns its exit code.</summary>
    public async Task<int> StopAsync()
    {
        Run.Terminate();
        return await Run.WaitForExitAsync(StopPatience);
    }

    /// <summary>The arguments of its command line.</summary>
    public IReadOnlyList<string> Arguments()
    {
        List<string> arguments = [];
        Set("rocket.name-server.port", NameServerPort.ToString(CultureInfo.InvariantCulture));
        Set("rocket.brokers.broker-a.port", BrokerPort.ToString(CultureInfo.InvariantCulture));
        Set("akka.remote.dot-netty.tcp.port", RemotePort.ToString(CultureInfo.InvariantCulture));
        Set("rocket.dashboard.port", OperatorPort.ToString(CultureInfo.InvariantCulture));
        Set("rocket.data-dir", $"\"{DataDir}\"");
        foreach (var setting in _settings)
        {
            arguments.AddRange(["--set", setting]);
        }

        return arguments;

        void Set(string key, string value) => arguments.AddRange(["--set", $"{key}={value}"]);
    }

    public async ValueTask DisposeAsync()
    {
        if (_run is not null)
        {
            await _run.KillAsync();
            _run.Dispose();
        }

        Folder.Delete(recursive: true);
    }
}
