using System.Collections.Concurrent;

namespace Rocket.Host.Gateway;

/// <summary>
/// The sends of one connection that are not in use, so that a send in steady state allocates nothing. Taken by the connection's reader, given back
/// by its writer.
/// </summary>
internal sealed class PendingSendPool(GatewayConnection connection)
{
    /// <summary>A client rarely has more in flight; what is beyond is left to the garbage collector.</summary>
    private const int Greatest = 256;

    private readonly ConcurrentQueue<PendingSend> _free = new();
    private int _count;

    public PendingSend Take()
    {
        if (_free.TryDequeue(out var send))
        {
            Interlocked.Decrement(ref _count);
            return send;
        }

        return new PendingSend(connection);
    }

    public void Return(PendingSend send)
    {
        if (Interlocked.Increment(ref _count) <= Greatest)
        {
            _free.Enqueue(send);
        }
        else
        {
            Interlocked.Decrement(ref _count);
        }
    }
}
