using Microsoft.Extensions.Logging;
using Rocket.Actors.Cluster;
using Rocket.Actors.Queues;
using Rocket.Host.Gateway.Copies;
using Rocket.Protocol.Codes;
using Rocket.Protocol.Requests;

namespace Rocket.Host.Gateway.Handlers;

/// <summary>VIEW_MESSAGE_BY_ID (33): the message that a physical offset names, if it is the start of one that consumers may see.</summary>
internal sealed class ViewMessageHandler(ILogger logger) : CopiedQuestionHandler<ViewMessageRequest>(logger)
{
    protected override Task AnswerAsync(ViewMessageRequest question, GatewayConnection connection, PendingAnswer answer)
    {
        connection.Listener.Broker!.Directory.TryLocate(question.Offset, out var queue, out var position);
        Answer(question, queue, position, answer);
        return Task.CompletedTask;
    }

    protected override bool TryAnswerFromCopy(ViewMessageRequest question, BrokerContext broker, CopyReads copies, PendingAnswer answer)
    {
        if (!broker.CopiedMetadata.TryLocate(question.Offset, out var id, out var position))
        {
            return false;
        }

        Answer(question, id is { } found ? CopyReads.Find(broker, found.Topic, found.Number) : null, position, answer);
        return true;
    }

    private static void Answer(ViewMessageRequest question, IReadableQueue? queue, long position, PendingAnswer answer)
    {
        var (code, remark) = (ResponseCode.SystemError, $"can not find message by the offset, {question.Offset}");
        if (queue?.Reader is { } reader && reader.TryFindAt(position, out var offset, out var entry) && offset < queue.VisibleOffset)
        {
            answer.Answer(new StoredMessages([(reader, entry)]), dropped: (code, remark));
        }
        else
        {
            answer.Answer(code, remark);
        }
    }
}
