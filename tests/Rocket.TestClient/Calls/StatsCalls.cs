using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Connections;
using Rocket.TestClient.Json;
using Rocket.TestClient.Wire;

namespace Rocket.TestClient.Calls;

/// <summary>How far a group has come in one queue, as 208 tells it.</summary>
public sealed record QueueProgress(long BrokerOffset, long ConsumerOffset, long LastTimestamp);

/// <summary>Answer to 208. Its table has objects as keys, which no JSON reader takes.</summary>
public sealed partial class ConsumeStatsAnswer(RemotingCommand command) : Answer(command)
{
    /// <exception cref="RemotingFormatException">The body is not as RocketMQ writes it.</exception>
    public IReadOnlyDictionary<MessageQueue, QueueProgress> Offsets
    {
        get
        {
            var table = Table().Match(BodyText);
            if (!table.Success)
            {
                throw new RemotingFormatException($"no table of offsets in {BodyText}");
            }

            return table.Groups["key"].Captures.Zip(table.Groups["value"].Captures)
                .ToDictionary(pair => MessageQueue.Parse(Parse(pair.First.Value)), pair => ProgressOf(Parse(pair.Second.Value)));
        }
    }

    private static JsonElement Parse(string text)
    {
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }

    private static QueueProgress ProgressOf(JsonElement json) => new(
        json.GetProperty("brokerOffset").GetInt64(), json.GetProperty("consumerOffset").GetInt64(), json.GetProperty("lastTimestamp").GetInt64());

    [GeneratedRegex("""^\{"consumeTps":[0-9.]+,"offsetTable":\{((?<key>\{[^{}]*\}):(?<value>\{[^{}]*\}),?)*\}\}$""")]
    private static partial Regex Table();
}

/// <summary>What is in one queue, as 202 tells it.</summary>
public sealed record QueueContent(long MinOffset, long MaxOffset, long LastUpdateTimestamp);

/// <summary>Answer to 202. Its table has objects as keys, which no JSON reader takes.</summary>
public sealed partial class TopicStatsAnswer(RemotingCommand command) : Answer(command)
{
    /// <exception cref="RemotingFormatException">The body is not as RocketMQ writes it.</exception>
    public IReadOnlyDictionary<MessageQueue, QueueContent> Queues
    {
        get
        {
            var table = Table().Match(BodyText);
            return table.Success
                ? table.Groups["key"].Captures.Zip(table.Groups["value"].Captures)
                    .ToDictionary(pair => MessageQueue.Parse(ProtocolJson.Parse(Bytes(pair.First.Value)).Root), pair => ContentOf(ProtocolJson.Parse(Bytes(pair.Second.Value)).Root))
                : throw new RemotingFormatException($"no table of offsets in {BodyText}");
        }
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static QueueContent ContentOf(JsonElement json) => new(
        json.GetProperty("minOffset").GetInt64(), json.GetProperty("maxOffset").GetInt64(), json.GetProperty("lastUpdateTimestamp").GetInt64());

    [GeneratedRegex("""^\{"offsetTable":\{((?<key>\{[^{}]*\}):(?<value>\{[^{}]*\}),?)*\}\}$""")]
    private static partial Regex Table();
}

/// <summary>What tools ask a broker about consumers and topics.</summary>
public static class StatsCalls
{
    /// <param name="topic">Null: every topic that the group has offsets in.</param>
    public static async Task<ConsumeStatsAnswer> ConsumeStatsAsync(
        this RemotingConnection connection, string consumerGroup, string? topic = null, TimeSpan? timeout = null, CancellationToken cancellation = default) =>
        new(await connection.InvokeAsync(
            new RemotingCommand { Code = RequestCode.GetConsumeStats, Fields = new HeaderFields { { "consumerGroup", consumerGroup }, { "topic", topic } } },
            timeout,
            cancellation).ConfigureAwait(false));

    public static async Task<TopicStatsAnswer> TopicStatsAsync(this RemotingConnection connection, string topic) =>
        new(await connection.InvokeAsync(
            new RemotingCommand { Code = RequestCode.GetTopicStatsInfo, Fields = new HeaderFields { { "topic", topic } } }).ConfigureAwait(false));
}
