using System.Buffers;
using Rocket.Host.Tests.Fuzz;
using Rocket.TestClient.Wire;

namespace Rocket.Host.Tests.Forwarding;

/// <summary>A client of a gateway without sockets.</summary>
internal sealed class GatewayClient(InMemoryTransport transport)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private bool _hasLeft;

    /// <summary>Whether the server has ended the connection.</summary>
    public bool IsReset => transport.ConnectionClosed.IsCancellationRequested;

    public Task SendAsync(RemotingCommand command) => transport.ClientOutput.WriteAsync(FrameEncoder.ToArray(command)).AsTask();

    /// <summary>The next frame from the server.</summary>
    public async Task<RemotingCommand> ReceiveAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        while (true)
        {
            var read = await transport.ClientInput.ReadAsync(limit.Token);
            var bytes = read.Buffer.ToArray();
            if (bytes.Length >= 4 && FrameDecoder.FrameLength(bytes) is var length && length > 0 && bytes.Length >= length)
            {
                transport.ClientInput.AdvanceTo(read.Buffer.GetPosition(length));
                return FrameDecoder.Decode(bytes.AsSpan(0, length));
            }

            transport.ClientInput.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            if (read.IsCompleted)
            {
                throw new EndOfStreamException("the server has ended the connection");
            }
        }
    }

    public void Leave()
    {
        if (!_hasLeft)
        {
            _hasLeft = true;
            transport.Leave();
        }
    }
}
