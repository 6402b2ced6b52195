namespace Rocket.Protocol.Filters;

/// <summary>Cuts an expression into tokens; blanks and comments stand between them. Never throws.</summary>
internal ref struct SqlTokenizer(ReadOnlySpan<char> text)
{
    private readonly ReadOnlySpan<char> _text = text;
    private int _position;

    /// <summary>What is wrong with a token that is broken.</summary>
    public string Reason { get; private set; } = string.Empty;

    public SqlToken Next()
    {
        if (!TrySkipBlanks(out var comment))
        {
            return Broken(comment, "this comment is not closed by */");
        }

        if (_position == _text.Length)
        {
            return new SqlToken(SqlTokenKind.End, _position, 0);
        }

        return _text[_position] switch
        {
            '\'' => Text(),
            var first when IsNameStart(first) => Name(),
            var first when char.IsAsciiDigit(first) || (first == '.' && DigitsFrom(_position + 1) > 0) => Number(),
            _ => Sign(),
        };
    }

    private bool TrySkipBlanks(out int comment)
    {
        comment = 0;
        while (_position < _text.Length)
        {
            var rest = _text[_position..];
            if (rest[0] is ' ' or '\t' or '\n' or '\r' or '\f')
            {
                _position++;
            }
            else if (rest.StartsWith("--"))
            {
                var end = rest.IndexOfAny('\n', '\r');
                _position = end < 0 ? _text.Length : _position + end;
            }
            else if (rest.StartsWith("/*"))
            {
                comment = _position;
                var end = rest[2..].IndexOf("*/");
                if (end < 0)
                {
                    return false;
                }

                _position += 2 + end + 2;
            }
            else
            {
                return true;
            }
        }

        return true;
    }

    private SqlToken Text()
    {
        var start = _position;
        var end = start + 1;
        while (true)
        {
            var quote = _text[end..].IndexOf('\'');
            if (quote < 0)
            {
                return Broken(start, "this text is not closed by '");
            }

            end += quote + 1;
            // Two of them stand for one, and the text goes on.
            if (end == _text.Length || _text[end] != '\'')
            {
                return Token(SqlTokenKind.Text, end);
            }

            end++;
        }
    }

    private SqlToken Name()
    {
        var end = _position + 1;
        while (end < _text.Length && (IsNameStart(_text[end]) || char.IsAsciiDigit(_text[end])))
        {
            end++;
        }

        return Token(KindOf(_text[_position..end]), end);
    }

    private SqlToken Number()
    {
        var end = _position + DigitsFrom(_position);
        var isDecimal = end < _text.Length && _text[end] == '.';
        if (isDecimal)
        {
            end++;
            end += DigitsFrom(end);
        }

        if (ExponentFrom(end) is var exponent and > 0)
        {
            end += exponent;
            isDecimal = true;
        }

        if (!isDecimal && end < _text.Length && _text[end] is 'l' or 'L')
        {
            end++;
        }

        return Token(isDecimal ? SqlTokenKind.Decimal : SqlTokenKind.Integer, end);
    }

    private SqlToken Sign()
    {
        var second = _position + 1 < _text.Length ? _text[_position + 1] : '\0';
        var (kind, length) = (_text[_position], second) switch
        {
            ('=', _) => (SqlTokenKind.Equal, 1),
            ('<', '>') => (SqlTokenKind.NotEqual, 2),
            ('<', '=') => (SqlTokenKind.LessOrEqual, 2),
            ('<', _) => (SqlTokenKind.Less, 1),
            ('>', '=') => (SqlTokenKind.GreaterOrEqual, 2),
            ('>', _) => (SqlTokenKind.Greater, 1),
            ('(', _) => (SqlTokenKind.Open, 1),
            (')', _) => (SqlTokenKind.Close, 1),
            (',', _) => (SqlTokenKind.Comma, 1),
            ('+', _) => (SqlTokenKind.Plus, 1),
            ('-', _) => (SqlTokenKind.Minus, 1),
            _ => (SqlTokenKind.Broken, 0),
        };
        if (kind != SqlTokenKind.Broken)
        {
            return Token(kind, _position + length);
        }

        var shown = char.IsSurrogatePair(_text[_position], second) ? 2 : 1;
        return Broken(_position, $"{SqlExcerpt.Of(_text.Slice(_position, shown))} has no meaning here");
    }

    private SqlToken Token(SqlTokenKind kind, int end)
    {
        var token = new SqlToken(kind, _position, end - _position);
        _position = end;
        return token;
    }

    private SqlToken Broken(int start, string reason)
    {
        Reason = reason;
        return new SqlToken(SqlTokenKind.Broken, start, 0);
    }

    private readonly int DigitsFrom(int position)
    {
        var end = position;
        while (end < _text.Length && char.IsAsciiDigit(_text[end]))
        {
            end++;
        }

        return end - position;
    }

    /// <summary>Characters of the exponent that begins here; 0: none does.</summary>
    private readonly int ExponentFrom(int position)
    {
        if (position >= _text.Length || _text[position] is not ('e' or 'E'))
        {
            return 0;
        }

        var sign = position + 1 < _text.Length && _text[position + 1] is '+' or '-' ? 1 : 0;
        var digits = DigitsFrom(position + 1 + sign);
        return digits == 0 ? 0 : 1 + sign + digits;
    }

    private static bool IsNameStart(char c) => char.IsAsciiLetter(c) || c is '_' or '$';

    private static SqlTokenKind KindOf(ReadOnlySpan<char> word)
    {
        foreach (var (keyword, kind) in Keywords)
        {
            if (word.Equals(keyword, StringComparison.OrdinalIgnoreCase))
            {
                return kind;
            }
        }

        return SqlTokenKind.Name;
    }

    private static readonly (string Word, SqlTokenKind Kind)[] Keywords =
    [
        ("AND", SqlTokenKind.And), ("OR", SqlTokenKind.Or), ("NOT", SqlTokenKind.Not), ("IS", SqlTokenKind.Is), ("NULL", SqlTokenKind.Null),
        ("TRUE", SqlTokenKind.True), ("FALSE", SqlTokenKind.False), ("IN", SqlTokenKind.In), ("BETWEEN", SqlTokenKind.Between),
        ("CONTAINS", SqlTokenKind.Contains), ("STARTSWITH", SqlTokenKind.StartsWith), ("ENDSWITH", SqlTokenKind.EndsWith),
    ];
}
