using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Rocket.TestClient.Wire;

namespace Rocket.TestClient.Connections;

/// <summary>
/// One TCP connection to a name server or broker. Any number of requests may be outstanding, from any thread; answers are matched by opaque.
/// Also for hostile tests: bytes go out as they are with <see cref="SendRawAsync"/>, and <see cref="Closed"/> tells how the peer took them.
/// </summary>
public sealed class RemotingConnection : IAsyncDisposable
{
    private const int ReceiveBytes = 64 * 1024;

    private readonly Socket _socket;
    private readonly RemotingConnectionOptions _options;
    private readonly FrameSender _sender;
    private readonly ConcurrentDictionary<int, TaskCompletionSource<RemotingCommand>> _pending = new();
    private readonly Channel<RemotingCommand> _serverRequests = Channel.CreateUnbounded<RemotingCommand>();
    private readonly Channel<RemotingCommand> _strayAnswers = Channel.CreateUnbounded<RemotingCommand>();
    private readonly TaskCompletionSource<ConnectionEnd> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _nextOpaque;
    private volatile bool _closing;

    private RemotingConnection(Socket socket, RemotingConnectionOptions options)
    {
        _socket = socket;
        _options = options;
        _nextOpaque = options.FirstOpaque - 1;
        _sender = new FrameSender(socket);
        LocalEndPoint = (IPEndPoint)socket.LocalEndPoint!;
        RemoteEndPoint = (IPEndPoint)socket.RemoteEndPoint!;
    }

    public IPEndPoint LocalEndPoint { get; }

    public IPEndPoint RemoteEndPoint { get; }

    /// <summary>Completes, never faulted, when the connection has ended from either side.</summary>
    public Task<ConnectionEnd> Closed => _closed.Task;

    public bool IsOpen => !_closed.Task.IsCompleted;

    /// <summary>Requests outstanding now.</summary>
    public int Outstanding => _pending.Count;

    /// <summary>What the server asks this client (code 40 and others), in order, unless the options have a handler. Completes when the connection ends.</summary>
    public ChannelReader<RemotingCommand> ServerRequests => _serverRequests.Reader;

    /// <summary>Answers that no call waits for: to a oneway, a second one, or one that came after its time-out. A correct server leaves it empty.</summary>
    public ChannelReader<RemotingCommand> StrayAnswers => _strayAnswers.Reader;

    /// <exception cref="RemotingConnectException">Nobody listens there, or not within the connect time-out, or who listens closed at once.</exception>
    public static async Task<RemotingConnection> ConnectAsync(
        string host, int port, RemotingConnectionOptions? options = null, CancellationToken cancellation = default)
    {
        options ??= new RemotingConnectionOptions();
        var socket = options.NewSocket?.Invoke() ?? new Socket(SocketType.Stream, ProtocolType.Tcp);
        socket.NoDelay = true;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(options.ConnectTimeout);
        RemotingConnection connection;
        try
        {
            await socket.ConnectAsync(host, port, limit.Token).ConfigureAwait(false);

            // A peer that closes at once may have reset the socket before its addresses are read.
            connection = new RemotingConnection(socket, options);
        }
        catch (Exception problem) when (problem is SocketException or OperationCanceledException)
        {
            socket.Dispose();
            cancellation.ThrowIfCancellationRequested();
            throw new RemotingConnectException($"no connection to {host}:{port} within {options.ConnectTimeout.TotalSeconds} s: {problem.Message}", problem);
        }

        _ = Task.Run(connection.ReceiveAsync, CancellationToken.None);
        return connection;
    }

    /// <param name="address"><c>host:port</c></param>
    /// <exception cref="RemotingConnectException">Nobody listens there, or not within the connect time-out.</exception>
    public static Task<RemotingConnection> ConnectAsync(
        string address, RemotingConnectionOptions? options = null, CancellationToken cancellation = default)
    {
        var (host, port) = HostPort.Parse(address);
        return ConnectAsync(host, port, options, cancellation);
    }

