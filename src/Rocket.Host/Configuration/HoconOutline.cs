namespace Rocket.Host.Configuration;

/// <summary>
/// Which key stands in which line of a HOCON text, and whether the text is whole.
/// </summary>
/// <remarks>
/// Akka's parser gives the values, but it tells no lines and forgives too much: what follows a superfluous <c>}</c> is dropped, a
/// missing one is made up, and <c>+=</c> becomes part of a name. A broker must not start with half of its configuration, so the
/// text is read by both, and this reader is the strict one. It takes what Akka's parser understands: no <c>include</c>, one key a line.
/// </remarks>
internal sealed class HoconOutline
{
    private const string NotInUnquotedText = "$\"{}[]:=,#`^?!@*&\\";
    private const string NotInUnquotedKey = NotInUnquotedText + ".+";

    private const string NoInclude = "include is not supported: put all keys in one file";

    private readonly string _text;
    private readonly Dictionary<SettingPath, int> _lines = [];
    private int _at;
    private int _line = 1;

    private HoconOutline(string text) => _text = text;

    /// <summary>Line of each key, sections included; the last one when a key is set twice.</summary>
    public IReadOnlyDictionary<SettingPath, int> Lines => _lines;

    /// <summary>The first mistake; null when there is none.</summary>
    public HoconMistake? Mistake { get; private set; }

    /// <summary>Reads a text; never throws.</summary>
    public static HoconOutline Read(string text)
    {
        var outline = new HoconOutline(text);
        try
        {
            outline.ReadRoot();
        }
        catch (MistakeException mistake)
        {
            outline.Mistake = new HoconMistake(mistake.Line, mistake.Message);
        }

        return outline;
    }

    private void ReadRoot()
    {
        SkipBlanksAndComments();
        var braced = TryTake('{');
        ReadKeys([], braced ? 1 : 0);
        SkipBlanksAndComments();
        if (!AtEnd)
        {
            throw Wrong(Next == '}' ? "this '}' closes nothing" : $"unexpected '{Next}' behind the closing '}}'");
        }
    }

    // Ends behind the '}' that closes the section opened in openedIn, or (0: the text itself) in front of a '}' or at the end.
    private void ReadKeys(List<string> parents, int openedIn)
    {
        while (true)
        {
            SkipBlanksAndComments();
            if (AtEnd && openedIn > 0)
            {
                throw new MistakeException(openedIn, "the '{' of this line is never closed");
            }

            if (AtEnd || (openedIn == 0 && Next == '}'))
            {
                return;
            }

            if (TryTake('}'))
            {
                return;
            }

            ReadKey(parents);
        }
    }

    private void ReadKey(List<string> parents)
    {
        var line = _line;
        var path = new List<string>(parents);
        do
        {
            path.Add(ReadName());
            _lines[SettingPath.Of([.. path])] = line;
            SkipBlanks();
        }
        while (TryTake('.'));

        var key = SettingPath.Of([.. path]);
        SkipBlanksAndComments();
        var opening = _line;
        if (TryTake('{'))
        {
            ReadKeys(path, opening);
            SkipBlanks();
            if (!AtEnd && Next == ',')
            {
                throw Wrong("no ',' is wanted behind a section's '}'; put each key on a line of its own");
            }

            return;
        }

        if (!TryTake('=') && !TryTake(':'))
        {
            throw new MistakeException(line, path[^1] == "include" ? NoInclude : $"{key} has no value; wanted: {key} = value");
        }

        SkipBlanksAndComments();
        if (!ReadValue(path))
        {
            throw new MistakeException(line, $"{key} has no value");
        }

        SkipBlanks();
        TryTake(',');
    }

    private string ReadName()
    {
        if (Next == '"')
        {
            return ReadQuoted();
        }

        var start = _at;
        while (!AtEnd && !AtComment && Next is not ('\r' or '\n') && !NotInUnquotedKey.Contains(Next, StringComparison.Ordinal))
        {
            _at++;
        }

        var name = _text[start.._at].Trim();
        if (name.Length == 0)
        {
            throw Wrong(AtEnd ? "a key is missing behind the '.'" : $"unexpected '{Next}' where a key should begin");
        }

        if (name.StartsWith("include ", StringComparison.Ordinal) || (name == "include" && !AtEnd && Next == '"'))
        {
            throw Wrong(NoInclude);
        }

        if (name.Any(char.IsWhiteSpace))
        {
            throw Wrong($"a blank in the key '{name}'; put each key on a line of its own");
        }

        return name;
    }

    // One value: pieces on one line, which HOCON joins. False when there is none.
    private bool ReadValue(List<string> path)
    {
        var any = false;
        while (!AtEnd && !AtComment && Next is not ('\r' or '\n' or ',' or '}' or ']'))
        {
            ReadPiece(path);
            any = true;
            SkipBlanks();
        }

        return any;
    }

