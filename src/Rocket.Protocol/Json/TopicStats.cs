namespace Rocket.Protocol.Json;

/// <summary>Answers 202: what is in each queue of a topic. The keys of its table are objects, as in <see cref="ConsumeStats"/>.</summary>
public sealed record TopicStats
{
    public required IReadOnlyList<KeyValuePair<MessageQueue, TopicOffset>> OffsetTable { get; init; }

    /// <summary>The body.</summary>
    public byte[] ToBody()
    {
        var body = new MemoryStream();
        body.Write("{\"offsetTable\":"u8);
        QueueKeyedTable.Write(body, OffsetTable, ProtocolJson.Serialize);
        body.WriteByte((byte)'}');
        return body.ToArray();
    }
}

/// <summary>What is in one queue.</summary>
/// <param name="LastUpdateTimestamp">When its last message was stored, in milliseconds since 1970; 0: it has none.</param>
/// <param name="MaxOffset">Offset behind its last message.</param>
/// <param name="MinOffset">Offset of its first message.</param>
public sealed record TopicOffset(long LastUpdateTimestamp, long MaxOffset, long MinOffset);
