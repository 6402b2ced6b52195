namespace Rocket.Protocol.Filters;

/// <summary>A few characters of an expression for an error text, which ends up in remarks and in the log: in one line, and never long.</summary>
internal static class SqlExcerpt
{
    private const int MostCharacters = 32;

    public static string Of(ReadOnlySpan<char> text)
    {
        var excerpt = text.Length <= MostCharacters ? text.ToString() : $"{text[..MostCharacters]}…";
        return string.Create(excerpt.Length, excerpt, static (shown, source) =>
        {
            for (var i = 0; i < shown.Length; i++)
            {
                shown[i] = char.IsControl(source[i]) ? '?' : source[i];
            }
        });
    }
}
