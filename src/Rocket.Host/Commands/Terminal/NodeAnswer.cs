using System.Text.Json;
using Rocket.Host.Commands.Http;

namespace Rocket.Host.Commands.Terminal;

/// <summary>What a node has answered to a command: a table, or an error.</summary>
internal sealed class NodeAnswer
{
    private NodeAnswer(string json)
    {
        Json = json;
    }

    /// <summary>As it came.</summary>
    public string Json { get; }

    public string Title { get; private init; } = "";

    public IReadOnlyList<string> Columns { get; private init; } = [];

    public IReadOnlyList<IReadOnlyList<AnswerCell>> Rows { get; private init; } = [];

    public IReadOnlyList<string> Notes { get; private init; } = [];

    /// <summary>Why nothing was done; null: it was done.</summary>
    public string? ErrorMessage { get; private init; }

    /// <summary>How <c>cmd</c> ends after this answer.</summary>
    public int ExitCode { get; private init; }

    /// <summary>Reads an answer; null: no node of Rocket answers like that.</summary>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public static NodeAnswer? Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        if (root.TryGetProperty("error", out var error))
        {
            return TextOf(error, "code") is { } code && TextOf(error, "message") is { } message
                ? new NodeAnswer(json) { ErrorMessage = message, ExitCode = code == FailureStatus.WrongWords ? ExitCodes.WrongWords : ExitCodes.Refused }
                : null;
        }

        return TextOf(root, "title") is { } title && TextsOf(root, "columns") is { } columns && RowsOf(root) is { } rows
            ? new NodeAnswer(json) { Title = title, Columns = columns, Rows = rows, Notes = TextsOf(root, "notes") ?? [] }
            : null;
    }

    private static string? TextOf(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static List<string>? TextsOf(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var values) && values.ValueKind == JsonValueKind.Array
            ? [.. values.EnumerateArray().Select(value => AnswerCell.Of(value).Text)]
            : null;

    private static List<IReadOnlyList<AnswerCell>>? RowsOf(JsonElement root) =>
        root.TryGetProperty("rows", out var rows) && rows.ValueKind == JsonValueKind.Array
            && rows.EnumerateArray().All(row => row.ValueKind == JsonValueKind.Array)
            ? [.. rows.EnumerateArray().Select(row => (IReadOnlyList<AnswerCell>)[.. row.EnumerateArray().Select(AnswerCell.Of)])]
            : null;
}
