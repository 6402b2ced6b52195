using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Rocket.Actors.Links;

namespace Rocket.Host.Links;

/// <summary>
/// Serves <c>rocket.replication.port</c>. Whoever can't pass the handshake within its time is closed, costs 64 KiB at most until then, and one
/// line in the log that is not repeated within a minute.
/// </summary>
internal sealed partial class LinkServer(LinkEnvironment environment)
{
    private int _strangers;

    /// <summary>Serves one connection to its end.</summary>
    public async Task ServeAsync(ConnectionContext transport)
    {
        if (Interlocked.Increment(ref _strangers) > environment.Settings.MaxStrangers)
        {
            Interlocked.Decrement(ref _strangers);
            Report(transport, $"{environment.Settings.MaxStrangers} connections are in their handshake already");
            transport.Abort(new ConnectionAbortedException("too many connections in their handshake"));
            return;
        }

        var isStranger = true;
        var isPolite = false;
        using var limit = new CancellationTokenSource(environment.Settings.HandshakeTimeout, environment.Time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, environment.Stopping, transport.ConnectionClosed);
        try
        {
            var step = await HandshakeAsync(transport, end.Token).ConfigureAwait(false);
            isPolite = step is HandshakeStep.Refuse;
            if (step is HandshakeStep.Agreed agreed)
            {
                isStranger = false;
                Interlocked.Decrement(ref _strangers);
                if (await LinkServing.RunAsync(environment, transport, agreed, LinkDirection.Accepted, end.Token).ConfigureAwait(false) is { } refusal)
                {
                    isPolite = true;
                    Report(transport, refusal);
                }
            }
        }
        catch (LinkViolationException violation)
        {
            Report(transport, violation.Message);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            Report(transport, $"no handshake within {environment.Settings.HandshakeTimeout.TotalSeconds:0.###} s");
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or ConnectionAbortedException)
        {
            LogGone(environment.Logger, transport.RemoteEndPoint, exception.Message);
        }
        finally
        {
            if (isStranger)
            {
                Interlocked.Decrement(ref _strangers);
            }

            // Kestrel closes what is left by sending it first; only a refusal is worth that.
            if (!isPolite)
            {
                transport.Abort(new ConnectionAbortedException("the link has ended"));
            }
        }
    }

    private async Task<HandshakeStep> HandshakeAsync(ConnectionContext transport, CancellationToken end)
    {
        var identity = await environment.Identity.WaitAsync(end).ConfigureAwait(false);
        var state = HandshakeState.Accepting(identity, environment.Settings.Secret, LinkEnvironment.NewNonce());
        var step = await LinkHandshake.RunAsync(state, null, transport.Transport, end).ConfigureAwait(false);
        switch (step)
        {
            case HandshakeStep.Refuse refuse:
                Report(transport, refuse.Reason);
                await LinkHandshake.WriteAsync(transport.Transport.Output, LinkKind.Refusal, HandshakeState.Refusal(refuse.Reason), end).ConfigureAwait(false);
                break;
            case HandshakeStep.Refused refused:
                Report(transport, refused.Reason);
                break;
        }

        return step;
    }

    private void Report(ConnectionContext transport, string reason)
    {
        if (environment.StrangerLines.MayWrite(reason, out var keptBack))
        {
            LogRefused(environment.Logger, transport.RemoteEndPoint, reason, keptBack == 0 ? "" : $" ({keptBack} more such lines were kept back)");
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Connection of {Remote} to the replication port refused: {Reason}{More}")]
    private static partial void LogRefused(ILogger logger, System.Net.EndPoint? remote, string reason, string more);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Connection of {Remote} to the replication port ended in its handshake: {Reason}")]
    private static partial void LogGone(ILogger logger, System.Net.EndPoint? remote, string reason);
}
