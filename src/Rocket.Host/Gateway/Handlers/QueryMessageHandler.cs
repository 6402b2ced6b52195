using System.Buffers;
using System.Text;
using Microsoft.Extensions.Logging;
using Rocket.Actors.Cluster;
using Rocket.Actors.Queues;
using Rocket.Actors.Storage;
using Rocket.Host.Gateway.Copies;
using Rocket.Protocol.Codes;
using Rocket.Protocol.Messages;
using Rocket.Protocol.Requests;
using Rocket.Protocol.Responses;

namespace Rocket.Host.Gateway.Handlers;

/// <summary>QUERY_MESSAGE (12): messages of a topic by one of their KEYS or by UNIQ_KEY, newest first.</summary>
internal sealed class QueryMessageHandler(ILogger logger) : CopiedQuestionHandler<QueryMessageRequest>(logger)
{
    /// <summary>maxMsgsNumBatch: most messages in one answer.</summary>
    private const int GreatestCount = 64;

    /// <summary>Least number for a query by UNIQ_KEY; a client may have sent its message more than once.</summary>
    private const int UniqueKeyCount = 32;

    /// <summary>Answers stay within one frame.</summary>
    private const int GreatestBytes = 8 << 20;

    private const string NotFound = "can not find message, maybe time range not correct";

    protected override Task AnswerAsync(QueryMessageRequest question, GatewayConnection connection, PendingAnswer answer)
    {
        Answer(connection.Listener.Broker!.Directory.TryGetTopic(question.Topic, out var topic) ? Find(topic.Queues, question) : [], answer);
        return Task.CompletedTask;
    }

    protected override bool TryAnswerFromCopy(QueryMessageRequest question, BrokerContext broker, CopyReads copies, PendingAnswer answer)
    {
        var queues = from log in broker.Copies.Logs
                     where QueueId.TryParseFolder(log, out var id) && id.Topic == question.Topic
                     select broker.Copies.TryGet(log, out var copy) ? copy : null;
        Answer(Find(queues, question), answer);
        return true;
    }

    private static void Answer(List<FoundMessage> found, PendingAnswer answer)
    {
        if (found.Count == 0)
        {
            answer.Answer(ResponseCode.QueryNotFound, NotFound);
            return;
        }

        var newest = found[0];
        answer.Answer(
            new StoredMessages(InOneFrame(found)),
            dropped: (ResponseCode.QueryNotFound, NotFound),
            fields: encoder => QueryMessageResponse.AddTo(encoder, newest.Entry.StoreTimestamp, newest.PhysicalOffset));
    }

    private static List<FoundMessage> Find(IEnumerable<IReadableQueue?> queues, QueryMessageRequest question)
    {
        var wanted = Math.Clamp(question.UniqueKeyQuery ? Math.Max(question.MaxNum, UniqueKeyCount) : question.MaxNum, 1, GreatestCount);
        var key = Encoding.UTF8.GetBytes(question.Key);
        var found = new List<FoundMessage>();
        foreach (var queue in queues)
        {
            if (queue is not null)
            {
                FindIn(queue, key, wanted, question, found);
            }
        }

        found.Sort((one, other) => other.Entry.StoreTimestamp.CompareTo(one.Entry.StoreTimestamp));
        return found.Count > wanted ? found[..wanted] : found;
    }

    private static void FindIn(IReadableQueue queue, byte[] key, int wanted, QueryMessageRequest question, List<FoundMessage> found)
    {
        Span<long> offsets = stackalloc long[GreatestCount];
        var count = queue.Reader.FindByKey(KeyHash.Of(key), question.BeginTimestamp, question.EndTimestamp, offsets[..wanted]);
        var (reader, visible) = (queue.Reader, queue.VisibleOffset);
        foreach (var offset in offsets[..count])
        {
            if (offset >= visible)
            {
                continue;
            }

            try
            {
                AddIfIt(reader, offset, key, found);
            }
            catch (OffsetBelowMinimumException)
            {
                // Retention took it since.
            }
        }
    }

    private static void AddIfIt(LogReader reader, long offset, byte[] key, List<FoundMessage> found)
    {
        Span<IndexEntry> entry = stackalloc IndexEntry[1];
        if (reader.ReadIndex(offset, entry) != 1)
        {
            return;
        }

        var rented = ArrayPool<byte>.Shared.Rent(entry[0].Size);
        try
        {
            var message = rented.AsSpan(0, entry[0].Size);
            reader.ReadPayload(entry[0], message);
            if (MessageView.TryRead(message, out var view) && HasKey(view, key))
            {
                found.Add(new FoundMessage(reader, entry[0], view.PhysicalOffset));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>The index knows hashes; two keys may share one.</summary>
    private static bool HasKey(in MessageView message, ReadOnlySpan<byte> key)
    {
        if (MessageProperties.TryGet(message.Properties, PropertyNames.UniqueKey, out var unique) && unique.SequenceEqual(key))
        {
            return true;
        }

        if (MessageProperties.TryGet(message.Properties, PropertyNames.Keys, out var keys))
        {
            foreach (var range in keys.Split((byte)' '))
            {
                if (keys[range].SequenceEqual(key))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static List<(LogReader Reader, IndexEntry Entry)> InOneFrame(List<FoundMessage> found)
    {
        List<(LogReader Reader, IndexEntry Entry)> fitting = [];
        var bytes = 0L;
        foreach (var message in found)
        {
            bytes += message.Entry.Size;
            if (fitting.Count > 0 && bytes > GreatestBytes)
            {
                break;
            }

            fitting.Add((message.Reader, message.Entry));
        }

        return fitting;
    }

    private sealed record FoundMessage(LogReader Reader, IndexEntry Entry, long PhysicalOffset);
}