    /// <summary>Sends a request and waits for its answer. The opaque is given here.</summary>
    /// <exception cref="RemotingTimeoutException">No answer in time.</exception>
    /// <exception cref="RemotingConnectionClosedException">The connection ended first.</exception>
    public async Task<RemotingCommand> InvokeAsync(RemotingCommand request, TimeSpan? timeout = null, CancellationToken cancellation = default)
    {
        var opaque = Interlocked.Increment(ref _nextOpaque);
        var answer = new TaskCompletionSource<RemotingCommand>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!_pending.TryAdd(opaque, answer))
        {
            throw new InvalidOperationException($"opaque {opaque} is still outstanding");
        }

        var limit = timeout ?? _options.AnswerTimeout;
        try
        {
            // The end may have swept the table just before this request entered it.
            ThrowIfClosed(request);
            var sending = _sender.Send(request with { Opaque = opaque }, _options.SerializeType);
            if (sending.IsFaulted)
            {
                await TranslateAsync(sending).ConfigureAwait(false);
            }

            return await answer.Task.WaitAsync(limit, cancellation).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw new RemotingTimeoutException($"no answer to code {request.Code} (opaque {opaque}) from {RemoteEndPoint} within {limit.TotalSeconds} s");
        }
        finally
        {
            _pending.TryRemove(opaque, out _);
        }
    }

    /// <summary>Sends a request that nobody answers; completes when it was handed to the operating system. Returns its opaque.</summary>
    /// <exception cref="RemotingConnectionClosedException">The connection has ended.</exception>
    public async Task<int> OnewayAsync(RemotingCommand request)
    {
        var opaque = Interlocked.Increment(ref _nextOpaque);
        await SendAsync(request with { Opaque = opaque, Flag = request.Flag | RemotingCommand.OnewayFlag }).ConfigureAwait(false);
        return opaque;
    }

    /// <summary>Answers a request of the server.</summary>
    public Task AnswerAsync(RemotingCommand request, RemotingCommand answer) => SendAsync(ToAnswer(request, answer));

    /// <summary>Sends a command exactly as it is: opaque and flag stay.</summary>
    /// <exception cref="RemotingConnectionClosedException">The connection has ended.</exception>
    public async Task SendAsync(RemotingCommand command)
    {
        ThrowIfClosed(command);
        await TranslateAsync(_sender.Send(command, _options.SerializeType)).ConfigureAwait(false);
    }

    /// <summary>Sends bytes as they are; completes when they were handed to the operating system.</summary>
    /// <exception cref="RemotingConnectionClosedException">The connection has ended.</exception>
    public Task SendRawAsync(ReadOnlyMemory<byte> bytes) => TranslateAsync(_sender.Send(bytes.Span));

    /// <summary>Waits for the next request of the server with this code; other requests before it are dropped.</summary>
    /// <exception cref="RemotingTimeoutException">It did not come in time.</exception>
    /// <exception cref="RemotingConnectionClosedException">The connection ended first.</exception>
    public async Task<RemotingCommand> WaitForServerRequestAsync(int code, TimeSpan timeout, CancellationToken cancellation = default)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(timeout);
        try
        {
            while (true)
            {
                var request = await _serverRequests.Reader.ReadAsync(limit.Token).ConfigureAwait(false);
                if (request.Code == code)
                {
                    return request;
                }
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new RemotingTimeoutException($"{RemoteEndPoint} did not send code {code} within {timeout.TotalSeconds} s");
        }
        catch (ChannelClosedException)
        {
            throw ClosedBefore($"code {code} came", await Closed.ConfigureAwait(false));
        }
    }

    /// <summary>Waits until the connection has ended.</summary>
    /// <exception cref="RemotingTimeoutException">It is still open after that time.</exception>
    public async Task<ConnectionEnd> WaitForCloseAsync(TimeSpan timeout)
    {
        try
        {
            return await Closed.WaitAsync(timeout).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw new RemotingTimeoutException($"{RemoteEndPoint} did not close the connection within {timeout.TotalSeconds} s");
        }
    }

    /// <summary>Sends FIN and keeps receiving: a half-closed connection. One that has ended is left as it is.</summary>
    public void ShutdownSend()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception problem) when (problem is SocketException or ObjectDisposedException)
        {
            // The peer was faster; Closed tells how it ended.
        }
    }

    /// <summary>Ends the connection with RST, as a crashed client does.</summary>
    public void Abort()
    {
        _closing = true;
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Dispose();
        End(ConnectionEndKind.ClosedHere, null);
    }

    public async ValueTask DisposeAsync()
    {
        _closing = true;
        _socket.Dispose();
        End(ConnectionEndKind.ClosedHere, null);
        await Closed.ConfigureAwait(false);
    }

    private async Task ReceiveAsync()
    {
        var buffer = new ByteBuffer(ReceiveBytes);
        try
        {
            while (true)
            {
                var count = await _socket.ReceiveAsync(buffer.GetMemory(ReceiveBytes / 2), SocketFlags.None).ConfigureAwait(false);
                if (count == 0)
                {
                    var cut = buffer.Length == 0 ? null : new RemotingFormatException($"the connection ended inside a frame, {buffer.Length} B of it are here");
                    End(cut is null ? ConnectionEndKind.ClosedByPeer : ConnectionEndKind.BrokenFrame, cut);
                    return;
                }

                buffer.Advance(count);
                TakeFrames(buffer);
            }
        }
        catch (RemotingFormatException problem)
        {
            End(ConnectionEndKind.BrokenFrame, problem);
        }
        catch (Exception problem) when (problem is SocketException or ObjectDisposedException)
        {
            End(_closing ? ConnectionEndKind.ClosedHere : ConnectionEndKind.Reset, problem);
        }
        finally
        {
            _socket.Dispose();
        }
    }

    private void TakeFrames(ByteBuffer buffer)
    {
        var taken = 0;
        while (true)
        {
            var rest = buffer.Written[taken..];
            var length = FrameDecoder.FrameLength(rest);
            if (length == 0 || length > rest.Length)
            {
                break;
            }

            Dispatch(FrameDecoder.Decode(rest[..length]));
            taken += length;
        }

        buffer.Drop(taken);
    }

    private void Dispatch(RemotingCommand command)
    {
        if (command.IsResponse)
        {
            if (!_pending.TryRemove(command.Opaque, out var waiting) || !waiting.TrySetResult(command))
            {
                _strayAnswers.Writer.TryWrite(command);
            }
        }
        else if (_options.OnServerRequest is null)
        {
            _serverRequests.Writer.TryWrite(command);
        }
        else if (_options.OnServerRequest(command) is { } answer && !command.IsOneway)
        {
            _ = _sender.Send(ToAnswer(command, answer), _options.SerializeType);
        }
    }

    private static RemotingCommand ToAnswer(RemotingCommand request, RemotingCommand answer) =>
        answer with { Opaque = request.Opaque, Flag = answer.Flag | RemotingCommand.ResponseFlag };

    private void End(ConnectionEndKind kind, Exception? error)
    {
        var end = new ConnectionEnd(kind, error);
        if (!_closed.TrySetResult(end))
        {
            return;
        }

        _serverRequests.Writer.TryComplete();
        _strayAnswers.Writer.TryComplete();
        foreach (var opaque in _pending.Keys)
        {
            if (_pending.TryRemove(opaque, out var waiting))
            {
                waiting.TrySetException(ClosedBefore($"the answer to opaque {opaque} came", end));
            }
        }
    }

    private void ThrowIfClosed(RemotingCommand command)
    {
        if (_closed.Task.IsCompleted)
        {
            throw ClosedBefore($"code {command.Code} was sent", _closed.Task.Result);
        }
    }

    private async Task TranslateAsync(Task sending)
    {
        try
        {
            await sending.ConfigureAwait(false);
        }
        catch (Exception problem) when (problem is SocketException or ObjectDisposedException)
        {
            // The receiving loop tells how the connection ended, now or soon: a failed write alone does not end it.
            throw ClosedBefore("everything was sent", IsOpen ? new ConnectionEnd(ConnectionEndKind.Reset, problem) : await Closed.ConfigureAwait(false));
        }
    }

    private RemotingConnectionClosedException ClosedBefore(string what, ConnectionEnd end) =>
        new($"the connection to {RemoteEndPoint} ended ({end.Kind}{(end.Error is null ? "" : ": " + end.Error.Message)}) before {what}", end);
}
