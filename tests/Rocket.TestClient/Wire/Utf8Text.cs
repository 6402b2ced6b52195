using System.Text;

namespace Rocket.TestClient.Wire;

/// <summary>Text from bytes that must be valid UTF-8.</summary>
internal static class Utf8Text
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <exception cref="RemotingFormatException">The bytes are not UTF-8.</exception>
    public static string Decode(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException problem)
        {
            throw new RemotingFormatException($"text is not UTF-8: {Convert.ToHexString(bytes)}", problem);
        }
    }
}
