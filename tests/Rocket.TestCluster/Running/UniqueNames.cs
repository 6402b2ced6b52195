namespace Rocket.TestCluster.Running;

/// <summary>Names that no other test of this run uses.</summary>
internal static class UniqueNames
{
    private static int _last;

    public static string Topic() => $"Topic-{Interlocked.Increment(ref _last)}";

    public static string Group() => $"group-{Interlocked.Increment(ref _last)}";

    /// <summary>As clients build theirs: <c>ip@pid#n</c>.</summary>
    public static string ClientId() => $"127.0.0.1@{Environment.ProcessId}#{Interlocked.Increment(ref _last)}";
}
