using System.Security.Cryptography;
using Rocket.Host.Tests.Running;
using Xunit;

namespace Rocket.Host.Tests.Starting;

/// <summary>A start that must not happen: what a person sees of it, and what it leaves on the disk.</summary>
internal static class RefusedStart
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Starts Rocket.Host with these arguments and wants it to end with that code, one line on standard error, no stack trace, no ready line.
    /// </summary>
    /// <returns>The line.</returns>
    public static async Task<string> OfAsync(IEnumerable<string> arguments, string folder, int exitCode = 1)
    {
        using var run = HostRun.Start(arguments, folder);
        var code = await run.WaitForExitAsync(Patience);
        Assert.True(code == exitCode, $"exit code {code}\nstdout:\n{run.Output}\nstderr:\n{run.Error}");
        Assert.DoesNotContain("Rocket node1 ready", run.Output, StringComparison.Ordinal);
        Assert.Empty(StackTraces.In(run.Output + run.Error));
        return Assert.Single(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>Every file and folder below, with the hash of what it holds.</summary>
    public static IReadOnlyList<string> Contents(string folder) =>
    [
        .. new DirectoryInfo(folder).EnumerateFileSystemInfos("*", SearchOption.AllDirectories)
            .Select(item => item is FileInfo file
                ? $"{item.FullName} {Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file.FullName)))}"
                : item.FullName)
            .Order(StringComparer.Ordinal),
    ];
}
