using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace Rocket.Host.Tests.Clients;

/// <summary>A client script as a process of its own. It tells events, takes commands, and is killed when this is disposed of.</summary>
public sealed class NodeScript : IAsyncDisposable
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _script;
    private readonly Process _process;
    private readonly Lock _gate = new();
    private readonly List<ClientEvent> _events = [];
    private readonly StringBuilder _error = new();
    private TaskCompletionSource _changed = New();

    private NodeScript(string script, Process process)
    {
        _script = script;
        _process = process;
        process.OutputDataReceived += (_, line) => Add(line.Data);
        process.ErrorDataReceived += (_, line) => AddError(line.Data);
    }

    /// <summary>What it has told so far.</summary>
    public IReadOnlyList<ClientEvent> Events
    {
        get
        {
            lock (_gate)
            {
                return [.. _events];
            }
        }
    }

    /// <summary>Starts it.</summary>
    /// <param name="script">File in <c>Clients/node</c>.</param>
    /// <param name="options">What the script finds as its options.</param>
    public static NodeScript Start(string script, object options)
    {
        var start = new ProcessStartInfo(NodeRuntime.Program, [script, JsonSerializer.Serialize(options, Json)])
        {
            WorkingDirectory = NodeRuntime.Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var started = new NodeScript(script, new Process { StartInfo = start });
        started._process.Start();
        started._process.BeginOutputReadLine();
        started._process.BeginErrorReadLine();
        return started;
    }

    /// <summary>Runs a script that ends by itself.</summary>
    public static async Task<IReadOnlyList<ClientEvent>> RunAsync(string script, object options)
    {
        await using var started = Start(script, options);
        await started.EndAsync();
        return started.Events;
    }

    /// <summary>What it has told about one kind of event so far.</summary>
    public IReadOnlyList<ClientEvent> Told(string name) => [.. Events.Where(told => told.Event == name)];

    /// <summary>Waits until it has told so many events of this kind, and returns all of that kind.</summary>
    public async Task<IReadOnlyList<ClientEvent>> WaitForAsync(string name, int count = 1, TimeSpan? patience = null)
    {
        await WaitUntilAsync(events => events.Count(told => told.Event == name) >= count, $"{count} times {name}", patience);
        return Told(name);
    }

    /// <summary>Waits until its events meet a condition, which is looked at again when something has been told.</summary>
    /// <exception cref="TimeoutException">They do not in time; the message shows what was told.</exception>
    public async Task WaitUntilAsync(Func<IReadOnlyList<ClientEvent>, bool> condition, string wanted, TimeSpan? patience = null)
    {
        using var limit = new CancellationTokenSource(patience ?? Patience);
        while (true)
        {
            Task changed;
            bool met;
            lock (_gate)
            {
                changed = _changed.Task;
                met = condition(_events);
            }

            if (met)
            {
                return;
            }

            try
            {
                await changed.WaitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"{_script} did not tell in time: {wanted}.\n{Everything()}");
            }
        }
    }

    /// <summary>Gives it a command.</summary>
    public async Task CommandAsync(string command)
    {
        await _process.StandardInput.WriteLineAsync(command);
        await _process.StandardInput.FlushAsync();
    }

    /// <summary>Gives it a last command and waits until it has ended well.</summary>
    public async Task EndAsync(string command)
    {
        await CommandAsync(command);
        await EndAsync();
    }

    /// <summary>Ends it as a crash would (SIGKILL).</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        _process.Dispose();
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task EndAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"{_script} did not end in time.\n{Everything()}");
        }

        if (_process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{_script} failed.\n{Everything()}");
        }
    }

    private string Everything()
    {
        lock (_gate)
        {
            var counts = string.Join(", ", _events.GroupBy(told => told.Event).Select(group => $"{group.Count()} {group.Key}"));
            var last = string.Join('\n', _events.Where(told => told.Event is not ("message" or "confirmed")).TakeLast(20));
            return $"It told {counts}; the last ones but messages:\n{last}\nstderr:\n{_error}";
        }
    }

    private void Add(string? line)
    {
        if (line is null)
        {
            return;
        }

        if (!ClientEvent.TryParse(line, out var told))
        {
            AddError(line);
            return;
        }

        TaskCompletionSource changed;
        lock (_gate)
        {
            _events.Add(told);
            changed = _changed;
            _changed = New();
        }

        changed.SetResult();
    }

    private void AddError(string? line)
    {
        lock (_gate)
        {
            _error.AppendLine(line);
        }
    }
}
