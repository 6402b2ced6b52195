using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Rocket.Protocol.Codes;
using Rocket.Protocol.Framing;
using Rocket.Protocol.Headers;
using ProtocolViolationException = Rocket.Protocol.Framing.ProtocolViolationException;

namespace Rocket.Host.Gateway;

/// <summary>
/// One client connection: a reader that cuts frames and calls handlers in order of arrival, and a <see cref="ReplyWriter"/>. Two async loops, no actor
/// and no thread of its own.
/// </summary>
internal sealed partial class GatewayConnection
{
    /// <summary>What a request counts besides its bytes: the objects that stand for it until it is answered.</summary>
    private const int RequestOverhead = 256;

    private readonly ConnectionContext _transport;
    private readonly GatewayEnvironment _environment;
    private readonly RequestTable _requests;
    private readonly ReplyWriter _writer;
    private readonly CommandHeader _header = new();
    private readonly ILogger _logger;
    private long _lastActive;
    private bool _owesAnswers;

    public GatewayConnection(long id, ConnectionContext transport, GatewayListener listener, RequestTable requests, GatewayEnvironment environment)
    {
        Id = id;
        _transport = transport;
        Listener = listener;
        _requests = requests;
        _environment = environment;
        _logger = environment.Logger;
        _writer = new ReplyWriter(transport.Transport.Output, environment.Time);
        Outstanding = new OutstandingBudget(environment.Limits.ConnectionOutstandingBytes);
        Remote = transport.RemoteEndPoint as IPEndPoint ?? new IPEndPoint(IPAddress.None, 0);
        if (Remote.Address.IsIPv4MappedToIPv6)
        {
            Remote = new IPEndPoint(Remote.Address.MapToIPv4(), Remote.Port);
        }

        RemoteHost = Remote.Address.GetAddressBytes();
        RemoteAddress = Remote.ToString();
        SendPool = new PendingSendPool(this);
        Touch();
        Opened = LastActive;
    }

    /// <summary>Unique within the process.</summary>
    public long Id { get; }

    public GatewayListener Listener { get; }

    public GatewayEnvironment Environment => _environment;

    public IPEndPoint Remote { get; }

    /// <summary>4 or 16 bytes; stand in every message that comes over this connection.</summary>
    public byte[] RemoteHost { get; }

    /// <summary><c>ip:port</c>.</summary>
    public string RemoteAddress { get; }

    public OutstandingBudget Outstanding { get; }

    public PendingSendPool SendPool { get; }

    /// <summary>Ended, from whichever side; what still waits for this client need not wait.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Whether a complete frame was received.</summary>
    public bool HasSpoken { get; private set; }

    /// <summary>When the connection was made, on the same clock.</summary>
    public long Opened { get; }

    /// <summary>When something was last received or sent, on the clock of <see cref="TimeProvider.GetTimestamp"/>.</summary>
    public long LastActive => Volatile.Read(ref _lastActive);

    /// <summary>How long the client has taken none of the answers that wait for it.</summary>
    public TimeSpan Stuck => _writer.Stuck;

    /// <summary>Cancelled when the connection ends.</summary>
    public CancellationToken Closed => _transport.ConnectionClosed;

    public void Reply(IReply reply)
    {
        Touch();
        _writer.Enqueue(reply);
    }

    /// <summary>Ends the connection from any thread.</summary>
    public void Abort(string reason) => _transport.Abort(new ConnectionAbortedException(reason));

    /// <summary>Ends the connection of a client that misbehaves, with a line for the operator.</summary>
    public void AbortMisbehaving(string reason)
    {
        LogViolation(_logger, RemoteAddress, Listener.Name, reason);
        Abort(reason);
    }

    /// <summary>Stops reading; answers to what was read are still written.</summary>
    public void StopReading() => _transport.Transport.Input.CancelPendingRead();

