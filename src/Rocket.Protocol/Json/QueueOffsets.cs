using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Rocket.Protocol.Json;

/// <summary>
/// Offsets by queue, in the bodies that tell them: what 222 answers and 220 brings to clients, what clients answer to 221 and what 223 makes of that.
/// </summary>
public sealed record QueueOffsets(IReadOnlyList<KeyValuePair<MessageQueue, long>> Offsets)
{
    /// <summary>Answers 222, and the body of 220 for all clients but those in C and C++: <c>{"offsetTable":{{"brokerName":…}:5}}</c>.</summary>
    public byte[] ToBody()
    {
        var body = new MemoryStream();
        body.Write("{\"offsetTable\":"u8);
        Write(body);
        body.WriteByte((byte)'}');
        return body.ToArray();
    }

    /// <summary>The body of 220 for clients in C and C++, whose reader takes standard JSON only: <c>{"offsetTable":[{"brokerName":…,"offset":5,…}]}</c>.</summary>
    public byte[] ToListBody() => ProtocolJson.Serialize(new QueueOffsetList
    {
        OffsetTable = [.. Offsets.Select(entry => new QueueOffset(entry.Key.BrokerName, entry.Value, entry.Key.QueueId, entry.Key.Topic))],
    });

    /// <summary>Reads a client's answer to 221, <c>{"messageQueueTable":{{"brokerName":…}:5}}</c>; keys may be objects, or strings that hold them.</summary>
    public static bool TryParseStatus(ReadOnlySpan<byte> body, out QueueOffsets offsets)
    {
        offsets = new QueueOffsets([]);
        var standard = new ArrayBufferWriter<byte>(body.Length + 64);
        if (body.IsEmpty || !InlineKeys.TryQuote(body, standard) || !ProtocolJson.TryParse<ConsumerStatusBody>(standard.WrittenSpan, out var status, out _))
        {
            return false;
        }

        var table = new List<KeyValuePair<MessageQueue, long>>(status.MessageQueueTable.Count);
        foreach (var (key, offset) in status.MessageQueueTable)
        {
            if (!ProtocolJson.TryParse<MessageQueue>(Encoding.UTF8.GetBytes(key), out var queue, out _))
            {
                return false;
            }

            table.Add(KeyValuePair.Create(queue, offset));
        }

        offsets = new QueueOffsets(table);
        return true;
    }

    /// <summary>Answers 223: the offsets of each client by its id.</summary>
    public static byte[] ToConsumerTable(IEnumerable<KeyValuePair<string, QueueOffsets>> clients)
    {
        var body = new MemoryStream();
        body.Write("{\"consumerTable\":{"u8);
        var isFirst = true;
        foreach (var (clientId, offsets) in clients)
        {
            body.Write(isFirst ? "\""u8 : ",\""u8);
            isFirst = false;
            body.Write(JsonEncodedText.Encode(clientId, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes);
            body.Write("\":"u8);
            offsets.Write(body);
        }

        body.Write("}}"u8);
        return body.ToArray();
    }

    private void Write(Stream body) =>
        QueueKeyedTable.Write(body, Offsets, static offset => Encoding.ASCII.GetBytes(offset.ToString(CultureInfo.InvariantCulture)));
}

/// <summary>The table of 220 as a list.</summary>
internal sealed record QueueOffsetList
{
    public IReadOnlyList<QueueOffset> OffsetTable { get; init => field = BodyLists.WithoutNulls(value); } = [];
}

/// <summary>One entry of it.</summary>
internal sealed record QueueOffset(string BrokerName, long Offset, int QueueId, string Topic);

/// <summary>What a client answers to 221, once its keys are strings.</summary>
internal sealed record ConsumerStatusBody
{
    public IReadOnlyDictionary<string, long> MessageQueueTable { get; init => field = value ?? new Dictionary<string, long>(); } = new Dictionary<string, long>();
}
