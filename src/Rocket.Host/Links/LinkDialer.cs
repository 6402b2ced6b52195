using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Rocket.Actors.Links;

namespace Rocket.Host.Links;

/// <summary>Keeps this node's own connection to one peer: dials, and dials again with growing pauses.</summary>
internal sealed partial class LinkDialer(LinkEnvironment environment, SocketConnectionContextFactory connections, string peer, Random random)
{
    private readonly RedialState _redial = new(environment.Settings.FirstRedial, environment.Settings.LongestRedial, random);
    private volatile TaskCompletionSource _nudge = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private string? _lastTrouble;

    /// <summary>The peer is there, it has dialed this node: a pause ends at once.</summary>
    public void Nudge() => _nudge.TrySetResult();

    /// <summary>Runs until the node stops.</summary>
    public async Task RunAsync()
    {
        try
        {
            var identity = await environment.Identity.ConfigureAwait(false);
            while (!environment.Stopping.IsCancellationRequested)
            {
                await PauseAsync(await LinkAsync(identity).ConfigureAwait(false)).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The node stops.
        }
    }

    // Links once, serves the link to its end, and returns the pause before the next attempt.
    private async Task<TimeSpan> LinkAsync(LinkIdentity identity)
    {
        using var limit = new CancellationTokenSource(environment.Settings.HandshakeTimeout, environment.Time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, environment.Stopping);
        var address = identity.Voters[peer];
        try
        {
            var transport = await ConnectAsync(IPEndPoint.Parse(address), end.Token).ConfigureAwait(false);
            await using var disposed = transport.ConfigureAwait(false);
            var state = HandshakeState.Dialing(identity, environment.Settings.Secret, LinkEnvironment.NewNonce(), peer);
            var step = await LinkHandshake.RunAsync(state, state.Begin(), transport.Transport, end.Token).ConfigureAwait(false);
            switch (step)
            {
                case HandshakeStep.Agreed agreed:
                    _lastTrouble = null;
                    _redial.Linked();
                    if (await LinkServing.RunAsync(environment, transport, agreed, LinkDirection.Dialed, end.Token).ConfigureAwait(false) is not { } refusal)
                    {
                        return _redial.AfterFailure();
                    }

                    Report(address, refusal);
                    return _redial.AfterRefusal();
                case HandshakeStep.Refuse refuse:
                    Report(address, refuse.Reason);
                    await LinkHandshake.WriteAsync(transport.Transport.Output, LinkKind.Refusal, HandshakeState.Refusal(refuse.Reason), end.Token)
                        .ConfigureAwait(false);
                    return _redial.AfterRefusal();
                default:
                    Report(address, ((HandshakeStep.Refused)step).Reason);
                    return _redial.AfterRefusal();
            }
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            Report(address, $"no handshake within {environment.Settings.HandshakeTimeout.TotalSeconds:0.###} s");
        }
        catch (LinkViolationException violation)
        {
            Report(address, $"what answers there is no node of this cluster: {violation.Message}");
        }
        catch (Exception exception) when (exception is SocketException or IOException or ConnectionAbortedException)
        {
            Report(address, exception.Message);
            if (exception is SocketException { SocketErrorCode: SocketError.ConnectionRefused })
            {
                // Its machine is there and nobody listens: what a cut cable never says.
                environment.Hub.Refused(peer);
            }
        }

        return _redial.AfterFailure();
    }

    private async Task<ConnectionContext> ConnectAsync(IPEndPoint endPoint, CancellationToken cancellation)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(endPoint, cancellation).ConfigureAwait(false);
            return connections.Create(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task PauseAsync(TimeSpan pause)
    {
        var nudge = _nudge;
        try
        {
            await nudge.Task.WaitAsync(pause, environment.Time, environment.Stopping).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return;
        }

        _nudge = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    // The same trouble is told once, until it changes or is over.
    private void Report(string address, string trouble)
    {
        if (_lastTrouble == trouble || environment.IsSilent)
        {
            return;
        }

        _lastTrouble = trouble;
        LogTrouble(environment.Logger, peer, address, trouble);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "No link to {Peer} at {Address} yet: {Trouble}")]
    private static partial void LogTrouble(ILogger logger, string peer, string address, string trouble);
}
