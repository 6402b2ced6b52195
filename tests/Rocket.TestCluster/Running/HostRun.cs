using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Rocket.TestCluster.Running;

/// <summary>One run of Rocket.Host.dll: what it writes, how it ends. Disposing it kills it if it still runs.</summary>
public sealed class HostRun : IDisposable
{
    private static readonly TimeSpan KillPatience = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly Lock _gate = new();
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _error = new();
    private bool _isToldToEnd;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly StreamWriter? _log;

    private HostRun(Process process, string? log)
    {
        _process = process;
        _log = log is null ? null : new StreamWriter(log) { AutoFlush = true };
        process.OutputDataReceived += (_, line) => Add(_output, line.Data);
        process.ErrorDataReceived += (_, line) => Add(_error, line.Data);
        process.EnableRaisingEvents = true;
        process.Exited += (_, _) => Changed();
    }

    public int ProcessId => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Whether it is over without a signal from here.</summary>
    public bool EndedByItself => HasExited && !_isToldToEnd;

    /// <summary>Standard output so far.</summary>
    public string Output
    {
        get
        {
            lock (_gate)
            {
                return _output.ToString();
            }
        }
    }

    /// <summary>Standard error so far.</summary>
    public string Error
    {
        get
        {
            lock (_gate)
            {
                return _error.ToString();
            }
        }
    }

    /// <summary>Bytes of memory that are its own now.</summary>
    public long WorkingSet
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>What it takes of the machine now.</summary>
    public ProcessUsage Usage
    {
        get
        {
            _process.Refresh();
            return new ProcessUsage(_process.WorkingSet64, _process.HandleCount, _process.Threads.Count, _process.TotalProcessorTime);
        }
    }

    /// <summary>
    /// Starts the Rocket.Host.dll that was built with the tests, or the one at <paramref name="assembly"/>. What it writes goes to the file <paramref name="log"/> too, line by line;
    /// <paramref name="runner"/> are words in front of it.
    /// </summary>
    public static HostRun Start(
        IEnumerable<string> arguments, string folder, IReadOnlyDictionary<string, string>? environment = null, string? assembly = null,
        int? openFiles = null, string? log = null, IReadOnlyList<string>? runner = null)
    {
        // A test run in the background of a shell ignores SIGINT, and so would every process that it starts.
        string[] program = OperatingSystem.IsLinux() ? ["env", "--default-signal=INT", DotNet()] : [DotNet()];
        if (openFiles is { } files)
        {
            program = ["sh", "-c", string.Create(CultureInfo.InvariantCulture, $"ulimit -n {files} && exec \"$@\""), "sh", .. program];
        }

        program = [.. runner ?? [], .. program];
        var start = new ProcessStartInfo(program[0], program[1..])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.ArgumentList.Add(assembly ?? Path.Combine(AppContext.BaseDirectory, "Rocket.Host.dll"));
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        var run = new HostRun(new Process { StartInfo = start }, log);
        run._process.Start();
        run._process.BeginOutputReadLine();
        run._process.BeginErrorReadLine();
        return run;
    }

    /// <summary>Waits until standard output holds this text.</summary>
    /// <exception cref="InvalidOperationException">The process ended first.</exception>
    /// <exception cref="TimeoutException">It did not come in time.</exception>
    public async Task WaitForOutputAsync(string text, TimeSpan patience)
    {
        using var limit = new CancellationTokenSource(patience);
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                changed = _changed.Task;
            }

            if (Output.Contains(text, StringComparison.Ordinal))
            {
                return;
            }

            if (_process.HasExited)
            {
                throw new InvalidOperationException($"the process ended with {_process.ExitCode} before \"{text}\" came.\n{Everything()}");
            }

            try
            {
                await changed.WaitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"\"{text}\" did not come within {patience.TotalSeconds} s.\n{Everything()}");
            }
        }
    }

    /// <summary>Waits for its end and returns its exit code; everything that it wrote has been read then.</summary>
    /// <exception cref="TimeoutException">It goes on.</exception>
    public async Task<int> WaitForExitAsync(TimeSpan patience)
    {
        using var limit = new CancellationTokenSource(patience);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
            return _process.ExitCode;
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"the process did not end within {patience.TotalSeconds} s.\n{Everything()}");
        }
    }

    /// <summary>Sends SIGTERM.</summary>
    public void Terminate()
    {
        _isToldToEnd = true;
        Signal("TERM");
    }

    /// <summary>Sends a signal by its name.</summary>
    public void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", ProcessId.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    /// <summary>Sends SIGKILL and waits until it is gone.</summary>
    public async Task KillAsync()
    {
        if (!_process.HasExited)
        {
            _isToldToEnd = true;
            _process.Kill();
        }

        await _process.WaitForExitAsync().WaitAsync(KillPatience);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
        lock (_gate)
        {
            _log?.Dispose();
        }
    }

    /// <summary>The dotnet that runs these tests.</summary>
    internal static string DotNet() => Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    private string Everything() => $"stdout:\n{Output}\nstderr:\n{Error}";

    private void Add(StringBuilder text, string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_gate)
        {
            text.Append(line).Append('\n');
            _log?.WriteLine(line);
        }

        Changed();
    }

    private void Changed()
    {
        TaskCompletionSource changed;
        lock (_gate)
        {
            changed = _changed;
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        changed.TrySetResult();
    }
}
