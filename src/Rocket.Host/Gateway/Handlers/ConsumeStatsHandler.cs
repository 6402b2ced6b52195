using Microsoft.Extensions.Logging;
using Rocket.Actors.Cluster;
using Rocket.Actors.Queues;
using Rocket.Actors.Storage;
using Rocket.Actors.Topics;
using Rocket.Protocol.Codes;
using Rocket.Protocol.Json;
using Rocket.Protocol.Requests;

namespace Rocket.Host.Gateway.Handlers;

/// <summary>
/// GET_CONSUME_STATS (208): how far a group has come. Tools show it, and some clients learn from it where to start, so it is held until the broker has
/// recovered, as other questions about offsets are.
/// </summary>
internal sealed class ConsumeStatsHandler(ILogger logger) : QuestionHandler<ConsumeStatsRequest>(logger)
{
    /// <summary>The answer stays within one frame.</summary>
    private const int GreatestQueues = 50_000;

    public override WithoutLeader WithoutLeader => WithoutLeader.Hold;

    protected override async Task AnswerAsync(ConsumeStatsRequest question, GatewayConnection connection, PendingAnswer answer)
    {
        var broker = connection.Listener.Broker!;
        if (!await QueueLookup.AwaitLeadingAsync(broker, connection).ConfigureAwait(false))
        {
            answer.Completed();
            return;
        }

        var committed = await GroupQuestions.CommittedAsync(broker, question.ConsumerGroup).ConfigureAwait(false);
        var topics = question.Topic is { Length: > 0 } topic ? [topic] : committed.Keys.Select(queue => queue.Topic).Distinct(StringComparer.Ordinal);
        var wanted = topics.Where(name => IsSubscribed(connection, question.ConsumerGroup, name)).SelectMany(name => QueuesOf(broker, name)).ToList();
        if (wanted.Count > GreatestQueues)
        {
            answer.Answer(ResponseCode.SystemError, $"group {question.ConsumerGroup} has offsets in {wanted.Count} queues here, ask for one topic at a time");
            return;
        }

        var stats = new ConsumeStats
        {
            OffsetTable = [.. wanted.Select(queue => KeyValuePair.Create(
                new MessageQueue(broker.Settings.Name, queue.Id.Number, queue.Id.Topic), OffsetsOf(queue, committed.GetValueOrDefault(queue.Id))))],
        };
        answer.Answer(ResponseCode.Success, body: stats.ToBody());
    }

    /// <summary>As in RocketMQ: a topic that a group which is connected does not want any more is left out.</summary>
    private static bool IsSubscribed(GatewayConnection connection, string group, string topic) =>
        !connection.Environment.Node.Clients.TryGetGroup(group, out var members)
        || members.Subscriptions.Count == 0
        || members.TryGetSubscription(topic, out _);

    private static IEnumerable<QueueHandle> QueuesOf(BrokerContext broker, string topic) =>
        broker.Directory.TryGetTopic(topic, out var handle) ? Readable(handle) : [];

    private static IEnumerable<QueueHandle> Readable(TopicHandle topic) =>
        topic.Queues.Take(topic.Config.ReadQueueNums).OfType<QueueHandle>();

    private static OffsetWrapper OffsetsOf(QueueHandle queue, long consumerOffset)
    {
        Span<IndexEntry> last = stackalloc IndexEntry[1];
        var isKnown = consumerOffset > queue.MinimumOffset && consumerOffset <= queue.VisibleOffset && queue.Reader.ReadIndex(consumerOffset - 1, last) == 1;
        return new OffsetWrapper(queue.VisibleOffset, consumerOffset, isKnown ? last[0].StoreTimestamp : 0);
    }
}
