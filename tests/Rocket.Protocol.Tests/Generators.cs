using System.Text;
using CsCheck;

namespace Rocket.Protocol.Tests;

/// <summary>Values for property tests. CsCheck prints the seed of a failing sample.</summary>
internal static class Generators
{
    /// <summary>Letters, what JSON escapes, the separators of properties, two to four byte characters.</summary>
    private static readonly Gen<Rune> AnyRune = Gen.OneOf(
        Gen.Int[' ', '~'].Select(code => new Rune(code)),
        Gen.Int[0, 31].Select(code => new Rune(code)),
        Gen.OneOf('"', '\\', '/', '\u007F', '\u0001', '\u0002', '\u2028').Select(character => new Rune(character)),
        Gen.Int[0x80, 0xD7FF].Select(code => new Rune(code)),
        Gen.Int[0xE000, 0x10FFFF].Select(code => new Rune(code)));

    /// <summary>Any Unicode text, also none.</summary>
    public static readonly Gen<string> Text = AnyRune.Array[0, 40].Select(runes => string.Concat(runes.Select(rune => rune.ToString())));

    /// <summary>Unicode text of at least one character.</summary>
    public static readonly Gen<string> SomeText = AnyRune.Array[1, 40].Select(runes => string.Concat(runes.Select(rune => rune.ToString())));

    /// <summary>Text that may stand in a property: no separators.</summary>
    public static readonly Gen<string> PropertyText =
        SomeText.Select(text => text.Replace('\u0001', 'x').Replace('\u0002', 'y'));

    public static readonly Gen<byte[]> Bytes = Gen.Byte.Array[0, 300];

    public static readonly Gen<byte[]> Host = Gen.Bool.SelectMany(v6 => Gen.Byte.Array[v6 ? 16 : 4]);

    public static readonly Gen<Rocket.Protocol.Framing.SerializeType> SerializeType = Gen.OneOf(Rocket.Protocol.Framing.SerializeType.Json, Rocket.Protocol.Framing.SerializeType.RocketMq);

    public static readonly Gen<int> AnyInt32 = Gen.OneOf(Gen.Int, Gen.OneOf(int.MinValue, -1, 0, 1, int.MaxValue));

    public static readonly Gen<long> AnyInt64 = Gen.OneOf(Gen.Long, Gen.OneOf(long.MinValue, -1L, 0L, 1L, long.MaxValue));
}
