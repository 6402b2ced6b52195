using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Rocket.Actors.Cluster;
using Rocket.Host.Gateway.Memory;
using Rocket.Protocol.Headers;
using ProtocolViolationException = Rocket.Protocol.Framing.ProtocolViolationException;

namespace Rocket.Host.Gateway;

/// <summary>
/// One client connection: a reader that cuts frames and calls handlers in order of arrival, and a <see cref="ReplyWriter"/>. Two async loops, no actor
/// and no thread of its own.
/// </summary>
internal sealed partial class GatewayConnection
{
    private readonly ConnectionContext _transport;
    private readonly GatewayEnvironment _environment;
    private readonly RequestTable _requests;
    private readonly ReplyWriter _writer;
    private readonly IncomingFrame _incoming;
    private readonly CommandHeader _header = new();
    private long _lastActive;
    private readonly BrokerDoor.Pass? _pass;
    private bool _owesAnswers;
    private bool _isShut;

    public GatewayConnection(
        long id, ConnectionContext transport, GatewayListener listener, RequestTable requests, GatewayEnvironment environment, bool isForwarded = false)
    {
        Id = id;
        IsForwarded = isForwarded;
        _transport = transport;
        Listener = listener;
        _requests = requests;
        _environment = environment;
        _writer = new ReplyWriter(transport.Transport.Output, environment.Memory.Outgoing, environment.Looks, environment.Time);
        _incoming = new IncomingFrame(environment.Memory.Incoming, environment.Time);
        Outstanding = new OutstandingBudget(environment.Limits.ConnectionOutstandingBytes, environment.Memory);
        Remote = transport.RemoteEndPoint as IPEndPoint ?? new IPEndPoint(IPAddress.None, 0);
        if (Remote.Address.IsIPv4MappedToIPv6)
        {
            Remote = new IPEndPoint(Remote.Address.MapToIPv4(), Remote.Port);
        }

        RemoteHost = Remote.Address.GetAddressBytes();
        RemoteAddress = Remote.ToString();
        SendPool = new PendingSendPool(this);
        _pass = listener.Broker?.Directory.Door.Issue();
        Touch();
        Opened = LastActive;
    }

    /// <summary>Unique within the process.</summary>
    public long Id { get; }

    /// <summary>
    /// The client is connected to another node, which has forwarded its requests: they are served here or not at all, and its membership is that node's.
    /// </summary>
    public bool IsForwarded { get; }

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

    /// <summary>Whether its unsent answers hold room that others may want.</summary>
    public bool HoldsRoom => _writer.HoldsRoom;

    /// <summary>How long a frame has been on its way in; zero when none is.</summary>
    public TimeSpan FrameAge => _incoming.Age;

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
        _environment.ClientLog.Closed(RemoteAddress, Listener.Name, reason);
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
            _isShut = _environment.Start.RefusesUntilOpen(Listener.Broker);
            if (!_isShut)
            {
                await _environment.Start.WhenOpen(Listener.Broker).WaitAsync(Closed).ConfigureAwait(false);
            }

            await ReadAsync(_transport.Transport.Input).ConfigureAwait(false);
            await _environment.DrainAsync(this).ConfigureAwait(false);
            if (_owesAnswers)
            {
                Abort("the node stops");
            }
        }
        catch (ProtocolViolationException violation)
        {
            _environment.ClientLog.Closed(RemoteAddress, Listener.Name, violation.Message);
        }
        catch (Exception exception) when (IsEndOfConnection(exception))
        {
            _environment.ClientLog.Ended(RemoteAddress, exception.Message);
        }
        catch (Exception exception)
        {
            _environment.ClientLog.Failed(RemoteAddress, Listener.Name, exception);
        }
        finally
        {
            IsClosed = true;
            Calls.End();
            _pass?.Dispose();
            _incoming.Completed();
            _header.Trim();
            _environment.ConnectionLeft(this);

            // Until its answers are written it is watched like the others: a client may have closed its sending half and read nothing.
            await EndWritingAsync(writing).ConfigureAwait(false);
            _environment.Connections.Remove(this);
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
            _environment.ClientLog.Ended(RemoteAddress, exception.Message);
        }
    }

    private static bool IsEndOfConnection(Exception exception) =>
        exception is ConnectionResetException or ConnectionAbortedException or OperationCanceledException or IOException;

    private void Touch() => Volatile.Write(ref _lastActive, _environment.Time.GetTimestamp());
}
