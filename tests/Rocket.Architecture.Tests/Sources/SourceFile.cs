using System.Text.RegularExpressions;

namespace Rocket.Architecture.Tests.Sources;

/// <summary>One C# file: as it stands in <see cref="Text"/>, and without what is said in comments and quotes in <see cref="Code"/>.</summary>
public sealed partial record SourceFile(string Path, string Text, string Code)
{
    public int Lines => Text.AsSpan().TrimEnd('\n').Count('\n') + 1;

    public bool IsIn(string folder) => Path.StartsWith(folder + "/", StringComparison.Ordinal);

    public static SourceFile Read(string path)
    {
        var text = File.ReadAllText(path);
        return new SourceFile(Repository.RelativePath(path), text, WithoutCommentsAndQuotes(text));
    }

    /// <summary>Keeps the line breaks of what it drops, so that a position is on the same line in both texts.</summary>
    public static string WithoutCommentsAndQuotes(string text) =>
        CommentsAndQuotes().Replace(text, dropped => new string('\n', dropped.ValueSpan.Count('\n')));

    /// <summary>"path:line: what matched" for each match in the code.</summary>
    public IEnumerable<string> Matches(Regex pattern) => Matches(pattern, Code);

    public IEnumerable<string> MatchesInText(Regex pattern) => Matches(pattern, Text);

    private IEnumerable<string> Matches(Regex pattern, string where) =>
        pattern.Matches(where).Select(match => $"{Path}:{where.AsSpan(0, match.Index).Count('\n') + 1}: {match.Value.ReplaceLineEndings(" ")}");

    // In this order, because each may hold what the later ones start with: comments, raw strings (three quotes or more), verbatim ones, plain ones, characters.
    // What is interpolated goes with its string.
    [GeneratedRegex(""""
        //[^\n]*
        | /\*.*?\*/
        | \$*(?<quotes>"{3,}).*?\k<quotes>
        | (\$@|@\$|@)"(""|[^"])*"
        | \$?"(\\.|[^"\\\n])*"
        | '(\\[^\n]+?|[^'\\\n])'
        """", RegexOptions.Singleline | RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture)]
    private static partial Regex CommentsAndQuotes();
}
