using Microsoft.Extensions.Logging;
using Rocket.Protocol.Codes;
using Rocket.Protocol.Requests;

namespace Rocket.Host.Gateway.Handlers;

/// <summary>
/// A handler outside the hot path: its header is a record of strings, its answer may take time, and the connection reads on meanwhile.
/// </summary>
/// <typeparam name="TQuestion">The request's header.</typeparam>
internal abstract partial class QuestionHandler<TQuestion>(ILogger logger) : IRequestHandler
    where TQuestion : class, IRequestHeader<TQuestion>
{
    public virtual RequestPlace Place => RequestPlace.Leader;

    public virtual WithoutLeader WithoutLeader => WithoutLeader.Refuse;

    public virtual WhileStopping WhileStopping => WhileStopping.Refuse;

    public ValueTask HandleAsync(in GatewayRequest request)
    {
        var answer = new PendingAnswer(request.Connection, request.Address, request.Charge);
        request.Connection.NoteClient(request.Header.Language, request.Header.Version);
        if (TQuestion.TryRead(request.Header, out var question, out var error))
        {
            _ = AnswerOrFailAsync(question, request.Connection, answer);
        }
        else
        {
            answer.Answer(ResponseCode.SystemError, error);
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Answers the question, exactly once; the connection reads on meanwhile.</summary>
    protected abstract Task AnswerAsync(TQuestion question, GatewayConnection connection, PendingAnswer answer);

    private async Task AnswerOrFailAsync(TQuestion question, GatewayConnection connection, PendingAnswer answer)
    {
        try
        {
            await AnswerAsync(question, connection, answer).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (connection.IsClosed)
        {
            answer.Completed();
        }
        catch (Exception exception)
        {
            if (connection.Environment.ClientLog.TryTakeLine())
            {
                LogFailed(logger, exception, typeof(TQuestion).Name, connection.RemoteAddress);
            }

            AnswerFailure(exception, answer);
        }
    }

    /// <summary>Tells the client that its question could not be answered.</summary>
    protected virtual void AnswerFailure(Exception exception, PendingAnswer answer) =>
        answer.Answer(ResponseCode.SystemError, $"{exception.GetType().Name}: {exception.Message}");

    [LoggerMessage(Level = LogLevel.Error, Message = "{Request} of {Remote} failed")]
    private static partial void LogFailed(ILogger logger, Exception exception, string request, string remote);
}
