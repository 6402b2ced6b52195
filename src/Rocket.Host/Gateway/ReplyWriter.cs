using System.IO.Pipelines;
using System.Threading.Channels;
using Rocket.Protocol.Headers;

namespace Rocket.Host.Gateway;

/// <summary>
/// The only writer of one connection: answers come in from any thread, in any order, and whatever came in meanwhile becomes one write to the socket.
/// </summary>
internal sealed class ReplyWriter(PipeWriter output, TimeProvider time)
{
    /// <summary>Written bytes after which the socket gets them although more answers wait.</summary>
    private const int FlushAfterBytes = 64 * 1024;

    private readonly Channel<IReply> _replies = Channel.CreateUnbounded<IReply>(new UnboundedChannelOptions { SingleReader = true });
    private readonly CommandEncoder _encoder = new();
    private long _flushStarted;

    /// <summary>How long the socket has taken nothing although answers wait; zero when nothing waits.</summary>
    public TimeSpan Stuck => Volatile.Read(ref _flushStarted) is var started and not 0 ? time.GetElapsedTime(started) : TimeSpan.Zero;

    /// <summary>Hands an answer over. After the end of the connection it is completed without being written.</summary>
    public void Enqueue(IReply reply)
    {
        if (!_replies.Writer.TryWrite(reply))
        {
            reply.Completed();
        }
    }

    /// <summary>No further answers; <see cref="RunAsync"/> ends after those that are queued.</summary>
    public void Close() => _replies.Writer.TryComplete();

    /// <summary>Writes until <see cref="Close"/>, or until the socket is gone.</summary>
    public async Task RunAsync()
    {
        try
        {
            while (await _replies.Reader.WaitToReadAsync().ConfigureAwait(false))
            {
                WriteQueued();
                Volatile.Write(ref _flushStarted, time.GetTimestamp());
                var flushed = await output.FlushAsync().ConfigureAwait(false);
                Volatile.Write(ref _flushStarted, 0);
                if (flushed.IsCompleted)
                {
                    break;
                }
            }
        }
        finally
        {
            Close();
            while (_replies.Reader.TryRead(out var unwritten))
            {
                unwritten.Completed();
            }
        }
    }

    private void WriteQueued()
    {
        while (output.UnflushedBytes < FlushAfterBytes && _replies.Reader.TryRead(out var reply))
        {
            try
            {
                reply.Prepare();
                reply.WriteTo(_encoder, output);
            }
            finally
            {
                reply.Completed();
            }
        }
    }
}
