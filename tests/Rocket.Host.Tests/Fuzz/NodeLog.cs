using System.Collections.Concurrent;
using Akka.Event;
using Microsoft.Extensions.Logging;
using LogLevel = Microsoft.Extensions.Logging.LogLevel;

namespace Rocket.Host.Tests.Fuzz;

/// <summary>What a node in this process says that is worse than a warning: its own log and Akka's.</summary>
internal sealed class NodeLog : ILogger
{
    private readonly ConcurrentQueue<string> _errors = new();

    public IReadOnlyCollection<string> Errors => _errors;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            Add($"{formatter(state, exception)} {exception}");
        }
    }

    public void Add(string error) => _errors.Enqueue(error);
}

/// <summary>Akka makes its loggers by class name, so this one leads to the log of the only node that runs in this process at a time.</summary>
public sealed class AkkaErrors : MinimalLogger
{
    /// <summary>Value of <c>akka.loggers</c>.</summary>
    internal static readonly string TypeName = $"{typeof(AkkaErrors).FullName}, {typeof(AkkaErrors).Assembly.GetName().Name}";

    internal static volatile NodeLog? Target;

    protected override void Log(object message)
    {
        if (message is Error error)
        {
            Target?.Add($"{error.LogSource}: {error.Message} {error.Cause}");
        }
    }
}
