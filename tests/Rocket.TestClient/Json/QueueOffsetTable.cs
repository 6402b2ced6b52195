using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Rocket.TestClient.Wire;

namespace Rocket.TestClient.Json;

/// <summary>Maps from queues to offsets, as fastjson writes them: their keys are objects, so they are no standard JSON.</summary>
public static partial class QueueOffsetTable
{
    /// <summary>The one table in a body, <c>{"name":{{…}:5,{…}:6}}</c>.</summary>
    /// <exception cref="RemotingFormatException">The body is not exactly that.</exception>
    public static IReadOnlyDictionary<MessageQueue, long> Parse(ReadOnlyMemory<byte> body, string name)
    {
        var text = Encoding.UTF8.GetString(body.Span);
        var prefix = $"{{\"{name}\":";
        return text.StartsWith(prefix, StringComparison.Ordinal) && text.EndsWith('}')
            ? ParseTable(text[prefix.Length..^1])
            : throw new RemotingFormatException($"no {name} in {text}");
    }

    /// <summary>The tables in a body by text keys, <c>{"name":{"a":{{…}:5},"b":{}}}</c>.</summary>
    /// <exception cref="RemotingFormatException">The body is not exactly that.</exception>
    public static IReadOnlyDictionary<string, IReadOnlyDictionary<MessageQueue, long>> ParseByClient(ReadOnlyMemory<byte> body, string name)
    {
        var text = Encoding.UTF8.GetString(body.Span);
        var whole = Regex.Match(text, $$"""^\{"{{name}}":\{((?<client>"[^"]*"):(?<table>\{(\{[^{}]*\}:-?\d+,?)*\}),?)*\}\}$""");
        if (!whole.Success)
        {
            throw new RemotingFormatException($"no {name} in {text}");
        }

        return whole.Groups["client"].Captures.Zip(whole.Groups["table"].Captures)
            .ToDictionary(pair => pair.First.Value.Trim('"'), pair => (IReadOnlyDictionary<MessageQueue, long>)ParseTable(pair.Second.Value));
    }

    /// <summary>A body with one table, as a Java client writes it.</summary>
    public static byte[] ToBody(string name, params (MessageQueue Queue, long Offset)[] offsets)
    {
        var entries = offsets.Select(entry => string.Create(
            CultureInfo.InvariantCulture,
            $"{{\"brokerName\":\"{entry.Queue.BrokerName}\",\"queueId\":{entry.Queue.QueueId},\"topic\":\"{entry.Queue.Topic}\"}}:{entry.Offset}"));
        return Encoding.UTF8.GetBytes($"{{\"{name}\":{{{string.Join(',', entries)}}}}}");
    }

    private static Dictionary<MessageQueue, long> ParseTable(string text)
    {
        var table = Table().Match(text);
        if (!table.Success)
        {
            throw new RemotingFormatException($"no table of offsets: {text}");
        }

        return table.Groups["key"].Captures.Zip(table.Groups["value"].Captures).ToDictionary(
            pair => QueueOf(pair.First.Value), pair => long.Parse(pair.Second.Value, CultureInfo.InvariantCulture));
    }

    private static MessageQueue QueueOf(string text)
    {
        using var document = JsonDocument.Parse(text);
        return MessageQueue.Parse(document.RootElement);
    }

    [GeneratedRegex("""^\{((?<key>\{[^{}]*\}):(?<value>-?\d+),?)*\}$""")]
    private static partial Regex Table();
}
