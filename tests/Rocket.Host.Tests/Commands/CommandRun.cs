using System.Text.Json;
using Rocket.Host.Commands.Terminal;
using Rocket.Host.Tests.Running;
using Xunit;

namespace Rocket.Host.Tests.Commands;

/// <summary>What <c>cmd</c> has printed, and how it ended. It runs within the test's process; the words and streams are those of a shell.</summary>
internal sealed record CommandRun(int ExitCode, string Output, string Error)
{
    /// <summary>Lines of standard output.</summary>
    public IReadOnlyList<string> Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The words of a line of a plain table.</summary>
    public IReadOnlyList<string> Row(string first) => Words(Assert.Single(Lines, line => Words(line)[0] == first));

    /// <summary>The table as JSON: rows by the columns' names.</summary>
    public IReadOnlyList<IReadOnlyDictionary<string, JsonElement>> Rows()
    {
        using var json = JsonDocument.Parse(Output);
        var root = json.RootElement.Clone();
        var columns = root.GetProperty("columns").EnumerateArray().Select(column => column.GetString()!).ToList();
        return
        [
            .. root.GetProperty("rows").EnumerateArray().Select(row => columns.Zip(row.EnumerateArray())
                .ToDictionary(cell => cell.First, cell => cell.Second)),
        ];
    }

    /// <summary>A command to a node, its answer as plain text.</summary>
    public static Task<CommandRun> OfAsync(RocketProcess rocket, string line) => OfAsync($"{line} --node 127.0.0.1:{rocket.OperatorPort}");

    /// <summary>A command to a node, its answer as JSON.</summary>
    public static async Task<CommandRun> JsonOfAsync(RocketProcess rocket, string line)
    {
        var run = await OfAsync(rocket, line + " --json");
        Assert.Equal("", run.Error);
        Assert.Equal(0, run.ExitCode);
        return run;
    }

    /// <summary>The words behind <c>cmd</c>, with what stands on standard input.</summary>
    /// <param name="line">The words.</param>
    /// <param name="input">Standard input.</param>
    /// <param name="hasPerson">Whether it is a terminal.</param>
    public static async Task<CommandRun> OfAsync(string line, string input = "", bool hasPerson = false)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var terminal = new CommandTerminal(new StringReader(input), output, error, hasPerson, IsDrawn: false);
        var code = await new CommandProgram(terminal).RunAsync(line.Split(' ', StringSplitOptions.RemoveEmptyEntries), CancellationToken.None);
        return new CommandRun(code, output.ToString(), error.ToString());
    }

    private static string[] Words(string line) => line.Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
