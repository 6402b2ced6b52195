namespace Rocket.Host.Commands;

/// <summary>A command's answer: a table with remarks below it.</summary>
/// <param name="title">What the table shows.</param>
/// <param name="columns">Names of the columns.</param>
internal sealed class CommandResult(string title, params IReadOnlyList<string> columns)
{
    private readonly List<object?[]> _rows = [];
    private readonly List<string> _notes = [];

    public string Title => title;

    public IReadOnlyList<string> Columns => columns;

    /// <summary>Cells are texts, whole numbers, booleans, or null for what is not known or does not apply.</summary>
    public IReadOnlyList<object?[]> Rows => _rows;

    public IReadOnlyList<string> Notes => _notes;

    /// <summary>Done when the asker has the answer; null: nothing.</summary>
    public Action? Afterwards { get; init; }

    public void Add(params object?[] cells)
    {
        if (cells.Length != columns.Count)
        {
            throw new ArgumentException($"{title}: {cells.Length} cells for {columns.Count} columns", nameof(cells));
        }

        _rows.Add(cells);
    }

    public void Note(string note) => _notes.Add(note);
}
