using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Rocket.Host.Tests.Links;

/// <summary>Keeps what was logged from information upwards.</summary>
internal sealed class LogLines : ILogger
{
    private readonly ConcurrentQueue<string> _lines = new();

    public IReadOnlyList<string> All => [.. _lines];

    public bool Has(string text) => _lines.Any(line => line.Contains(text, StringComparison.Ordinal));

    public int Count(string text) => _lines.Count(line => line.Contains(text, StringComparison.Ordinal));

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            _lines.Enqueue($"{logLevel}: {formatter(state, exception)}");
        }
    }
}
