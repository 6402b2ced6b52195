using System.Buffers;
using Rocket.TestClient.Wire;

namespace Rocket.Host.Tests.Fuzz;

/// <summary>One question at a time over a connection in memory.</summary>
internal sealed class InMemoryClient : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly InMemoryTransport _transport;
    private readonly Task _served;

    public InMemoryClient(InProcessNode node) => (_transport, _served) = node.Connect(node.Broker);

    public Task<RemotingCommand> InvokeAsync(RemotingCommand request) => InvokeAsync(FrameEncoder.ToArray(request));

    public async Task<RemotingCommand> InvokeAsync(byte[] request)
    {
        await _transport.ClientOutput.WriteAsync(request);
        while (true)
        {
            var read = await _transport.ClientInput.ReadAsync().AsTask().WaitAsync(Patience);
            var length = FrameDecoder.FrameLength(read.Buffer.ToArray());
            if (length > 0 && length <= read.Buffer.Length)
            {
                var answer = FrameDecoder.Decode(read.Buffer.Slice(0, length).ToArray());
                _transport.ClientInput.AdvanceTo(read.Buffer.GetPosition(length));
                if (answer.IsResponse)
                {
                    return answer;
                }

                continue;
            }

            if (read.IsCompleted)
            {
                throw new EndOfStreamException("the node closed the connection");
            }

            _transport.ClientInput.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _transport.Leave();
        await _served.WaitAsync(Patience);
    }
}
