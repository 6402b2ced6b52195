namespace Rocket.Host.Commands.Terminal;

/// <summary>Where commands come from and their answers go.</summary>
/// <param name="Input">Standard input: commands, and answers to questions.</param>
/// <param name="Output">Standard output: what was asked for.</param>
/// <param name="Error">Standard error: one line for each failure.</param>
/// <param name="HasPerson">A person sits before it: standard input is a terminal.</param>
/// <param name="IsDrawn">Standard output is a terminal, so that tables get lines and colours.</param>
internal sealed record CommandTerminal(TextReader Input, TextWriter Output, TextWriter Error, bool HasPerson, bool IsDrawn)
{
    /// <summary>The streams of this process.</summary>
    public static CommandTerminal OfThisProcess(TextWriter output, TextWriter error) =>
        new(Console.In, output, error, !Console.IsInputRedirected, !Console.IsOutputRedirected);

    /// <summary>Asks a person; anything but y or yes is a no.</summary>
    public async Task<bool> ConfirmAsync(string question)
    {
        await Error.WriteAsync($"{question} [y/N] ").ConfigureAwait(false);
        await Error.FlushAsync().ConfigureAwait(false);
        return (await Input.ReadLineAsync().ConfigureAwait(false))?.Trim().ToUpperInvariant() is "Y" or "YES";
    }
}
