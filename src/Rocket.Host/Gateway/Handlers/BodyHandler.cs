using Microsoft.Extensions.Logging;
using Rocket.Protocol.Codes;
using Rocket.Protocol.Json;

namespace Rocket.Host.Gateway.Handlers;

/// <summary>A handler outside the hot path whose request is a JSON body; the connection reads on while it is answered.</summary>
/// <typeparam name="TBody">The body.</typeparam>
internal abstract partial class BodyHandler<TBody>(ILogger logger) : IRequestHandler
    where TBody : class
{
    public ValueTask HandleAsync(in GatewayRequest request)
    {
        var answer = new PendingAnswer(request.Connection, request.Address, request.Charge);
        if (ProtocolJson.TryParse<TBody>(request.Body, out var body, out var error))
        {
            _ = AnswerOrFailAsync(body, request.Connection, answer);
        }
        else
        {
            answer.Answer(ResponseCode.SystemError, error);
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Answers the request, exactly once; the connection reads on meanwhile.</summary>
    protected abstract Task AnswerAsync(TBody body, GatewayConnection connection, PendingAnswer answer);

    private async Task AnswerOrFailAsync(TBody body, GatewayConnection connection, PendingAnswer answer)
    {
        try
        {
            await AnswerAsync(body, connection, answer).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            if (connection.Environment.ClientLog.TryTakeLine())
            {
                LogFailed(logger, exception, typeof(TBody).Name, connection.RemoteAddress);
            }

            answer.Answer(ResponseCode.SystemError, $"{exception.GetType().Name}: {exception.Message}");
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Request} of {Remote} failed")]
    private static partial void LogFailed(ILogger logger, Exception exception, string request, string remote);
}
