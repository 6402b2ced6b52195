using System.Runtime.InteropServices;
using Rocket.Host.Commands.Terminal;
using Rocket.Host.Configuration;
using Rocket.Host.Logging;
using Rocket.Host.Offline;

namespace Rocket.Host.CommandLine;

/// <summary>The program behind <c>Main</c>: command line in, exit code out.</summary>
/// <param name="output">Standard output: what was asked for.</param>
/// <param name="error">Standard error: one line for each mistake.</param>
public sealed class HostProgram(TextWriter output, TextWriter error)
{
    /// <summary>Did what was asked.</summary>
    public const int Success = 0;

    /// <summary>Bad configuration, or the node could not start or broke down.</summary>
    public const int Failure = 1;

    /// <summary>The command line makes no sense.</summary>
    public const int WrongUsage = 2;

    /// <summary>Runs to the end.</summary>
    public async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        switch (CommandLineParser.Parse(arguments))
        {
            case HostCommand.ShowHelp:
                await output.WriteLineAsync(HelpText.Text);
                return Success;
            case HostCommand.ShowVersion:
                await output.WriteLineAsync($"Rocket {ProductVersion.Text}");
                return Success;
            case HostCommand.CheckConfiguration check:
                return await CheckAsync(check.Configuration);
            case HostCommand.RunNode run:
                return await RunNodeAsync(run.Configuration);
            case HostCommand.ShowText text:
                await output.WriteLineAsync(text.Text);
                return Success;
            case HostCommand.VerifyFolder verify:
                return new VerifyCommand(output, error, showProgress: !Console.IsErrorRedirected).Run(verify);
            case HostCommand.DumpFile dump:
                return new DumpCommand(output, error).Run(dump);
            case HostCommand.Operate operate:
                return await new CommandProgram(CommandTerminal.OfThisProcess(output, error)).RunAsync(operate.Words, CancellationToken.None);
            case HostCommand.Mistake mistake:
                await error.WriteLineAsync($"{mistake.Line}. {HelpText.Hint}");
                return WrongUsage;
            default:
                throw new InvalidOperationException("a command without a case");
        }
    }

    private async Task<int> CheckAsync(ConfigurationArguments arguments)
    {
        if (await LoadAsync(arguments) is not { } configuration)
        {
            return Failure;
        }

        await ConfigurationReport.WriteAsync(configuration, output);
        return Success;
    }

    private async Task<int> RunNodeAsync(ConfigurationArguments arguments)
    {
        if (await LoadAsync(arguments) is not { } configuration)
        {
            return Failure;
        }

        using var stop = new CancellationTokenSource();
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        try
        {
            await using var log = HostLog.Start(configuration.Log);
            return await RunNodeAsync(configuration, log, stop.Token);
        }
        catch (StartRefusedException refusal)
        {
            await error.WriteLineAsync(refusal.Message);
            return Failure;
        }

        // The runtime would end the process at once; the node stops by itself and Main returns.
        void OnSignal(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.Cancel();
        }
    }

    private static async Task<int> RunNodeAsync(NodeConfiguration configuration, HostLog log, CancellationToken stop)
    {
        foreach (var warning in configuration.Warnings)
        {
            log.Logger.Warning("{Warning}", warning);
        }

        try
        {
            await RocketHost.RunAsync(FitToSystem(configuration, log), log.Factory, stop);
            return Success;
        }
#pragma warning disable CA1031 // The last place where it can be told to somebody; the exit code says that it was not a stop.
        catch (Exception failure) when (failure is not StartRefusedException)
#pragma warning restore CA1031
        {
            log.Logger.Fatal(failure, "{Node} failed", configuration.Node.NodeName);
            return Failure;
        }
    }

    private static NodeConfiguration FitToSystem(NodeConfiguration configuration, HostLog log)
    {
        var wanted = configuration.Node.Limits;
        var limits = OpenFileShares.OfTheSystem() is { } files ? OpenFileShares.Fit(wanted, files) : wanted;
        if (limits == wanted)
        {
            return configuration;
        }

        log.Logger.Warning(
            "The system lets this process open too few files (ulimit -n): {Connections} connections and {Files} files of the storage instead of {WantedConnections} and {WantedFiles} (rocket.limits.max-connections, max-open-files)",
            limits.MaxConnections, limits.MaxOpenFiles, wanted.MaxConnections, wanted.MaxOpenFiles);
        return configuration.With(limits);
    }

    private async Task<NodeConfiguration?> LoadAsync(ConfigurationArguments arguments)
    {
        var (configuration, errors) = NodeConfiguration.Load(arguments.Path, arguments.Sets);
        foreach (var line in errors)
        {
            await error.WriteLineAsync(line);
        }

        return configuration;
    }
}
