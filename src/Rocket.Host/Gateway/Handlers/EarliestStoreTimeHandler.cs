using Microsoft.Extensions.Logging;
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
        var timestamp = -1L;
        if (QueueLookup.TryFind(connection.Listener.Broker!, question.Topic, question.QueueId, out var queue))
        {
            var first = new IndexEntry[1];
            if (queue.Reader.ReadIndex(queue.MinimumOffset, first) == 1)
            {
                timestamp = first[0].StoreTimestamp;
            }
        }

        answer.Answer(ResponseCode.Success, fields: encoder => EarliestStoreTimeResponse.AddTo(encoder, timestamp));
        return Task.CompletedTask;
    }
}
