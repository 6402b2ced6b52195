using Microsoft.Extensions.Logging;
using Rocket.Actors.Queues;
using Rocket.Actors.Storage;
using Rocket.Protocol.Codes;
using Rocket.Protocol.Json;
using Rocket.Protocol.Requests;

namespace Rocket.Host.Gateway.Handlers;

/// <summary>GET_TOPIC_STATS_INFO (202): what is in each queue of a topic, those included that only producers or only consumers see.</summary>
internal sealed class TopicStatsHandler(ILogger logger) : QuestionHandler<TopicRequest>(logger)
{
    protected override Task AnswerAsync(TopicRequest question, GatewayConnection connection, PendingAnswer answer)
    {
        var broker = connection.Listener.Broker!;
        if (!broker.Directory.TryGetTopic(question.Topic, out var topic))
        {
            answer.Answer(ResponseCode.TopicNotExist, $"topic[{question.Topic}] not exist");
            return Task.CompletedTask;
        }

        var stats = new TopicStats
        {
            OffsetTable =
            [
                .. topic.Queues.OfType<QueueHandle>().Select(queue => KeyValuePair.Create(
                    new MessageQueue(broker.Settings.Name, queue.Id.Number, queue.Id.Topic), OffsetsOf(queue))),
            ],
        };
        AnswerBody.Answer(answer, stats.ToBody());
        return Task.CompletedTask;
    }

    private static TopicOffset OffsetsOf(QueueHandle queue)
    {
        var last = new IndexEntry[1];
        while (true)
        {
            var (minimum, maximum) = (queue.MinimumOffset, queue.VisibleOffset);
            try
            {
                var timestamp = maximum > minimum && queue.Reader.ReadIndex(maximum - 1, last) == 1 ? last[0].StoreTimestamp : 0;
                return new TopicOffset(timestamp, maximum, minimum);
            }
            catch (OffsetBelowMinimumException)
            {
                // Retention took it in between: the queue may be empty now.
            }
        }
    }
}
