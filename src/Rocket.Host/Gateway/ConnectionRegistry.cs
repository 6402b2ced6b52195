using System.Collections.Concurrent;

namespace Rocket.Host.Gateway;

/// <summary>Every open connection of the node: the limit on their number, and the clock that ends idle ones.</summary>
internal sealed class ConnectionRegistry(int limit)
{
    /// <summary>How long a client may take nothing of an answer whose room others wait for.</summary>
    private static readonly TimeSpan CrampedWriteTimeout = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<long, GatewayConnection> _connections = new();
    private long _nextId;
    private int _count;

    public int Count => Volatile.Read(ref _count);

    /// <summary>Those that are open now, in no particular order.</summary>
    public IEnumerable<GatewayConnection> All => _connections.Values;

    /// <summary>Takes a place for a new connection. False: there are too many.</summary>
    public bool TryReserve(out long id)
    {
        id = Interlocked.Increment(ref _nextId);
        if (Interlocked.Increment(ref _count) <= limit)
        {
            return true;
        }

        Interlocked.Decrement(ref _count);
        return false;
    }

    public void Add(GatewayConnection connection) => _connections[connection.Id] = connection;

    public void Remove(GatewayConnection connection)
    {
        if (_connections.TryRemove(connection.Id, out _))
        {
            Interlocked.Decrement(ref _count);
        }
    }

    /// <summary>
    /// Ends those without traffic, those that sent no frame, those whose frame does not come to its end and those that take no answers, each for too
    /// long. The others give up what they have not used lately.
    /// </summary>
    public void Sweep(GatewayEnvironment environment)
    {
        var now = environment.Time.GetTimestamp();
        var isRoomWanted = environment.Memory.Outgoing.IsContended;
        foreach (var (_, connection) in _connections)
        {
            var writeTimeout = isRoomWanted && connection.HoldsRoom ? CrampedWriteTimeout : environment.Limits.WriteTimeout;
            if (connection.Stuck > writeTimeout)
            {
                connection.AbortMisbehaving($"it read none of its answers for {connection.Stuck.TotalSeconds:0} s (rocket.limits.write-timeout)");
            }
            else if (!EndIfOverdue(connection, now, environment))
            {
                connection.SendPool.Trim();
            }
        }
    }

    private static bool EndIfOverdue(GatewayConnection connection, long now, GatewayEnvironment environment)
    {
        var limits = environment.Limits;
        var quiet = environment.Time.GetElapsedTime(connection.LastActive, now);
        if (quiet > limits.IdleTimeout)
        {
            connection.Abort($"idle for {quiet.TotalSeconds:0} s");
            return true;
        }

        if (!connection.HasSpoken && environment.Time.GetElapsedTime(connection.Opened, now) > limits.HandshakeTimeout)
        {
            connection.Abort($"no complete frame within {limits.HandshakeTimeout.TotalSeconds:0} s");
            return true;
        }

        if (connection.FrameAge > limits.FrameTimeout)
        {
            connection.AbortMisbehaving($"its frame was not complete after {connection.FrameAge.TotalSeconds:0} s (rocket.limits.frame-timeout)");
            return true;
        }

        return false;
    }

    /// <summary>Stops reading on every connection; what was read is still answered.</summary>
    public void StopReading()
    {
        foreach (var (_, connection) in _connections)
        {
            connection.StopReading();
        }
    }

    /// <summary>Ends every connection at once.</summary>
    public void AbortAll(string reason)
    {
        foreach (var (_, connection) in _connections)
        {
            connection.Abort(reason);
        }
    }
}
