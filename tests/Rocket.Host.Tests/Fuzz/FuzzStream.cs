using System.Buffers;
using System.IO.Pipelines;
using Rocket.Host.Gateway;
using Rocket.TestClient.Wire;
using Xunit.Sdk;

namespace Rocket.Host.Tests.Fuzz;

/// <summary>One connection's worth of requests, all of it from one seed, and what a client must see of the answers.</summary>
internal sealed class FuzzStream
{
    private const int GreatestFrames = 60;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Random _random;
    private readonly int _seed;
    private readonly byte[] _bytes;
    private readonly ExpectedAnswers _expected;
    private volatile bool _isLeaving;

    public FuzzStream(int seed, GatewayEnvironment environment)
    {
        _seed = seed;
        _random = new Random(seed);
        _bytes = Requests();
        _expected = ExpectedAnswers.To(_bytes, environment.FrameLimits);
    }

    public int Frames => _expected.Frames;

    /// <summary>Sends it all over a connection of its own and checks what comes back.</summary>
    public async Task RunAsync(InProcessNode node)
    {
        var listener = _random.Next(10) == 0 ? node.NameServer : node.Broker;
        var leavesEarly = _random.Next(10) == 0;
        var (transport, served) = node.Connect(listener);
        try
        {
            var sending = SendAsync(transport.ClientOutput);
            if (leavesEarly)
            {
                await Task.WhenAny(sending, ReceiveAsync(transport.ClientInput));
                _isLeaving = true;
                transport.ClientOutput.CancelPendingFlush();
            }
            else
            {
                await ReceiveAsync(transport.ClientInput).WaitAsync(Patience);
            }

            await sending.WaitAsync(Patience);
            transport.Leave();
            await served.WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            throw Failure($"no end after {Patience.TotalSeconds} s, {_expected}");
        }
    }

    private byte[] Requests()
    {
        var mutator = new Mutator(_random);
        var output = new MemoryStream();
        var damaged = _random.Next(3) == 0;
        var count = _random.Next(1, GreatestFrames);
        for (var i = 0; i < count; i++)
        {
            var frame = mutator.Next(opaque: i).ToBytes();
            output.Write(damaged && i == count - 1 ? mutator.Damage(frame) : frame);
        }

        return output.ToArray();
    }

    private async Task SendAsync(PipeWriter output)
    {
        for (var sent = 0; sent < _bytes.Length;)
        {
            var piece = _random.Next(4) == 0 ? _random.Next(1, 100) : _random.Next(100, 20_000);
            piece = Math.Min(piece, _bytes.Length - sent);
            var result = await output.WriteAsync(_bytes.AsMemory(sent, piece));
            if (result.IsCompleted || _isLeaving)
            {
                return; // the node has closed the connection, or this side is about to
            }

            sent += piece;
        }
    }

    private async Task ReceiveAsync(PipeReader input)
    {
        while (_expected.IsViolation || _expected.Missing > _expected.Held)
        {
            var read = await input.ReadAsync();
            var consumed = TakeAnswers(read.Buffer);
            input.AdvanceTo(consumed, read.Buffer.End);
            if (!read.IsCompleted)
            {
                continue;
            }

            if (!_expected.IsViolation)
            {
                throw Failure($"the connection was closed, {_expected}");
            }

            return;
        }
    }

    private SequencePosition TakeAnswers(ReadOnlySequence<byte> buffer)
    {
        while (buffer.Length >= FrameLayout.PrefixBytes)
        {
            var length = FrameDecoder.FrameLength(buffer.Slice(0, FrameLayout.PrefixBytes).ToArray());
            if (length > buffer.Length)
            {
                break;
            }

            Take(buffer.Slice(0, length).ToArray());
            buffer = buffer.Slice(length);
        }

        return buffer.Start;
    }

    private void Take(byte[] frame)
    {
        RemotingCommand answer;
        try
        {
            answer = FrameDecoder.Decode(frame);
        }
        catch (RemotingFormatException wrong)
        {
            throw Failure($"an answer is no frame: {wrong.Message}");
        }

        if (answer.IsResponse && !_expected.Take(answer.Opaque))
        {
            throw Failure($"nobody asked for {answer}");
        }
    }

    private XunitException Failure(string what) => new($"seed {_seed}, ROCKET_FUZZ_SEED={_seed} repeats it: {what}");
}
