using System.Text.Json;

namespace Rocket.TestClient.Json;

/// <summary>One queue of a topic on one broker, as bodies of 41 and 42 name it.</summary>
public sealed record MessageQueue(string Topic, string BrokerName, int QueueId)
{
    internal static MessageQueue Parse(JsonElement json) => new(json.Text("topic"), json.Text("brokerName"), json.Number("queueId"));

    internal void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("brokerName", BrokerName);
        writer.WriteNumber("queueId", QueueId);
        writer.WriteString("topic", Topic);
        writer.WriteEndObject();
    }
}
