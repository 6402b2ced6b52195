using System.Text.Json;

namespace Rocket.TestClient.Json;

/// <summary>Body of a question about a subscription (code 46).</summary>
public sealed record ClientConfig(string ClientId, string Group, SubscriptionData Subscription)
{
    public byte[] ToJson()
    {
        using var output = new MemoryStream();
        using (var writer = new Utf8JsonWriter(output))
        {
            writer.WriteStartObject();
            writer.WriteString("clientId", ClientId);
            writer.WriteString("group", Group);
            writer.WritePropertyName("subscriptionData");
            Subscription.Write(writer);
            writer.WriteEndObject();
        }

        return output.ToArray();
    }
}
