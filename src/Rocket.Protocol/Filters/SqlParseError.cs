namespace Rocket.Protocol.Filters;

/// <summary>Why a text is no SQL92 expression; <see cref="ToString"/> is meant for the remark of an answer.</summary>
/// <param name="Line">Line of the text, from 1.</param>
/// <param name="Column">Character of that line, from 1.</param>
/// <param name="Reason">What is wrong there, or what was expected and what stands there instead.</param>
public sealed record SqlParseError(int Line, int Column, string Reason)
{
    /// <inheritdoc/>
    public override string ToString() => $"line {Line}, column {Column}: {Reason}";

    internal static SqlParseError At(ReadOnlySpan<char> text, int position, string reason)
    {
        var before = text[..position];
        return new SqlParseError(before.Count('\n') + 1, position - (before.LastIndexOf('\n') + 1) + 1, reason);
    }
}
