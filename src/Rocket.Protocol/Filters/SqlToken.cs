namespace Rocket.Protocol.Filters;

internal enum SqlTokenKind
{
    End,

    /// <summary>No token at all; <see cref="SqlTokenizer.Reason"/> says why.</summary>
    Broken,

    Name,
    Text,
    Integer,
    Decimal,
    Equal,
    NotEqual,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
    Open,
    Close,
    Comma,
    Plus,
    Minus,
    Not,
    And,
    Or,
    Between,
    In,
    True,
    False,
    Null,
    Is,
    Contains,
    StartsWith,
    EndsWith,
}

/// <summary>One word, number, text or sign of an expression.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Start">Its first character, from 0.</param>
/// <param name="Length">How many characters it has; 0 for the end.</param>
internal readonly record struct SqlToken(SqlTokenKind Kind, int Start, int Length);
