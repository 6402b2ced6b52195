using System.Collections.Concurrent;

namespace Rocket.Host.Gateway;

/// <summary>
/// The sends of one connection that are not in use, so that a send in steady state allocates nothing. Taken by the connection's reader, given back
/// by its writer. What a burst has left is given up when it is not needed again soon: thousands of quiet clients must not each keep their busiest moment.
/// </summary>
internal sealed class PendingSendPool(GatewayConnection connection)
{
    /// <summary>A client rarely has more in flight; what is beyond is left to the garbage collector.</summary>
    private const int Greatest = 256;

    private readonly ConcurrentQueue<PendingSend> _free = new();
    private int _count;
    private int _leastFree;

    public PendingSend Take()
    {
        if (!_free.TryDequeue(out var send))
        {
            Volatile.Write(ref _leastFree, 0);
            return new PendingSend(connection);
        }

        var left = Interlocked.Decrement(ref _count);
        if (left < Volatile.Read(ref _leastFree))
        {
            Volatile.Write(ref _leastFree, left);
        }

        return send;
    }

    public void Return(PendingSend send)
    {
        if (!send.IsReusable)
        {
            return;
        }

        if (Interlocked.Increment(ref _count) <= Greatest)
        {
            _free.Enqueue(send);
        }
        else
        {
            Interlocked.Decrement(ref _count);
        }
    }

    /// <summary>Gives up those that were never taken since the last call.</summary>
    public void Trim()
    {
        for (var unused = Interlocked.Exchange(ref _leastFree, Volatile.Read(ref _count)); unused > 0 && _free.TryDequeue(out _); unused--)
        {
            Interlocked.Decrement(ref _count);
        }
    }
}
