using System.Diagnostics;
using Rocket.Host.Tests.CommandLine;
using Rocket.Host.Tests.Running;

namespace Rocket.Host.Tests.Commands;

/// <summary>The built program with something on its standard input, run to its end.</summary>
internal static class CommandProcess
{
    public static async Task<CommandRun> RunAsync(string folder, string input, IReadOnlyList<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(HostRun.DotNet(), [HostProcess.Dll, .. arguments])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(patience.Token);
            var error = process.StandardError.ReadToEndAsync(patience.Token);
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
            await process.WaitForExitAsync(patience.Token);
            return new CommandRun(process.ExitCode, await output, await error);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }
}
