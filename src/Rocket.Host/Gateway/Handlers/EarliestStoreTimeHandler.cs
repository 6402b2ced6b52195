using Microsoft.Extensions.Logging;
using Rocket.Actors.Cluster;
using Rocket.Actors.Queues;
using Rocket.Actors.Storage;
using Rocket.Host.Gateway.Copies;
using Rocket.Protocol.Codes;
using Rocket.Protocol.Requests;
using Rocket.Protocol.Responses;

namespace Rocket.Host.Gateway.Handlers;

/// <summary>GET_EARLIEST_MSG_STORETIME (32): −1 when the queue has no message.</summary>
internal sealed class EarliestStoreTimeHandler(ILogger logger) : CopiedQuestionHandler<TopicQueueRequest>(logger)
{
    protected override Task AnswerAsync(TopicQueueRequest question, GatewayConnection connection, PendingAnswer answer)
    {
        var timestamp = QueueLookup.TryFind(connection.Listener.Broker!, question.Topic, question.QueueId, out var queue) ? Find(queue) : -1;
        answer.Answer(ResponseCode.Success, fields: encoder => EarliestStoreTimeResponse.AddTo(encoder, timestamp));
        return Task.CompletedTask;
    }

    protected override bool TryAnswerFromCopy(TopicQueueRequest question, BrokerContext broker, CopyReads copies, PendingAnswer answer)
    {
        if (CopyReads.Find(broker, question.Topic, question.QueueId) is not { VisibleOffset: >= 0 } queue)
        {
            return false;
        }

        var timestamp = Find(queue);
        answer.Answer(ResponseCode.Success, fields: encoder => EarliestStoreTimeResponse.AddTo(encoder, timestamp));
        return true;
    }

    private static long Find(IReadableQueue queue)
    {
        var first = new IndexEntry[1];
        while (true)
        {
            try
            {
                var minimum = queue.MinimumOffset;
                return minimum < queue.VisibleOffset && queue.Reader.ReadIndex(minimum, first) == 1 ? first[0].StoreTimestamp : -1;
            }
            catch (OffsetBelowMinimumException)
            {
                // Retention took it in between: the next one is the first now.
            }
        }
    }
}
