namespace Rocket.Protocol.Json;

/// <summary>
/// Writes maps whose keys are queues as fastjson does, <c>{{"brokerName":"b","queueId":0,"topic":"t"}:5}</c>: no standard JSON, but what RocketMQ writes and what clients read. Without blanks:
/// Go clients look for the keys as text.
/// </summary>
internal static class QueueKeyedTable
{
    public static void Write<T>(Stream body, IEnumerable<KeyValuePair<MessageQueue, T>> table, Func<T, byte[]> valueOf)
    {
        body.WriteByte((byte)'{');
        var isFirst = true;
        foreach (var (queue, value) in table)
        {
            if (!isFirst)
            {
                body.WriteByte((byte)',');
            }

            isFirst = false;
            body.Write(ProtocolJson.Serialize(queue));
            body.WriteByte((byte)':');
            body.Write(valueOf(value));
        }

        body.WriteByte((byte)'}');
    }
}
