namespace Rocket.Protocol.Json;

/// <summary>
/// Answers 208: how far a group has come in each queue. The keys of its table are objects, <c>{{"brokerName":…}:{…}}</c>: no standard JSON, but what RocketMQ
/// writes and what clients read.
/// </summary>
public sealed record ConsumeStats
{
    public required IReadOnlyList<KeyValuePair<MessageQueue, OffsetWrapper>> OffsetTable { get; init; }

    /// <summary>The body. No rate is measured yet, so that is 0.</summary>
    public byte[] ToBody()
    {
        var body = new MemoryStream();
        body.Write("{\"consumeTps\":0.0,\"offsetTable\":"u8);
        QueueKeyedTable.Write(body, OffsetTable, ProtocolJson.Serialize);
        body.WriteByte((byte)'}');
        return body.ToArray();
    }
}

/// <summary>How far a group has come in one queue.</summary>
/// <param name="BrokerOffset">Offset behind the queue's last message.</param>
/// <param name="ConsumerOffset">What the group has committed; 0 without.</param>
/// <param name="LastTimestamp">When the last message that it has consumed was stored; 0 without.</param>
public sealed record OffsetWrapper(long BrokerOffset, long ConsumerOffset, long LastTimestamp);
