using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Rocket.Actors.Links;

namespace Rocket.Host.Links;

/// <summary>What the connections to all peers share.</summary>
internal sealed class LinkEnvironment : IDisposable
{
    private readonly TaskCompletionSource<LinkIdentity> _identity = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stop = new();
    private volatile bool _isSilent;

    public LinkEnvironment(LinkSettings settings, LinkHub hub, TimeProvider time, ILogger logger)
    {
        (Settings, Hub, Time, Logger) = (settings, hub, time, logger);
        Stopping = _stop.Token;
        StrangerLines = new SparingLines(time);
    }

    public LinkSettings Settings { get; }

    public LinkHub Hub { get; }

    public TimeProvider Time { get; }

    public ILogger Logger { get; }

    /// <summary>Who this node is; known once its data folder is open.</summary>
    public Task<LinkIdentity> Identity => _identity.Task;

    /// <summary>Cancelled when the node stops; may be asked for afterwards too, by a connection that comes late.</summary>
    public CancellationToken Stopping { get; }

    /// <summary>Nobody wants to know any more what becomes of a link: the node has stopped, although it votes a little longer.</summary>
    public bool IsSilent => _isSilent || Stopping.IsCancellationRequested;

    /// <summary>Keeps strangers from filling the log.</summary>
    public SparingLines StrangerLines { get; }

    /// <summary>Every connection that has passed its handshake and runs.</summary>
    public ConcurrentDictionary<LinkConnection, bool> Running { get; } = new();

    /// <summary>A reading of the steady clock.</summary>
    public TimeSpan Now => Time.GetElapsedTime(0);

    /// <summary>16 random bytes.</summary>
    public static byte[] NewNonce() => RandomNumberGenerator.GetBytes(LinkHello.NonceBytes);

    public void Identify(LinkIdentity identity) => _identity.TrySetResult(identity);

    /// <summary>From now on no line tells of a link.</summary>
    public void BeSilent() => _isSilent = true;

    /// <summary>Ends every connection, and lets no new one begin.</summary>
    public void Stop()
    {
        _stop.Cancel();
        _identity.TrySetCanceled();
        foreach (var connection in Running.Keys)
        {
            connection.Abort("this node stops");
        }
    }

    public void Dispose() => _stop.Dispose();
}
