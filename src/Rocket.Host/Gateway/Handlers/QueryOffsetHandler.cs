using Akka.Actor;
using Microsoft.Extensions.Logging;
using Rocket.Actors.Cluster;
using Rocket.Actors.Groups;
using Rocket.Actors.Metadata;
using Rocket.Actors.Queues;
using Rocket.Host.Gateway.Copies;
using Rocket.Protocol.Codes;
using Rocket.Protocol.Requests;
using Rocket.Protocol.Responses;

namespace Rocket.Host.Gateway.Handlers;

/// <summary>QUERY_CONSUMER_OFFSET (14): never answered with an error but "not found", which sends a consumer to the end of its queue.</summary>
internal sealed class QueryOffsetHandler(ILogger logger) : CopiedQuestionHandler<QueryConsumerOffsetRequest>(logger)
{
    public override WithoutLeader WithoutLeader => WithoutLeader.Hold;

    public override WhileStopping WhileStopping => WhileStopping.Drop;

    protected override void AnswerFailure(Exception exception, PendingAnswer answer)
    {
        answer.Completed();
        answer.Connection.Abort("its consumer offset could not be read");
    }

    protected override Task AnswerAsync(QueryConsumerOffsetRequest question, GatewayConnection connection, PendingAnswer answer) =>
        AnswerAsync(question, connection.Listener.Broker!, answer);

    /// <summary>
    /// What was committed, as far as the copies in sync have it: at worst a consumer gets some messages once more. That nothing was committed is never said:
    /// it may not have come this far, and the consumer would skip its backlog.
    /// </summary>
    protected override bool TryAnswerFromCopy(QueryConsumerOffsetRequest question, BrokerContext broker, CopyReads copies, PendingAnswer answer) =>
        copies.IsInSync(broker)
        && broker.CopiedMetadata.TryGetOffset(question.ConsumerGroup, question.Topic, question.QueueId, out var stored)
        && TryAnswerOffset(stored ?? StartOfCopy(question, broker, copies), answer);

    private static long? StartOfCopy(QueryConsumerOffsetRequest question, BrokerContext broker, CopyReads copies) =>
        copies.IsEmpty(broker, question.Topic, question.QueueId)
        || (CopyReads.Find(broker, question.Topic, question.QueueId) is { MinimumOffset: 0, VisibleOffset: >= 0 } queue && queue.EndPosition <= YoungBytes(broker))
            ? 0
            : null;

    private static long YoungBytes(BrokerContext broker) => SlowReaders.MemoryBytes / 100 * broker.Settings.AccessMessageInMemoryMaxRatio;

    private static async Task AnswerAsync(QueryConsumerOffsetRequest question, BrokerContext broker, PendingAnswer answer)
    {
        if (!await QueueLookup.AwaitLeadingAsync(broker, answer.Connection).ConfigureAwait(false))
        {
            answer.Completed();
            return;
        }

        var stored = await StoredAsync(broker, question.ConsumerGroup, new QueueId(question.Topic, question.QueueId)).ConfigureAwait(false);
        if ((stored ?? StartOfYoungQueue(broker, question)) is { } offset)
        {
            answer.Answer(ResponseCode.Success, fields: encoder => OffsetResponse.AddTo(encoder, offset));
        }
        else
        {
            answer.Answer(ResponseCode.QueryNotFound, "Not found, V3_0_6_SNAPSHOT maybe this group consumer boot first");
        }
    }

    private static async Task<long?> StoredAsync(BrokerContext broker, string name, QueueId queue)
    {
        if (broker.Directory.TryGetGroup(name, out var group))
        {
            try
            {
                return (await AskAsync(group.Actor, new GroupProtocol.QueryOffset(queue)).ConfigureAwait(false)).Offset;
            }
            catch (GroupEndedException) when (broker.Directory.IsLeading)
            {
                // Deleted just now: what it had to say is durable.
            }
        }

        // A group that was deleted may have left its offsets: it goes on from them once it is there again.
        return (await AskAsync(broker.Directory.Broker, new MetadataProtocol.QueryOffset(name, queue)).ConfigureAwait(false)).Offset;
    }

    private static Task<GroupProtocol.OffsetFound> AskAsync(IActorRef actor, object question) =>
        actor.Ask<GroupProtocol.OffsetFound>(question, GatewayEnvironment.LeaderPatience);

    /// <summary>A new group on a queue that is "young", all of whose messages may be in memory, starts at the first, whatever its policy; RocketMQ's own rule.</summary>
    private static long? StartOfYoungQueue(BrokerContext broker, QueryConsumerOffsetRequest question)
    {
        if (QueueLookup.IsDamaged(broker, question.Topic, question.QueueId))
        {
            return null;
        }

        var young = !QueueLookup.TryFind(broker, question.Topic, question.QueueId, out var queue)
            || (queue.MinimumOffset == 0 && queue.StoredBytes <= YoungBytes(broker));
        return young ? 0 : null;
    }
}
