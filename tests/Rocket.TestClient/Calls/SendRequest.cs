using System.Text;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Messages;
using Rocket.TestClient.Wire;

namespace Rocket.TestClient.Calls;

/// <summary>How a send is written: the value is its request code.</summary>
public enum SendForm
{
    /// <summary>Long field names.</summary>
    V1 = RequestCode.SendMessage,

    /// <summary>Single letters; what clients use.</summary>
    V2 = RequestCode.SendMessageV2,

    /// <summary>Single letters, body = batch.</summary>
    Batch = RequestCode.SendBatchMessage,

    /// <summary>The answer to a request message, long field names.</summary>
    ReplyV1 = RequestCode.SendReplyMessage,

    /// <summary>The same, single letters; what clients use.</summary>
    ReplyV2 = RequestCode.SendReplyMessageV2,
}

/// <summary>Every field of a send. Optional ones that are null are left out.</summary>
public sealed record SendRequest
{
    public required string Topic { get; init; }

    public ReadOnlyMemory<byte> Body { get; init; }

    public string ProducerGroup { get; init; } = "test-producers";

    public string DefaultTopic { get; init; } = "TBW102";

    public int DefaultTopicQueueNums { get; init; } = 4;

    /// <summary>Below 0: the broker picks one.</summary>
    public int QueueId { get; init; }

    public int SysFlag { get; init; }

    /// <summary>Milliseconds since 1970; null = now.</summary>
    public long? BornTimestamp { get; init; }

    public int Flag { get; init; }

    public MessageProperties? Properties { get; init; }

    public int? ReconsumeTimes { get; init; } = 0;

    public bool? UnitMode { get; init; } = false;

    public int? MaxReconsumeTimes { get; init; }

    public bool? Batch { get; init; } = false;

    public string? BrokerName { get; init; }

    /// <summary>A message as a client makes it: WAIT=true and a new UNIQ_KEY in its properties.</summary>
    public static SendRequest For(string topic, ReadOnlyMemory<byte> body, string? tags = null, string? keys = null, int queueId = 0) =>
        new() { Topic = topic, Body = body, QueueId = queueId, Properties = NewProperties(tags, keys, wait: true) };

    /// <summary>A message with this text as its body.</summary>
    public static SendRequest For(string topic, string body, string? tags = null, string? keys = null, int queueId = 0) =>
        For(topic, Encoding.UTF8.GetBytes(body), tags, keys, queueId);

    /// <summary>A batch, to be sent with <see cref="SendForm.Batch"/>; each part has a UNIQ_KEY of its own.</summary>
    public static SendRequest ForBatch(string topic, IEnumerable<ReadOnlyMemory<byte>> bodies, string? tags = null, int queueId = 0) =>
        new()
        {
            Topic = topic,
            QueueId = queueId,
            Batch = true,
            Properties = new MessageProperties { { PropertyName.Wait, "true" } },
            Body = BatchBody.Encode(bodies.Select(body => new BatchPart(body, NewProperties(tags, null, wait: false)))),
        };

    /// <summary>The same message with these properties more.</summary>
    public SendRequest With(params (string Name, string Value)[] properties)
    {
        var all = MessageProperties.Parse(Properties?.ToString() ?? "");
        foreach (var (name, value) in properties)
        {
            all[name] = value;
        }

        return this with { Properties = all };
    }

    public RemotingCommand ToCommand(SendForm form = SendForm.V2)
    {
        var names = form is SendForm.V1 or SendForm.ReplyV1 ? LongNames : Letters;
        HeaderFields fields = new()
        {
            { names[0], ProducerGroup },
            { names[1], Topic },
            { names[2], DefaultTopic },
            { names[3], DefaultTopicQueueNums },
            { names[4], QueueId },
            { names[5], SysFlag },
            { names[6], BornTimestamp ?? TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() },
            { names[7], Flag },
            { names[8], Properties?.ToString() },
            { names[9], ReconsumeTimes },
            { names[10], UnitMode },
            { names[11], MaxReconsumeTimes },
            { names[12], Batch },
            { names[13], BrokerName },
        };
        return new RemotingCommand { Code = (int)form, Fields = fields, Body = Body };
    }

    private static readonly string[] LongNames =
    [
        "producerGroup", "topic", "defaultTopic", "defaultTopicQueueNums", "queueId", "sysFlag", "bornTimestamp", "flag", "properties",
        "reconsumeTimes", "unitMode", "maxReconsumeTimes", "batch", "bname",
    ];

    private static readonly string[] Letters = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n"];

    private static MessageProperties NewProperties(string? tags, string? keys, bool wait)
    {
        MessageProperties properties = new() { { PropertyName.UniqueKey, UniqueKeys.Shared.Next() } };
        properties[PropertyName.Wait] = wait ? "true" : null;
        properties[PropertyName.Tags] = tags;
        properties[PropertyName.Keys] = keys;
        return properties;
    }
}
