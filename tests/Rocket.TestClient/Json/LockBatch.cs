using System.Text.Json;

namespace Rocket.TestClient.Json;

/// <summary>Body of codes 41 and 42.</summary>
public sealed record LockBatch(string ConsumerGroup, string ClientId, IReadOnlyList<MessageQueue> Queues)
{
    public byte[] ToJson()
    {
        using var output = new MemoryStream();
        using (var writer = new Utf8JsonWriter(output))
        {
            writer.WriteStartObject();
            writer.WriteString("clientId", ClientId);
            writer.WriteString("consumerGroup", ConsumerGroup);
            writer.WriteStartArray("mqSet");
            foreach (var queue in Queues)
            {
                queue.Write(writer);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return output.ToArray();
    }
}
