using System.Globalization;
using System.Text.Json;

namespace Rocket.Host.Commands.Terminal;

/// <summary>Prints answers: with lines and colours on a terminal, as plain columns into a file or a pipe.</summary>
internal sealed class AnswerPrinter(CommandTerminal terminal)
{
    /// <summary>The answer to a command; an error goes to standard error, in one line.</summary>
    public async Task PrintAsync(NodeAnswer answer, bool json)
    {
        if (json)
        {
            await terminal.Output.WriteLineAsync(answer.Json).ConfigureAwait(false);
        }

        if (answer.ErrorMessage is { } error)
        {
            await PrintErrorAsync(error).ConfigureAwait(false);
        }
        else if (!json && !(terminal.IsDrawn && DrawnTable.TryDraw(answer, terminal.Output)))
        {
            await terminal.Output.WriteAsync(PlainTable.Of(answer)).ConfigureAwait(false);
        }

        await terminal.Output.FlushAsync().ConfigureAwait(false);
    }

    /// <summary>A failure, in one line.</summary>
    public async Task PrintErrorAsync(string line)
    {
        await terminal.Error.WriteLineAsync(AnswerCell.Harmless(line)).ConfigureAwait(false);
        await terminal.Error.FlushAsync().ConfigureAwait(false);
    }

    /// <summary>A line of a command that goes on telling.</summary>
    public async Task PrintLineAsync(string line, bool json)
    {
        await terminal.Output.WriteLineAsync(json ? line : Readable(line)).ConfigureAwait(false);
        await terminal.Output.FlushAsync().ConfigureAwait(false);
    }

    private static string Readable(string line)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            var (time, what) = (TextOf(json, "time"), TextOf(json, "event"));
            var (node, address) = (TextOf(json, "node") ?? "-", TextOf(json, "address") ?? "-");
            return DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, out var at) && what is not null
                ? AnswerCell.Harmless($"{at.ToLocalTime():HH:mm:ss.fff}  {what,-12}{node}  {address}")
                : AnswerCell.Harmless(line);
        }
        catch (JsonException)
        {
            return AnswerCell.Harmless(line);
        }
    }

    private static string? TextOf(JsonDocument json, string name) =>
        json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
