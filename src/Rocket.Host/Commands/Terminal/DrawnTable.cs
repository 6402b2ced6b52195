using Spectre.Console;

namespace Rocket.Host.Commands.Terminal;

/// <summary>An answer with lines and colours, for a terminal.</summary>
internal static class DrawnTable
{
    /// <summary>A border and a blank on either side of a cell, and one border more.</summary>
    private const int CellFrame = 3;

    /// <summary>Draws it. False: it does not fit, and cells broken over lines are harder to read than lines that are too long.</summary>
    public static bool TryDraw(NodeAnswer answer, TextWriter output)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });
        var width = 1 + answer.Columns.Select((name, column) => CellFrame + Math.Max(name.Length, PlainTable.WidthOf(answer, column))).Sum();
        if (width > console.Profile.Width)
        {
            return false;
        }

        var table = new Table().Border(TableBorder.Rounded).Title(Markup.Escape(answer.Title));
        for (var column = 0; column < answer.Columns.Count; column++)
        {
            var drawn = new TableColumn(new Text(answer.Columns[column], new Style(decoration: Decoration.Bold)));
            table.AddColumn(PlainTable.IsNumeric(answer, column) ? drawn.RightAligned() : drawn);
        }

        foreach (var row in answer.Rows)
        {
            table.AddRow(row.Select(cell => new Text(cell.Text)));
        }

        console.Write(table);
        foreach (var note in answer.Notes)
        {
            console.Write(new Text(note + "\n", new Style(decoration: Decoration.Dim)));
        }

        return true;
    }
}
