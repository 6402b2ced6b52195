namespace Rocket.Benchmarks.Load;

/// <summary>
/// Has the runtime's socket thread run the connection loops itself. They never block, so one thread carries all of them: no hop to the thread pool for
/// each read, and the broker keeps the other cores.
/// </summary>
internal static class GeneratorSockets
{
    private const string InlineCompletions = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";
    private const string ThreadCount = "DOTNET_SYSTEM_NET_SOCKETS_THREAD_COUNT";

    /// <summary>To be called before the first socket is made: the runtime reads these once.</summary>
    public static void RunOnOneThread()
    {
        Environment.SetEnvironmentVariable(InlineCompletions, "1");
        Environment.SetEnvironmentVariable(ThreadCount, "1");
    }

    /// <summary>Takes these settings out of what a started process inherits.</summary>
    public static void KeepFrom(IDictionary<string, string?> environment)
    {
        environment.Remove(InlineCompletions);
        environment.Remove(ThreadCount);
    }
}
