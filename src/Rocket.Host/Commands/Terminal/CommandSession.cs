using Spectre.Console;

namespace Rocket.Host.Commands.Terminal;

/// <summary>
/// Commands, one a line: a prompt before a person, who goes on after a mistake; without one, the first command that fails ends it with its exit code.
/// </summary>
internal sealed class CommandSession(CommandProgram program, CommandTerminal terminal, CommandFlags flags)
{
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        while (true)
        {
            Prompt();
            if (await terminal.Input.ReadLineAsync(cancellation).ConfigureAwait(false) is not { } line)
            {
                return ExitCodes.Done;
            }

            if (line.Trim() is "" or ['#', ..])
            {
                continue;
            }

            if (line.Trim() is "exit" or "quit")
            {
                return ExitCodes.Done;
            }

            var code = await RunLineAsync(line, cancellation).ConfigureAwait(false);
            if (code != ExitCodes.Done && !terminal.HasPerson)
            {
                return code;
            }
        }
    }

    private async Task<int> RunLineAsync(string line, CancellationToken cancellation)
    {
        if (!WordSplitter.TrySplit(line, out var words))
        {
            await terminal.Error.WriteLineAsync("a quote is not closed").ConfigureAwait(false);
            return ExitCodes.WrongWords;
        }

        // Whoever types the whole command line means the same.
        IReadOnlyList<string> command = words is ["cmd", ..] ? [.. words.Skip(1)] : words;
        return await program.RunAsync(command, flags, isLine: true, cancellation).ConfigureAwait(false);
    }

    private void Prompt()
    {
        if (!terminal.HasPerson)
        {
            return;
        }

        if (terminal.IsDrawn)
        {
            AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(terminal.Output) }).Markup($"[bold]rocket[/] {Markup.Escape(flags.Node!.ToString())}> ");
        }
        else
        {
            terminal.Output.Write($"rocket {flags.Node}> ");
        }

        terminal.Output.Flush();
    }
}
