using System.Text;

namespace Rocket.Host.Commands;

/// <summary>The help texts, made from the descriptions of the commands.</summary>
internal static class CommandHelp
{
    private const int LeastWidth = 16;

    private const string Flags = """
        Flags, anywhere behind cmd:
          --node HOST:PORT   the node that is asked. Without: the dashboard port of --config FILE and
                             --set KEY=VALUE, else 127.0.0.1:8080
          --json             the answer as JSON, as it came
          --yes              answers the question that some commands ask
          --help             this help, of a palette, or of a command; no node is asked

        Without a command: a prompt, or, when standard input is no terminal, one command a line up to the
        first that fails. Exit codes: 0 done, 1 refused or failed, 2 wrong words, 3 the node cannot be reached.
        """;

    /// <summary>Help of everything.</summary>
    public static string OfAll()
    {
        var text = new StringBuilder("dotnet Rocket.Host.dll cmd [PALETTE COMMAND [ARGUMENTS]] [flags]\n");
        foreach (var (palette, summary) in CommandRegistry.Palettes)
        {
            text.Append('\n').Append(palette).Append(": ").Append(summary).Append('\n');
            AppendList(text, CommandRegistry.Of(palette).Select(command => (command.Description.Name, command.Description.Summary)));
        }

        return text.Append('\n').Append(Flags).ToString();
    }

    /// <summary>Help of a palette.</summary>
    public static string OfPalette(string palette)
    {
        var (name, summary) = CommandRegistry.Palettes.Single(known => known.Name == palette);
        var text = new StringBuilder($"{name}: {summary}\n\n");
        foreach (var command in CommandRegistry.Of(palette).Select(command => command.Description))
        {
            text.Append("  ").Append(command.Usage).Append('\n').Append("      ").Append(command.Summary).Append('\n');
        }

        return text.Append('\n').Append($"More of one: cmd {palette} COMMAND --help").ToString();
    }

    /// <summary>Help of a command.</summary>
    public static string OfCommand(CommandDescription command)
    {
        var text = new StringBuilder($"cmd {command.Usage}\n\n  {command.Summary}\n");
        if (command.Arguments.Count > 0)
        {
            text.Append('\n');
            AppendList(text, command.Arguments.Select(argument => (NameOf(argument), argument.Help)));
        }

        if (command.Details.Length > 0)
        {
            text.Append('\n');
            foreach (var line in command.Details.Split('\n'))
            {
                text.Append("  ").Append(line).Append('\n');
            }
        }

        if (command.Question is { } question)
        {
            text.Append('\n').Append($"  It asks first: {question} --yes answers that; scripts have to give it.").Append('\n');
        }

        if (command.Changes)
        {
            text.Append('\n').Append("  It changes something, so it is taken from the node's own machine only, as long as there is no login.").Append('\n');
        }

        return text.ToString().TrimEnd('\n');
    }

    private static string NameOf(CommandArgument argument) => argument.Kind switch
    {
        ArgumentKind.Positional => argument.Value,
        ArgumentKind.Option => $"{argument.Flag} {argument.Value}",
        _ => argument.Flag,
    };

    private static void AppendList(StringBuilder text, IEnumerable<(string Name, string Help)> items)
    {
        var list = items.ToList();
        var width = Math.Max(LeastWidth, list.Max(item => item.Name.Length) + 2);
        foreach (var (name, help) in list)
        {
            text.Append("  ").Append(name.PadRight(width)).Append(help).Append('\n');
        }
    }
}
