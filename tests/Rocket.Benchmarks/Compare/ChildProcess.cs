using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using Rocket.Benchmarks.CommandLine;
using Rocket.Benchmarks.Load;

namespace Rocket.Benchmarks.Compare;

/// <summary>A process that this one started and ends, whatever happens.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private const int Sigterm = 15;
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(20);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly string _readyLine;

    private ChildProcess(Process process, string readyLine)
    {
        _process = process;
        _readyLine = readyLine;
        process.OutputDataReceived += (_, line) => Take(line.Data);
        process.ErrorDataReceived += (_, line) => Take(line.Data);
    }

    public int Id => _process.Id;

    /// <summary>Everything it has printed.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    /// <summary>Starts <c>dotnet DLL ARGUMENTS</c> and waits until it prints the ready line.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; the process has been ended.</exception>
    /// <exception cref="UsageException">It ended, or did not print it in time; the message shows what it printed.</exception>
    public static async Task<ChildProcess> StartAsync(
        string dll, IEnumerable<string> arguments, string readyLine, TimeSpan limit, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        GeneratorSockets.KeepFrom(start.Environment);
        start.ArgumentList.Add(dll);
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        var child = new ChildProcess(new Process { StartInfo = start }, readyLine);
        child._process.Start();
        child._process.BeginOutputReadLine();
        child._process.BeginErrorReadLine();
        var first = await Task.WhenAny(child._ready.Task, child._process.WaitForExitAsync(CancellationToken.None), Task.Delay(limit, cancellation)).ConfigureAwait(false);
        if (first != child._ready.Task)
        {
            await child.DisposeAsync().ConfigureAwait(false);
            cancellation.ThrowIfCancellationRequested();
            throw new UsageException($"{Path.GetFileName(dll)} did not print \"{readyLine}\" within {limit.TotalSeconds} s:\n{child.Output}");
        }

        return child;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _ = Kill(_process.Id, Sigterm);
            await Task.WhenAny(_process.WaitForExitAsync(), Task.Delay(StopLimit)).ConfigureAwait(false);
            if (!_process.HasExited)
            {
                _process.Kill(entireProcessTree: true);
            }
        }

        await _process.WaitForExitAsync().ConfigureAwait(false);
        _process.Dispose();
    }

    private void Take(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_output)
        {
            _output.AppendLine(line);
        }

        if (line.Contains(_readyLine, StringComparison.Ordinal))
        {
            _ready.TrySetResult();
        }
    }

    // Process.Kill sends SIGKILL; a broker is to stop as it would for a person.
    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int processId, int signal);
}
