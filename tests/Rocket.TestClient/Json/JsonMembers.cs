using System.Text.Json;
using Rocket.TestClient.Wire;

namespace Rocket.TestClient.Json;

/// <summary>Members of a JSON object that must be there and of the right kind.</summary>
internal static class JsonMembers
{
    public static string Text(this JsonElement element, string name) =>
        element.Member(name, JsonValueKind.String).GetString()!;

    public static string? OptionalText(this JsonElement element, string name) =>
        element.TryGetProperty(name, out var member) && member.ValueKind != JsonValueKind.Null ? element.Text(name) : null;

    public static int Number(this JsonElement element, string name) =>
        element.Member(name, JsonValueKind.Number).GetInt32();

    public static JsonElement[] Items(this JsonElement element, string name) =>
        [.. element.Member(name, JsonValueKind.Array).EnumerateArray()];

    public static JsonProperty[] Entries(this JsonElement element, string name) =>
        [.. element.Member(name, JsonValueKind.Object).EnumerateObject()];

    private static JsonElement Member(this JsonElement element, string name, JsonValueKind kind)
    {
        if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out var member) || member.ValueKind != kind)
        {
            throw new RemotingFormatException($"member {name} ({kind}) is not in {element.GetRawText()}");
        }

        return member;
    }
}
