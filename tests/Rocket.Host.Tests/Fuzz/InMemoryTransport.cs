using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace Rocket.Host.Tests.Fuzz;

/// <summary>
/// A connection without a socket, which behaves as Kestrel's do: the client's end completes the input, an abort fails it, and what nobody reads
/// holds its writer up.
/// </summary>
internal sealed class InMemoryTransport : ConnectionContext, IDuplexPipe
{
    /// <summary>As much as Kestrel keeps unsent before it lets a writer wait.</summary>
    private const int UnsentBytes = 64 * 1024;

    private static readonly PipeOptions Options = new(pauseWriterThreshold: UnsentBytes, resumeWriterThreshold: UnsentBytes / 2, useSynchronizationContext: false);

    private readonly Pipe _toServer = new(Options);
    private readonly Pipe _toClient = new(Options);
    private readonly CancellationTokenSource _closed = new();

    public InMemoryTransport() => Transport = this;

    public override string ConnectionId { get; set; } = "in memory";

    public override IFeatureCollection Features { get; } = new FeatureCollection();

    public override IDictionary<object, object?> Items { get; set; } = new Dictionary<object, object?>();

    public override IDuplexPipe Transport { get; set; }

    public override EndPoint? RemoteEndPoint { get; set; } = new IPEndPoint(IPAddress.Loopback, 1);

    public override CancellationToken ConnectionClosed
    {
        get => _closed.Token;
        set => throw new NotSupportedException();
    }

    /// <summary>What the client sends with.</summary>
    public PipeWriter ClientOutput => _toServer.Writer;

    /// <summary>What the client receives with.</summary>
    public PipeReader ClientInput => _toClient.Reader;

    PipeReader IDuplexPipe.Input => _toServer.Reader;

    PipeWriter IDuplexPipe.Output => _toClient.Writer;

    public override void Abort(ConnectionAbortedException abortReason)
    {
        _toServer.Writer.Complete(abortReason);
        _closed.Cancel();
    }

    /// <summary>The client ends the connection, and reads nothing more.</summary>
    public void Leave()
    {
        _toServer.Writer.Complete();
        _toClient.Reader.Complete();
        _closed.Cancel();
    }

    /// <summary>The server is done with the connection.</summary>
    public override async ValueTask DisposeAsync()
    {
        await _toServer.Reader.CompleteAsync();
        await _toClient.Writer.CompleteAsync();
        await base.DisposeAsync();
    }
}
