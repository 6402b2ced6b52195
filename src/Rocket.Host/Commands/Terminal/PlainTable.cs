using System.Text;

namespace Rocket.Host.Commands.Terminal;

/// <summary>An answer as plain columns: a line of names, a line a row, remarks behind an empty line. What scripts cut up.</summary>
internal static class PlainTable
{
    private const string Gap = "  ";

    /// <summary>The text; each line ends with a line feed.</summary>
    public static string Of(NodeAnswer answer)
    {
        var widths = answer.Columns.Select((name, column) => Math.Max(name.Length, WidthOf(answer, column))).ToList();
        var text = new StringBuilder();
        AppendRow(text, [.. answer.Columns.Select((name, column) => new AnswerCell(name, IsNumeric(answer, column)))], widths);
        foreach (var row in answer.Rows)
        {
            AppendRow(text, row, widths);
        }

        text.Append(answer.Notes.Count > 0 ? "\n" : "");
        foreach (var note in answer.Notes)
        {
            text.Append(note).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>Whether a column holds numbers, which stand to the right.</summary>
    public static bool IsNumeric(NodeAnswer answer, int column) => answer.Rows.Any(row => row[column].IsNumber);

    /// <summary>Characters of the longest cell of a column.</summary>
    public static int WidthOf(NodeAnswer answer, int column) => answer.Rows.Select(row => row[column].Text.Length).DefaultIfEmpty().Max();

    private static void AppendRow(StringBuilder text, IReadOnlyList<AnswerCell> row, List<int> widths)
    {
        var cells = row.Select((cell, column) => cell.IsNumber ? cell.Text.PadLeft(widths[column]) : cell.Text.PadRight(widths[column]));
        text.Append(string.Join(Gap, cells).TrimEnd()).Append('\n');
    }
}
