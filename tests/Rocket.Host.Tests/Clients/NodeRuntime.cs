using System.Diagnostics;
using System.Reflection;
using Xunit;

namespace Rocket.Host.Tests.Clients;

/// <summary>
/// The Node.js that runs the client scripts. Without it, or without their packages, a test is skipped with the reason; with
/// <c>ROCKET_REQUIRE_NODE=1</c> it fails.
/// </summary>
internal static class NodeRuntime
{
    public const string Program = "node";

    private const string RequiredVariable = "ROCKET_REQUIRE_NODE";

    private static readonly Lazy<string?> MissingPart = new(FindMissingPart);

    /// <summary>The folder with the scripts and their packages, in the source tree.</summary>
    public static string Folder { get; } = typeof(NodeRuntime).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == "ClientScripts")
        .Value!;

    /// <summary>To be called first in each test that runs a script.</summary>
    public static void Demand()
    {
        var reason = MissingPart.Value;
        Assert.False(reason is not null && Environment.GetEnvironmentVariable(RequiredVariable) == "1", $"{RequiredVariable}=1, but {reason}");
        Skip.If(reason is not null, reason);
    }

    private static string? FindMissingPart()
    {
        try
        {
            using var node = Process.Start(new ProcessStartInfo(Program, ["--version"]) { RedirectStandardOutput = true })!;
            node.WaitForExit();
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "Node.js is not installed";
        }

        return Directory.Exists(Path.Combine(Folder, "node_modules", "ali-ons")) ? null : $"ali-ons is not installed: run npm ci in {Folder}";
    }
}
