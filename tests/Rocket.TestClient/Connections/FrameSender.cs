using System.Net.Sockets;
using Rocket.TestClient.Wire;

namespace Rocket.TestClient.Connections;

/// <summary>
/// The sending half of a connection. Whoever has something to send appends it to one buffer; one loop writes that buffer while the next one fills,
/// so that frames which come together leave in one write.
/// </summary>
internal sealed class FrameSender(Socket socket)
{
    private readonly Lock _gate = new();
    private ByteBuffer _filling = new(16 * 1024);
    private ByteBuffer _leaving = new(16 * 1024);
    private TaskCompletionSource _handedOver = NewCompletion();
    private bool _running;
    private Exception? _failure;

    /// <summary>Completes when the frame was handed to the operating system.</summary>
    public Task Send(RemotingCommand command, SerializeType fallback)
    {
        lock (_gate)
        {
            var start = _filling.Length;
            try
            {
                FrameEncoder.Write(_filling, command, fallback);
            }
            catch (ArgumentException)
            {
                _filling.Truncate(start);
                throw;
            }

            return StartLoop();
        }
    }

    /// <summary>Completes when the bytes, whatever they are, were handed to the operating system.</summary>
    public Task Send(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            _filling.Write(bytes);
            return StartLoop();
        }
    }

    private Task StartLoop()
    {
        if (_failure is not null)
        {
            _filling.Clear();
            return Task.FromException(_failure);
        }

        if (!_running)
        {
            _running = true;
            _ = Task.Run(WriteUntilEmptyAsync);
        }

        return _handedOver.Task;
    }

    private async Task WriteUntilEmptyAsync()
    {
        while (true)
        {
            TaskCompletionSource handedOver;
            lock (_gate)
            {
                if (_filling.Length == 0)
                {
                    _running = false;
                    return;
                }

                (_filling, _leaving) = (_leaving, _filling);
                handedOver = _handedOver;
                _handedOver = NewCompletion();
            }

            try
            {
                for (var sent = 0; sent < _leaving.Length;)
                {
                    sent += await socket.SendAsync(_leaving.WrittenMemory[sent..], SocketFlags.None).ConfigureAwait(false);
                }

                _leaving.Clear();
                handedOver.SetResult();
            }
            catch (Exception problem) when (problem is SocketException or ObjectDisposedException)
            {
                Fail(problem, handedOver);
                return;
            }
        }
    }

    private void Fail(Exception problem, TaskCompletionSource handedOver)
    {
        TaskCompletionSource waiting;
        lock (_gate)
        {
            _failure = problem;
            _running = false;
            _filling.Clear();
            waiting = _handedOver;
        }

        handedOver.SetException(problem);
        waiting.TrySetException(problem);

        // A sender that does not wait learns it from the connection's end.
        _ = handedOver.Task.Exception;
        _ = waiting.Task.Exception;
    }

    private static TaskCompletionSource NewCompletion() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