    /// <summary>Serves the connection until it ends.</summary>
    public async Task RunAsync()
    {
        var writing = _writer.RunAsync();
        try
        {
            await _environment.WhenStarted.WaitAsync(Closed).ConfigureAwait(false);
            await ReadAsync(_transport.Transport.Input).ConfigureAwait(false);
            await _environment.DrainAsync(this).ConfigureAwait(false);
            if (_owesAnswers)
            {
                Abort("the node stops");
            }
        }
        catch (ProtocolViolationException violation)
        {
            LogViolation(_logger, RemoteAddress, Listener.Name, violation.Message);
        }
        catch (Exception exception) when (IsEndOfConnection(exception))
        {
            LogReset(_logger, RemoteAddress, exception.Message);
        }
        catch (Exception exception)
        {
            // A handler failed where it must not: this client loses its connection and asks again, the others go on.
            LogFailed(_logger, exception, RemoteAddress, Listener.Name);
        }
        finally
        {
            IsClosed = true;
            _environment.ConnectionEnded(this);
            await EndWritingAsync(writing).ConfigureAwait(false);
        }
    }

    private async Task EndWritingAsync(Task writing)
    {
        _writer.Close();
        try
        {
            await writing.ConfigureAwait(false);
        }
        catch (Exception exception) when (IsEndOfConnection(exception))
        {
            LogReset(_logger, RemoteAddress, exception.Message);
        }
    }

    private static bool IsEndOfConnection(Exception exception) =>
        exception is ConnectionResetException or ConnectionAbortedException or OperationCanceledException or IOException;

    private async Task ReadAsync(PipeReader input)
    {
        while (true)
        {
            var read = await input.ReadAsync(Closed).ConfigureAwait(false);
            Touch();
            var buffer = read.Buffer;
            while (FrameReader.TryRead(ref buffer, _environment.FrameLimits, out var frame))
            {
                HasSpoken = true;
                var handling = Dispatch(frame);
                if (!handling.IsCompletedSuccessfully)
                {
                    await handling.ConfigureAwait(false);
                }

                if (Outstanding.IsFull)
                {
                    await Outstanding.WaitForRoomAsync(Closed).ConfigureAwait(false);
                }
            }

            input.AdvanceTo(buffer.Start, buffer.End);
            if (read.IsCompleted || read.IsCanceled)
            {
                return;
            }
        }
    }

    private ValueTask Dispatch(in Frame frame)
    {
        _header.Decode(frame.Header, frame.SerializeType);
        if (_header.IsResponse)
        {
            return ValueTask.CompletedTask; // nothing that we ask of clients is awaited yet
        }

        var charge = (int)(frame.Header.Length + frame.Body.Length) + RequestOverhead;
        Outstanding.Take(charge);
        var handler = _requests.Find(_header.Code);
        if (handler is null)
        {
            new PendingAnswer(this, ReplyAddress.Of(_header), charge).Answer(
                ResponseCode.RequestCodeNotSupported, $" request type {_header.Code} not supported");
            return ValueTask.CompletedTask;
        }

        return _environment.IsStopping && handler.WhileStopping != WhileStopping.Serve
            ? Refuse(handler.WhileStopping, charge)
            : handler.HandleAsync(new GatewayRequest(this, _header, frame.Body, charge));
    }

    private ValueTask Refuse(WhileStopping fate, int charge)
    {
        var answer = new PendingAnswer(this, ReplyAddress.Of(_header), charge);
        if (fate == WhileStopping.Drop)
        {
            answer.Completed();
            _owesAnswers = true;
        }
        else
        {
            answer.Answer(ResponseCode.ServiceNotAvailable, $"service not available now: node {_environment.Node.Settings.NodeName} is stopping, try another one");
        }

        return ValueTask.CompletedTask;
    }

    private void Touch() => Volatile.Write(ref _lastActive, _environment.Time.GetTimestamp());

    [LoggerMessage(Level = LogLevel.Warning, Message = "Connection of {Remote} to {Listener} closed: {Reason}")]
    private static partial void LogViolation(ILogger logger, string remote, string listener, string reason);

    /// <summary>A record of a queue cannot be read: the client gets an error, the operator a line.</summary>
    public void LogUnreadable(string queue, Exception exception) => LogUnreadable(_logger, exception, queue);

    [LoggerMessage(Level = LogLevel.Error, Message = "A message of queue {Queue} cannot be read")]
    private static partial void LogUnreadable(ILogger logger, Exception exception, string queue);

    [LoggerMessage(Level = LogLevel.Error, Message = "Connection of {Remote} to {Listener} is closed after a fault")]
    private static partial void LogFailed(ILogger logger, Exception exception, string remote, string listener);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Connection of {Remote} ended: {Reason}")]
    private static partial void LogReset(ILogger logger, string remote, string reason);
}
