using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Rocket.Benchmarks.Framing;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Wire;

namespace Rocket.Benchmarks.Floor;

/// <summary>Queues in the floor's routes.</summary>
internal sealed record FloorSettings(int Queues);

/// <summary>
/// The least that a broker behind this listener can do: cut frames, find code and opaque, copy the bodies of one read together, append them with one
/// write, answer all of them with one flush.
/// </summary>
internal sealed class FloorConnection(FloorFile file, FloorSettings settings) : ConnectionHandler
{
    public override async Task OnConnectedAsync(ConnectionContext connection)
    {
        var local = (IPEndPoint)connection.LocalEndPoint!;
        var state = new State(file, $"{local.Address}:{local.Port}", settings.Queues, connection.Transport.Output);
        var input = connection.Transport.Input;
        try
        {
            while (true)
            {
                var read = await input.ReadAsync().ConfigureAwait(false);
                var rest = read.Buffer;
                state.Take(ref rest);
                input.AdvanceTo(rest.Start, rest.End);
                var flushed = await connection.Transport.Output.FlushAsync().ConfigureAwait(false);
                if (read.IsCompleted || flushed.IsCompleted)
                {
                    return;
                }
            }
        }
        catch (Exception end) when (end is ConnectionResetException or ConnectionAbortedException or OperationCanceledException)
        {
            // The client is gone.
        }
        catch (RemotingFormatException)
        {
            connection.Abort();
        }
    }

    private sealed class State(FloorFile file, string address, int queues, PipeWriter output)
    {
        private readonly FloorAnswers _answers = new();
        private readonly ByteBuffer _bodies = new(64 * 1024);
        private byte[] _joined = [];

        // Answers are in the pipe before the bodies are in the file, but leave it only with the flush that follows.
        public void Take(ref ReadOnlySequence<byte> buffer)
        {
            while (TryCut(ref buffer, out var frame))
            {
                Handle(frame);
            }

            if (_bodies.Length > 0)
            {
                file.Append(_bodies.Written);
                _bodies.Clear();
            }
        }

        private bool TryCut(ref ReadOnlySequence<byte> buffer, out ReadOnlySpan<byte> frame)
        {
            frame = default;
            if (buffer.Length < FrameLayout.PrefixBytes)
            {
                return false;
            }

            Span<byte> prefix = stackalloc byte[FrameLayout.PrefixBytes];
            buffer.Slice(0, FrameLayout.PrefixBytes).CopyTo(prefix);
            var length = FrameDecoder.FrameLength(prefix);
            if (buffer.Length < length)
            {
                return false;
            }

            var cut = buffer.Slice(0, length);
            buffer = buffer.Slice(length);
            frame = cut.IsSingleSegment ? cut.FirstSpan : Join(cut, length);
            return true;
        }

        private ReadOnlySpan<byte> Join(ReadOnlySequence<byte> cut, int length)
        {
            if (_joined.Length < length)
            {
                _joined = new byte[length];
            }

            cut.CopyTo(_joined);
            return _joined.AsSpan(0, length);
        }

        private void Handle(ReadOnlySpan<byte> bytes)
        {
            var frame = new FrameView(bytes);
            var type = frame.Type;
            var header = frame.Header;
            if (HeaderScan.Code(header, type) is not (RequestCode.SendMessage or RequestCode.SendMessageV2 or RequestCode.SendBatchMessage))
            {
                FloorAnswers.WriteOther(output, bytes, address, queues);
                return;
            }

            _bodies.Write(frame.Body);
            if ((HeaderScan.Flag(header, type) & RemotingCommand.OnewayFlag) == 0)
            {
                _answers.WriteStored(output, type, HeaderScan.Opaque(header, type));
            }
        }
    }
}
