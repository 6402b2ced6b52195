using System.Collections.Concurrent;
using Rocket.Actors.Cluster;

namespace Rocket.Host.Gateway;

/// <summary>Every open connection of the node: the limit on their number, and the clock that ends idle ones.</summary>
internal sealed class ConnectionRegistry(int limit)
{
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

    /// <summary>Ends those without traffic, those that sent no frame, and those that take no answers, each for too long.</summary>
    public void EndIdle(TimeProvider time, LimitSettings limits)
    {
        var now = time.GetTimestamp();
        foreach (var (_, connection) in _connections)
        {
            var quiet = time.GetElapsedTime(connection.LastActive, now);
            if (quiet > limits.IdleTimeout)
            {
                connection.Abort($"idle for {quiet.TotalSeconds:0} s");
            }
            else if (!connection.HasSpoken && time.GetElapsedTime(connection.Opened, now) > limits.HandshakeTimeout)
            {
                connection.Abort($"no complete frame within {limits.HandshakeTimeout.TotalSeconds:0} s");
            }
            else if (connection.Stuck > limits.WriteTimeout)
            {
                connection.AbortMisbehaving($"it read none of its answers for {connection.Stuck.TotalSeconds:0} s (rocket.limits.write-timeout)");
            }
        }
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
