namespace Rocket.TestClient.Wire;

/// <summary>Who speaks. In binary headers the number travels, in JSON headers the name.</summary>
public enum LanguageCode : byte
{
    Java = 0,
    Cpp = 1,
    DotNet = 2,
    Python = 3,
    Delphi = 4,
    Erlang = 5,
    Ruby = 6,
    Other = 7,
    Http = 8,
    Go = 9,
    Php = 10,
    Oms = 11,
    Rust = 12,
    NodeJs = 13,
}

/// <summary>The names of <see cref="LanguageCode"/> as they stand in JSON headers.</summary>
public static class LanguageNames
{
    private static readonly string[] Names =
    [
        "JAVA", "CPP", "DOTNET", "PYTHON", "DELPHI", "ERLANG", "RUBY", "OTHER", "HTTP", "GO", "PHP", "OMS", "RUST", "NODE_JS",
    ];

    /// <exception cref="ArgumentOutOfRangeException">The number has no name.</exception>
    public static string Of(LanguageCode language) =>
        (int)language < Names.Length ? Names[(int)language] : throw new ArgumentOutOfRangeException(nameof(language), language, "language without a name");

    /// <exception cref="RemotingFormatException">The name is none of the protocol's.</exception>
    public static LanguageCode Parse(string? name)
    {
        var index = Array.IndexOf(Names, name);
        return index >= 0 ? (LanguageCode)index : throw new RemotingFormatException($"language \"{name}\" is none of the protocol's");
    }
}
