using System.IO.Pipelines;
using Rocket.Actors.Links;

namespace Rocket.Host.Links;

/// <summary>Takes a handshake over a connection's pipes.</summary>
internal static class LinkHandshake
{
    /// <summary>Runs it until one side has decided.</summary>
    /// <exception cref="LinkViolationException">The other side is nobody of ours.</exception>
    /// <exception cref="EndOfStreamException">It has closed the connection.</exception>
    public static async Task<HandshakeStep> RunAsync(HandshakeState state, HandshakeStep.Send? first, IDuplexPipe pipe, CancellationToken cancellation)
    {
        if (first is not null)
        {
            await WriteAsync(pipe.Output, first.Kind, first.Payload, cancellation).ConfigureAwait(false);
        }

        while (true)
        {
            var step = await ReadAsync(state, pipe.Input, cancellation).ConfigureAwait(false);
            if (step is not HandshakeStep.Send send)
            {
                return step;
            }

            await WriteAsync(pipe.Output, send.Kind, send.Payload, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Writes one frame.</summary>
    /// <exception cref="EndOfStreamException">The other side reads no more.</exception>
    public static async Task WriteAsync(PipeWriter output, LinkKind kind, ReadOnlyMemory<byte> payload, CancellationToken cancellation)
    {
        LinkWriting.WriteFrame(output, kind, payload.Span);
        var flushed = await output.FlushAsync(cancellation).ConfigureAwait(false);
        if (flushed.IsCompleted)
        {
            throw new EndOfStreamException("closed by the other side");
        }
    }

    private static async Task<HandshakeStep> ReadAsync(HandshakeState state, PipeReader input, CancellationToken cancellation)
    {
        while (true)
        {
            var read = await input.ReadAsync(cancellation).ConfigureAwait(false);
            var buffer = read.Buffer;
            if (LinkFrameReader.TryRead(ref buffer, LinkHello.MaxBytes, out var frame))
            {
                // What follows belongs to the connection that comes to be.
                var step = state.OnFrame(frame.Kind, frame.Payload.IsSingleSegment ? frame.Payload.FirstSpan : LinkWriting.Contiguous(frame.Payload));
                input.AdvanceTo(buffer.Start);
                return step;
            }

            input.AdvanceTo(buffer.Start, buffer.End);
            if (read.IsCompleted || read.IsCanceled)
            {
                throw new EndOfStreamException("closed by the other side");
            }
        }
    }
}
