using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Rocket.TestClient.Wire;

namespace Rocket.TestClient.Json;

/// <summary>A JSON body, and whether it was standard JSON: older Java servers write maps with unquoted integer keys.</summary>
internal sealed partial record ProtocolJson(JsonElement Root, bool IsStandard)
{
    /// <exception cref="RemotingFormatException">Not JSON, not even with unquoted integer keys.</exception>
    public static ProtocolJson Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            return new ProtocolJson(ParseStandard(body), true);
        }
        catch (JsonException first)
        {
            try
            {
                var quoted = UnquotedKey().Replace(Encoding.UTF8.GetString(body.Span), "$1\"$2\":");
                return new ProtocolJson(ParseStandard(Encoding.UTF8.GetBytes(quoted)), false);
            }
            catch (JsonException)
            {
                throw new RemotingFormatException($"body is no JSON: {first.Message} in {Encoding.UTF8.GetString(body.Span)}", first);
            }
        }
    }

    private static JsonElement ParseStandard(ReadOnlyMemory<byte> body)
    {
        using var document = JsonDocument.Parse(body);
        return document.RootElement.Clone();
    }

    [GeneratedRegex(@"([{,])(-?\d+):")]
    private static partial Regex UnquotedKey();
}
