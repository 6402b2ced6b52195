using System.ComponentModel;
using System.Diagnostics;
using Rocket.TestCluster.Nodes;
using Rocket.TestCluster.Running;
using Rocket.TestCluster.Traffic;

namespace Rocket.Host.Tests.NetworkCuts;

/// <summary>The program <c>ip</c> of iproute2.</summary>
internal static class IpCommand
{
    /// <exception cref="InvalidOperationException">It refuses, or is not there.</exception>
    public static void Run(params string[] words)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("ip", words) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            var error = process.StandardError.ReadToEnd();
            process.WaitForExit();
            if (process.ExitCode != 0)
            {
                throw new InvalidOperationException($"ip {string.Join(' ', words)}: {error.Trim()}");
            }
        }
        catch (Win32Exception missing)
        {
            throw new InvalidOperationException($"the program ip (iproute2) cannot be started: {missing.Message}", missing);
        }
    }
}