    private void ReadPiece(List<string> path)
    {
        var opening = _line;
        if (TryTake('{'))
        {
            ReadKeys(path, opening);
        }
        else if (TryTake('['))
        {
            ReadList(path, opening);
        }
        else if (Next == '"')
        {
            ReadQuoted();
        }
        else if (Next == '$')
        {
            ReadSubstitution();
        }
        else if (NotInUnquotedText.Contains(Next, StringComparison.Ordinal))
        {
            throw Wrong(Next is '=' or ':'
                ? $"a value with '{Next}' in it stands in double quotes, and each key on a line of its own"
                : $"a value with '{Next}' in it stands in double quotes");
        }
        else
        {
            while (!AtEnd && !AtComment && !char.IsWhiteSpace(Next) && !NotInUnquotedText.Contains(Next, StringComparison.Ordinal))
            {
                _at++;
            }
        }
    }

    private void ReadList(List<string> path, int openedIn)
    {
        while (true)
        {
            SkipBlanksAndComments();
            if (AtEnd)
            {
                throw new MistakeException(openedIn, "the '[' of this line is never closed");
            }

            if (TryTake(']'))
            {
                return;
            }

            if (!ReadValue(path))
            {
                throw Wrong($"unexpected '{Next}' in a list");
            }

            SkipBlanksAndComments();
            TryTake(',');
        }
    }

    private string ReadQuoted()
    {
        var opening = _line;
        if (_text.AsSpan(_at).StartsWith("\"\"\""))
        {
            var end = _text.IndexOf("\"\"\"", _at + 3, StringComparison.Ordinal);
            if (end < 0)
            {
                throw new MistakeException(opening, "the \"\"\" of this line is never closed");
            }

            var block = _text[(_at + 3)..end];
            _line += block.Count(c => c == '\n');
            _at = end + 3;
            return block;
        }

        _at++;
        var name = new System.Text.StringBuilder();
        while (!AtEnd && Next is not ('"' or '\n'))
        {
            name.Append(Next == '\\' ? ReadEscape() : _text[_at++]);
        }

        if (!TryTake('"'))
        {
            throw new MistakeException(opening, "the '\"' of this line is never closed");
        }

        return name.ToString();
    }

    private char ReadEscape()
    {
        _at++;
        var escape = AtEnd ? '\0' : _text[_at++];
        switch (escape)
        {
            case '"' or '\\' or '/':
                return escape;
            case 'b':
                return '\b';
            case 'f':
                return '\f';
            case 'n':
                return '\n';
            case 'r':
                return '\r';
            case 't':
                return '\t';
            case 'u' when _at + 4 <= _text.Length
                && ushort.TryParse(_text.AsSpan(_at, 4), System.Globalization.NumberStyles.AllowHexSpecifier, null, out var code):
                _at += 4;
                return (char)code;
            default:
                throw Wrong("'\\' in double quotes begins an escape (\\\\ \\\" \\n \\t \\uXXXX); write \\\\ for the character itself");
        }
    }

    private void ReadSubstitution()
    {
        var end = _text.AsSpan(_at).StartsWith("${") ? _text.IndexOf('}', _at) : -1;
        if (end < 0)
        {
            throw Wrong("a value with '$' in it stands in double quotes");
        }

        if (_text.AsSpan(_at, end - _at).ContainsAny('\n', '?'))
        {
            throw Wrong("only ${key} is supported, for a key of the same file");
        }

        _at = end + 1;
    }

    private bool AtEnd => _at >= _text.Length;

    private char Next => AtEnd ? '\0' : _text[_at];

    private bool AtComment => Next == '#' || (Next == '/' && _at + 1 < _text.Length && _text[_at + 1] == '/');

    private bool TryTake(char wanted)
    {
        if (AtEnd || Next != wanted)
        {
            return false;
        }

        _at++;
        return true;
    }

    private void SkipBlanks()
    {
        while (!AtEnd && Next != '\n' && char.IsWhiteSpace(Next))
        {
            _at++;
        }
    }

    private void SkipBlanksAndComments()
    {
        while (!AtEnd && (AtComment || char.IsWhiteSpace(Next)))
        {
            if (AtComment)
            {
                while (!AtEnd && Next != '\n')
                {
                    _at++;
                }
            }
            else if (_text[_at++] == '\n')
            {
                _line++;
            }
        }
    }

    private MistakeException Wrong(string text) => new(_line, text);

    private sealed class MistakeException(int line, string text) : Exception(text)
    {
        public int Line { get; } = line;
    }
}
