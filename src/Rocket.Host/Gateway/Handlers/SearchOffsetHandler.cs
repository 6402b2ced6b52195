using Microsoft.Extensions.Logging;
using Rocket.Actors.Cluster;
using Rocket.Actors.Queues;
using Rocket.Host.Gateway.Copies;
using Rocket.Protocol.Codes;
using Rocket.Protocol.Requests;
using Rocket.Protocol.Responses;

namespace Rocket.Host.Gateway.Handlers;

/// <summary>SEARCH_OFFSET_BY_TIMESTAMP (29): the first message stored at or after a time.</summary>
internal sealed class SearchOffsetHandler(ILogger logger) : CopiedQuestionHandler<SearchOffsetRequest>(logger)
{
    public override WithoutLeader WithoutLeader => WithoutLeader.Hold;

    protected override Task AnswerAsync(SearchOffsetRequest question, GatewayConnection connection, PendingAnswer answer) =>
        AnswerAsync(question, connection.Listener.Broker!, answer);

    protected override bool TryAnswerFromCopy(SearchOffsetRequest question, BrokerContext broker, CopyReads copies, PendingAnswer answer)
    {
        var queue = CopyReads.Find(broker, question.Topic, question.QueueId);
        var offset = queue is { VisibleOffset: >= 0 } ? Find(queue, question.Timestamp) : copies.IsEmpty(broker, question.Topic, question.QueueId) ? 0 : (long?)null;
        return TryAnswerOffset(offset, answer);
    }

    private static async Task AnswerAsync(SearchOffsetRequest question, BrokerContext broker, PendingAnswer answer)
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

        var offset = Find(broker, question);
        answer.Answer(ResponseCode.Success, fields: encoder => OffsetResponse.AddTo(encoder, offset));
    }

    private static long Find(BrokerContext broker, SearchOffsetRequest question) =>
        QueueLookup.TryFind(broker, question.Topic, question.QueueId, out var queue) ? Find(queue, question.Timestamp) : 0;

    /// <summary>Offset of the first message of a queue that was stored at a time or later, as RocketMQ tells it.</summary>
    internal static long Find(IReadableQueue queue, long timestamp)
    {
        // Past the end RocketMQ answers the last message's offset, not the one behind it; its tools expect that.
        var last = Math.Max(queue.MinimumOffset, queue.VisibleOffset - 1);
        return Math.Clamp(queue.Reader.OffsetByTime(timestamp), queue.MinimumOffset, last);
    }
}
