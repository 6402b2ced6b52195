using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Rocket.Actors.Links;

namespace Rocket.Host.Links;

/// <summary>What the connections to all peers share.</summary>
internal sealed class LinkEnvironment(LinkSettings settings, LinkHub hub, TimeProvider time, ILogger logger) : IDisposable
{
    private readonly TaskCompletionSource<LinkIdentity> _identity = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stop = new();

    public LinkSettings Settings => settings;

    public LinkHub Hub => hub;

    public TimeProvider Time => time;

    public ILogger Logger => logger;

    /// <summary>Who this node is; known once its data folder is open.</summary>
    public Task<LinkIdentity> Identity => _identity.Task;

    /// <summary>Cancelled when the node stops.</summary>
    public CancellationToken Stopping => _stop.Token;

    /// <summary>Keeps strangers from filling the log.</summary>
    public SparingLines StrangerLines { get; } = new(time);

    /// <summary>Every connection that has passed its handshake and runs.</summary>
    public ConcurrentDictionary<LinkConnection, bool> Running { get; } = new();

    /// <summary>A reading of the steady clock.</summary>
    public TimeSpan Now => time.GetElapsedTime(0);

    /// <summary>16 random bytes.</summary>
    public static byte[] NewNonce() => RandomNumberGenerator.GetBytes(LinkHello.NonceBytes);

    public void Identify(LinkIdentity identity) => _identity.TrySetResult(identity);

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
