using Microsoft.Extensions.Logging;
using Rocket.Actors.Cluster;
using Rocket.Host.Gateway.Copies;
using Rocket.Protocol.Codes;
using Rocket.Protocol.Requests;
using Rocket.Protocol.Responses;

namespace Rocket.Host.Gateway.Handlers;

/// <summary>A <see cref="QuestionHandler{TQuestion}"/> that a copy can answer, too, while the broker has no master.</summary>
/// <typeparam name="TQuestion">The request's header.</typeparam>
internal abstract class CopiedQuestionHandler<TQuestion>(ILogger logger) : QuestionHandler<TQuestion>(logger), ICopyReader
    where TQuestion : class, IRequestHeader<TQuestion>
{
    public bool TryAnswerFromCopy(in GatewayRequest request, BrokerContext broker)
    {
        if (!TQuestion.TryRead(request.Header, out var question, out _))
        {
            return false;
        }

        try
        {
            return TryAnswerFromCopy(question, broker, request.Connection.Environment.Copies, new PendingAnswer(request.Connection, request.Address, request.Charge));
        }
        catch (Exception exception) when (StoredMessages.IsUnreadable(exception))
        {
            // The copy was closed meanwhile, or is damaged: whoever comes to lead the broker will know.
            return false;
        }
    }

    /// <summary>Answers, exactly once. False: the copy does not tell, and nothing was answered.</summary>
    protected abstract bool TryAnswerFromCopy(TQuestion question, BrokerContext broker, CopyReads copies, PendingAnswer answer);

    /// <summary>Answers with an offset. False: it is not known.</summary>
    protected static bool TryAnswerOffset(long? offset, PendingAnswer answer)
    {
        if (offset is { } known)
        {
            answer.Answer(ResponseCode.Success, fields: encoder => OffsetResponse.AddTo(encoder, known));
        }

        return offset is not null;
    }
}
