namespace Rocket.Protocol.Headers;

/// <summary>The language a peer says it is written in: a name in JSON headers, this number in binary ones. Nobody may rely on it.</summary>
public enum LanguageCode : byte
{
    Java = 0,
    Cpp = 1,
    DotNet = 2,
    Python = 3,
    Delphi = 4,
    Erlang = 5,
    Ruby = 6,

    /// <summary>Also stands for every language that is not in this list.</summary>
    Other = 7,
    Http = 8,
    Go = 9,
    Php = 10,
    Oms = 11,
    Rust = 12,
    NodeJs = 13,
}
