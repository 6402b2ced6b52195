using System.Text;

namespace Rocket.Protocol.Headers;

/// <summary>The names of <see cref="LanguageCode"/> in JSON headers.</summary>
public static class LanguageNames
{
    /// <summary>Name of a language as RocketMQ spells it.</summary>
    public static ReadOnlySpan<byte> Of(LanguageCode language) => language switch
    {
        LanguageCode.Java => "JAVA"u8,
        LanguageCode.Cpp => "CPP"u8,
        LanguageCode.DotNet => "DOTNET"u8,
        LanguageCode.Python => "PYTHON"u8,
        LanguageCode.Delphi => "DELPHI"u8,
        LanguageCode.Erlang => "ERLANG"u8,
        LanguageCode.Ruby => "RUBY"u8,
        LanguageCode.Http => "HTTP"u8,
        LanguageCode.Go => "GO"u8,
        LanguageCode.Php => "PHP"u8,
        LanguageCode.Oms => "OMS"u8,
        LanguageCode.Rust => "RUST"u8,
        LanguageCode.NodeJs => "NODE_JS"u8,
        _ => "OTHER"u8,
    };

    /// <summary>The same as a string, for bodies.</summary>
    public static string TextOf(LanguageCode language) => Encoding.ASCII.GetString(Of(language));

    /// <summary>Language of a name in any case; <see cref="LanguageCode.Other"/> when it is none of ours.</summary>
    internal static LanguageCode Parse(ReadOnlySpan<byte> name)
    {
        for (var language = LanguageCode.Java; language <= LanguageCode.NodeJs; language++)
        {
            if (Ascii.EqualsIgnoreCase(name, Of(language)))
            {
                return language;
            }
        }

        return LanguageCode.Other;
    }

    /// <summary>Language of a number; <see cref="LanguageCode.Other"/> when it is none of ours.</summary>
    internal static LanguageCode FromNumber(int number) =>
        number is >= (int)LanguageCode.Java and <= (int)LanguageCode.NodeJs ? (LanguageCode)number : LanguageCode.Other;
}
