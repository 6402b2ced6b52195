using System.Text.Json;

namespace Rocket.TestClient.Json;

/// <summary>A topic of one broker as tools read it.</summary>
public sealed record TopicConfig(string TopicName, int ReadQueueNums, int WriteQueueNums, int Perm, int TopicSysFlag, bool Order, string TopicFilterType)
{
    internal static TopicConfig Parse(JsonElement json) => new(
        json.Text("topicName"), json.Number("readQueueNums"), json.Number("writeQueueNums"), json.Number("perm"), json.Number("topicSysFlag"),
        json.GetProperty("order").GetBoolean(), json.Text("topicFilterType"));
}
