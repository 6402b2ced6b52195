using Microsoft.Extensions.Logging;
using Rocket.Actors.Cluster;
using Rocket.Actors.Queues;
using Rocket.Host.Gateway.Copies;
using Rocket.Protocol.Codes;
using Rocket.Protocol.Requests;
using Rocket.Protocol.Responses;

namespace Rocket.Host.Gateway.Handlers;

/// <summary>GET_MAX_OFFSET (30) and GET_MIN_OFFSET (31): held until the broker has recovered, since clients start where the answer says.</summary>
internal sealed class QueueOffsetHandler(ILogger logger, Func<IReadableQueue, long> offsetOf) : CopiedQuestionHandler<TopicQueueRequest>(logger)
{
    public static QueueOffsetHandler Maximum(ILogger logger) => new(logger, queue => queue.VisibleOffset);

    public static QueueOffsetHandler Minimum(ILogger logger) => new(logger, queue => queue.MinimumOffset);

    public override WithoutLeader WithoutLeader => WithoutLeader.Hold;

    protected override Task AnswerAsync(TopicQueueRequest question, GatewayConnection connection, PendingAnswer answer) =>
        AnswerAsync(question, connection.Listener.Broker!, answer);

    protected override bool TryAnswerFromCopy(TopicQueueRequest question, BrokerContext broker, CopyReads copies, PendingAnswer answer)
    {
        var queue = CopyReads.Find(broker, question.Topic, question.QueueId);
        var offset = queue is { VisibleOffset: >= 0 } ? offsetOf(queue) : copies.IsEmpty(broker, question.Topic, question.QueueId) ? 0 : (long?)null;
        return TryAnswerOffset(offset, answer);
    }

    private async Task AnswerAsync(TopicQueueRequest question, BrokerContext broker, PendingAnswer answer)
    {
        if (!await QueueLookup.AwaitLeadingAsync(broker, answer.Connection).ConfigureAwait(false))
        {
            answer.Completed();
            return;
        }

        if (QueueLookup.IsDamaged(broker, question.Topic, question.QueueId))
        {
            answer.Answer(ResponseCode.SystemError, BrokerRemarks.Damaged(question.Topic, question.QueueId));
            return;
        }

        // As RocketMQ does, a queue that does not exist has no messages yet.
        var offset = QueueLookup.TryFind(broker, question.Topic, question.QueueId, out var queue) ? offsetOf(queue) : 0;
        answer.Answer(ResponseCode.Success, fields: encoder => OffsetResponse.AddTo(encoder, offset));
    }
}
