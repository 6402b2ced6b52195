using System.Text;

namespace Rocket.Host.Commands.Terminal;

/// <summary>Cuts a line of the prompt into words as a shell does: blanks separate, quotes hold together, a backslash takes the next character as it is.</summary>
internal static class WordSplitter
{
    /// <summary>The words; false when a quote is not closed.</summary>
    public static bool TrySplit(string line, out IReadOnlyList<string> words)
    {
        var found = new List<string>();
        var word = new StringBuilder();
        var isWord = false;
        char? quote = null;
        for (var index = 0; index < line.Length; index++)
        {
            var character = line[index];
            if (character == '\\' && quote != '\'' && index + 1 < line.Length)
            {
                word.Append(line[++index]);
                isWord = true;
            }
            else if (character == quote)
            {
                quote = null;
            }
            else if (quote is null && character is '"' or '\'')
            {
                quote = character;
                isWord = true;
            }
            else if (quote is null && char.IsWhiteSpace(character))
            {
                if (isWord)
                {
                    found.Add(word.ToString());
                }

                word.Clear();
                isWord = false;
            }
            else
            {
                word.Append(character);
                isWord = true;
            }
        }

        if (isWord)
        {
            found.Add(word.ToString());
        }

        words = found;
        return quote is null;
    }
}
