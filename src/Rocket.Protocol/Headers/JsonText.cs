using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Rocket.Protocol.Headers;

/// <summary>Writes the inside of a JSON string.</summary>
internal static class JsonText
{
    private static readonly SearchValues<byte> Escaped = SearchValues.Create(
        [.. Enumerable.Range(0, ' ').Select(code => (byte)code), (byte)'"', (byte)'\\']);

    /// <summary>Appends text with what JSON wants escaped; bytes that are no UTF-8 become U+FFFD, so the header stays valid.</summary>
    public static void Append(HeaderScratch output, ReadOnlySpan<byte> utf8)
    {
        if (!Utf8.IsValid(utf8))
        {
            utf8 = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(utf8));
        }

        while (true)
        {
            var plain = utf8.IndexOfAny(Escaped);
            if (plain < 0)
            {
                output.Write(utf8);
                return;
            }

            output.Write(utf8[..plain]);
            AppendEscaped(output, utf8[plain]);
            utf8 = utf8[(plain + 1)..];
        }
    }

    private static void AppendEscaped(HeaderScratch output, byte character)
    {
        if (character is (byte)'"' or (byte)'\\')
        {
            output.Write((byte)'\\');
            output.Write(character);
            return;
        }

        var hex = "0123456789abcdef"u8;
        output.Write("\\u00"u8);
        output.Write(hex[character >> 4]);
        output.Write(hex[character & 0xF]);
    }
}
