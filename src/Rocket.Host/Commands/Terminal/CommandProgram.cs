using Rocket.Host.Configuration;

namespace Rocket.Host.Commands.Terminal;

/// <summary>The program behind <c>cmd</c>: words in, exit code out.</summary>
internal sealed class CommandProgram(CommandTerminal terminal)
{
    private readonly AnswerPrinter _printer = new(terminal);

    /// <summary>Runs one command, or a session of them.</summary>
    public Task<int> RunAsync(IReadOnlyList<string> words, CancellationToken cancellation) => RunAsync(words, CommandFlags.None, isLine: false, cancellation);

    /// <param name="words">What to do.</param>
    /// <param name="defaults">Flags that hold where the words say nothing.</param>
    /// <param name="isLine">The words are a line of a session.</param>
    /// <param name="cancellation">Ends what goes on.</param>
    internal async Task<int> RunAsync(IReadOnlyList<string> words, CommandFlags defaults, bool isLine, CancellationToken cancellation)
    {
        switch (CommandInputReader.Read(words, defaults))
        {
            case CommandInput.Help help:
                await terminal.Output.WriteLineAsync(help.Text).ConfigureAwait(false);
                return ExitCodes.Done;
            case CommandInput.Mistake mistake:
                await _printer.PrintErrorAsync($"{mistake.Line}. Try {(isLine ? "help" : "cmd --help")}.").ConfigureAwait(false);
                return ExitCodes.WrongWords;
            case CommandInput.Session when isLine:
                return ExitCodes.Done;
            case CommandInput.Session session:
                return await RunSessionAsync(session.Flags, cancellation).ConfigureAwait(false);
            case CommandInput.Call call:
                return await RunAsync(call, cancellation).ConfigureAwait(false);
            default:
                throw new InvalidOperationException("a command line without a case");
        }
    }

    private async Task<int> RunSessionAsync(CommandFlags flags, CancellationToken cancellation) =>
        await FindNodeAsync(flags).ConfigureAwait(false) is { } node
            ? await new CommandSession(this, terminal, flags with { Node = node }).RunAsync(cancellation).ConfigureAwait(false)
            : ExitCodes.WrongWords;

    private async Task<int> RunAsync(CommandInput.Call call, CancellationToken cancellation)
    {
        if (await FindNodeAsync(call.Flags).ConfigureAwait(false) is not { } node)
        {
            return ExitCodes.WrongWords;
        }

        if (await ConfirmAsync(call).ConfigureAwait(false) is { } unconfirmed)
        {
            return unconfirmed;
        }

        using var client = new NodeClient(node);
        try
        {
            return call.Command is ITailCommand
                ? await TailAsync(client, call, cancellation).ConfigureAwait(false)
                : await AskAsync(client, call, cancellation).ConfigureAwait(false);
        }
        catch (NodeUnreachableException unreachable)
        {
            await _printer.PrintErrorAsync(unreachable.Message).ConfigureAwait(false);
            return ExitCodes.Unreachable;
        }
    }

    private async Task<int> AskAsync(NodeClient client, CommandInput.Call call, CancellationToken cancellation)
    {
        var answer = await client.AskAsync(call.Command, ArgumentsOf(call), cancellation).ConfigureAwait(false);
        await _printer.PrintAsync(answer, call.Flags.Json).ConfigureAwait(false);
        return answer.ExitCode;
    }

    private async Task<int> TailAsync(NodeClient client, CommandInput.Call call, CancellationToken cancellation)
    {
        using var interrupt = Interruption.Begin(cancellation);
        try
        {
            await foreach (var line in client.TailAsync(call.Command, ArgumentsOf(call), interrupt.Token).ConfigureAwait(false))
            {
                await _printer.PrintLineAsync(line, call.Flags.Json).ConfigureAwait(false);
            }
        }
        catch (CommandRefusal refusal)
        {
            await _printer.PrintAsync(refusal.Answer, call.Flags.Json).ConfigureAwait(false);
            return refusal.Answer.ExitCode;
        }
        catch (OperationCanceledException) when (interrupt.Token.IsCancellationRequested)
        {
            // Ctrl+C is how a tail ends.
        }

        return ExitCodes.Done;
    }

    /// <summary>Null: go on; else how the program ends.</summary>
    private async Task<int?> ConfirmAsync(CommandInput.Call call)
    {
        if (call.Command.Description.Question is not { } question || call.Flags.Yes)
        {
            return null;
        }

        if (!terminal.HasPerson)
        {
            await _printer.PrintErrorAsync($"{call.Command.Description.FullName} asks before it is done, and nobody is here to answer: give --yes").ConfigureAwait(false);
            return ExitCodes.WrongWords;
        }

        if (await terminal.ConfirmAsync(question).ConfigureAwait(false))
        {
            return null;
        }

        await _printer.PrintErrorAsync("not confirmed, nothing is done").ConfigureAwait(false);
        return ExitCodes.Refused;
    }

    private static Dictionary<string, object> ArgumentsOf(CommandInput.Call call)
    {
        var arguments = new Dictionary<string, object>(call.Arguments);
        if (call.Command.Description.Question is not null)
        {
            arguments[CommandArguments.Yes] = true;
        }

        return arguments;
    }

    private async Task<NodeAddress?> FindNodeAsync(CommandFlags flags)
    {
        if (flags.Node is not null)
        {
            return flags.Node;
        }

        if (flags.ConfigurationPath is null && flags.Sets.Count == 0)
        {
            return NodeAddress.Default;
        }

        var (configuration, errors) = NodeConfiguration.Load(flags.ConfigurationPath, flags.Sets);
        foreach (var error in errors)
        {
            await _printer.PrintErrorAsync(error).ConfigureAwait(false);
        }

        if (configuration is null)
        {
            return null;
        }

        var node = NodeAddress.Of(configuration.Operators);
        if (node is null)
        {
            await _printer.PrintErrorAsync($"{OperatorSettings.PortKey} is off in this configuration; name a node with --node").ConfigureAwait(false);
        }

        return node;
    }
}
