using Akka.Actor;
using Microsoft.Extensions.Logging;
using Rocket.Actors.Cluster;
using Rocket.Actors.Groups;
using Rocket.Actors.Queues;
using Rocket.Protocol.Codes;
using Rocket.Protocol.Requests;
using Rocket.Protocol.Responses;

namespace Rocket.Host.Gateway.Handlers;

/// <summary>QUERY_CONSUMER_OFFSET (14): never answered with an error but "not found", which sends a consumer to the end of its queue.</summary>
internal sealed class QueryOffsetHandler(ILogger logger) : QuestionHandler<QueryConsumerOffsetRequest>(logger)
{
    /// <summary>RocketMQ's accessMessageInMemoryMaxRatio: a queue whose records fit into this part of the memory is "young".</summary>
    private const double MemoryRatio = 0.4;

    private static readonly long YoungBytes = (long)(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes * MemoryRatio);

    public override WithoutLeader WithoutLeader => WithoutLeader.Hold;

    public override WhileStopping WhileStopping => WhileStopping.Drop;

    protected override void AnswerFailure(Exception exception, PendingAnswer answer)
    {
        answer.Completed();
        answer.Connection.Abort("its consumer offset could not be read");
    }

    protected override Task AnswerAsync(QueryConsumerOffsetRequest question, GatewayConnection connection, PendingAnswer answer) =>
        AnswerAsync(question, connection.Listener.Broker!, answer);

    private static async Task AnswerAsync(QueryConsumerOffsetRequest question, BrokerContext broker, PendingAnswer answer)
    {
        if (!await QueueLookup.AwaitLeadingAsync(broker, answer.Connection).ConfigureAwait(false))
        {
            answer.Completed();
            return;
        }

        var stored = broker.Directory.TryGetGroup(question.ConsumerGroup, out var group)
            ? (await group.Actor.Ask<GroupProtocol.OffsetFound>(
                new GroupProtocol.QueryOffset(new QueueId(question.Topic, question.QueueId)), GatewayEnvironment.LeaderPatience).ConfigureAwait(false)).Offset
            : null;
        if ((stored ?? StartOfYoungQueue(broker, question)) is { } offset)
        {
            answer.Answer(ResponseCode.Success, fields: encoder => OffsetResponse.AddTo(encoder, offset));
        }
        else
        {
            answer.Answer(ResponseCode.QueryNotFound, "Not found, V3_0_6_SNAPSHOT maybe this group consumer boot first");
        }
    }

    /// <summary>A new group on a queue that still has its first message starts there, whatever its policy; RocketMQ's own rule.</summary>
    private static long? StartOfYoungQueue(BrokerContext broker, QueryConsumerOffsetRequest question)
    {
        if (QueueLookup.IsDamaged(broker, question.Topic, question.QueueId))
        {
            return null;
        }

        var young = !QueueLookup.TryFind(broker, question.Topic, question.QueueId, out var queue)
            || (queue.MinimumOffset == 0 && queue.StoredBytes <= YoungBytes);
        return young ? 0 : null;
    }
}
