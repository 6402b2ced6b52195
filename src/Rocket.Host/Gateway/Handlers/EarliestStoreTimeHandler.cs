using Microsoft.Extensions.Logging;
using Rocket.Actors.Queues;
using Rocket.Actors.Storage;
using Rocket.Protocol.Codes;
using Rocket.Protocol.Requests;
using Rocket.Protocol.Responses;

namespace Rocket.Host.Gateway.Handlers;

/// <summary>GET_EARLIEST_MSG_STORETIME (32): −1 when the queue has no message.</summary>
internal sealed class EarliestStoreTimeHandler(ILogger logger) : QuestionHandler<TopicQueueRequest>(logger)
{
    protected override Task AnswerAsync(TopicQueueRequest question, GatewayConnection connection, PendingAnswer answer)
    {
        var timestamp = QueueLookup.TryFind(connection.Listener.Broker!, question.Topic, question.QueueId, out var queue) ? Find(queue) : -1;
        answer.Answer(ResponseCode.Success, fields: encoder => EarliestStoreTimeResponse.AddTo(encoder, timestamp));
        return Task.CompletedTask;
    }

    private static long Find(QueueHandle queue)
    {
        var first = new IndexEntry[1];
        while (true)
        {
            try
            {
                return queue.Reader.ReadIndex(queue.MinimumOffset, first) == 1 ? first[0].StoreTimestamp : -1;
            }
            catch (OffsetBelowMinimumException)
            {
                // Retention took it in between: the next one is the first now.
            }
        }
    }
}
