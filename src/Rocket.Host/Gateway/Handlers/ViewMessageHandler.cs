using Microsoft.Extensions.Logging;
using Rocket.Protocol.Codes;
using Rocket.Protocol.Requests;

namespace Rocket.Host.Gateway.Handlers;

/// <summary>VIEW_MESSAGE_BY_ID (33): the message that a physical offset names, if it is the start of one that consumers may see.</summary>
internal sealed class ViewMessageHandler(ILogger logger) : QuestionHandler<ViewMessageRequest>(logger)
{
    protected override Task AnswerAsync(ViewMessageRequest question, GatewayConnection connection, PendingAnswer answer)
    {
        var directory = connection.Listener.Broker!.Directory;
        var (code, remark) = (ResponseCode.SystemError, $"can not find message by the offset, {question.Offset}");
        if (directory.TryLocate(question.Offset, out var queue, out var position) && queue.Reader is var reader && reader.TryFindAt(position, out _, out var entry))
        {
            answer.Answer(new StoredMessages([(reader, entry)]), dropped: (code, remark));
        }
        else
        {
            answer.Answer(code, remark);
        }

        return Task.CompletedTask;
    }
}
