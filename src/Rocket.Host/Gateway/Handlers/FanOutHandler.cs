using Microsoft.Extensions.Logging;
using Rocket.Protocol.Codes;
using Rocket.Protocol.Requests;

namespace Rocket.Host.Gateway.Handlers;

/// <summary>
/// A question that is asked of many, all groups of a broker or all members of a group, and answered with what has come until its time is over. A node answers
/// <see cref="GatewayEnvironment.FanOutsAtOnce"/> of them at once, so that what one tool wants to know does not take the node from everybody else.
/// </summary>
/// <typeparam name="TQuestion">The request's header.</typeparam>
internal abstract class FanOutHandler<TQuestion>(ILogger logger) : QuestionHandler<TQuestion>(logger)
    where TQuestion : class, IRequestHeader<TQuestion>
{
    /// <summary>Tools wait 5 s; what has come has to reach them although somebody says nothing.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    /// <summary>The part of it for the wait.</summary>
    private static readonly TimeSpan TurnPatience = TimeSpan.FromSeconds(1);

    /// <param name="question">What is asked.</param>
    /// <param name="connection">By whom.</param>
    /// <param name="answer">To be answered exactly once.</param>
    /// <param name="end">When the time is over.</param>
    protected abstract Task AnswerAsync(TQuestion question, GatewayConnection connection, PendingAnswer answer, CancellationToken end);

    protected sealed override async Task AnswerAsync(TQuestion question, GatewayConnection connection, PendingAnswer answer)
    {
        var environment = connection.Environment;
        using var end = new CancellationTokenSource(Patience, environment.Time);
        if (!await environment.FanOuts.WaitAsync(TurnPatience).ConfigureAwait(false))
        {
            answer.Answer(ResponseCode.SystemBusy, $"{GatewayEnvironment.FanOutsAtOnce} questions to many groups or clients are being answered already, ask again later");
            return;
        }

        try
        {
            await AnswerAsync(question, connection, answer, end.Token).ConfigureAwait(false);
        }
        finally
        {
            environment.FanOuts.Release();
        }
    }
}
