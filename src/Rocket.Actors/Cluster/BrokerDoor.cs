using System.Collections.Concurrent;

namespace Rocket.Actors.Cluster;

/// <summary>
/// Knows who is in the middle of handing a request to a broker's actors. A planned change of master closes the door (the broker does not lead here any more) and waits until
/// nobody is inside: every request that was let in has then reached its actor, and none comes after it that would have to be refused.
/// </summary>
/// <remarks>
/// A pass is written by one thread at a time, so that a request costs one uncontended exchange. The exchange is a full fence: whoever closed the door before it is seen by
/// who enters, and whoever closes it after it sees that somebody is inside.
/// </remarks>
public sealed class BrokerDoor
{
    private readonly ConcurrentDictionary<Pass, bool> _passes = new();

    /// <summary>Whether nobody is inside.</summary>
    public bool IsQuiet
    {
        get
        {
            Interlocked.MemoryBarrier();
            foreach (var entry in _passes)
            {
                if (entry.Key.IsInside)
                {
                    return false;
                }
            }

            return true;
        }
    }

    /// <summary>A pass for one connection; ended when the connection does.</summary>
    public Pass Issue()
    {
        var pass = new Pass(this);
        _passes[pass] = true;
        return pass;
    }

    /// <summary>One connection's right to enter.</summary>
    public sealed class Pass : IDisposable
    {
        private readonly BrokerDoor _door;
        private int _isInside;

        internal Pass(BrokerDoor door) => _door = door;

        internal bool IsInside => Volatile.Read(ref _isInside) != 0;

        /// <summary>From here on the broker's actors take requests, if the broker is led here when asked after this call.</summary>
        public void Enter() => Interlocked.Exchange(ref _isInside, 1);

        public void Leave() => Volatile.Write(ref _isInside, 0);

        public void Dispose() => _door._passes.TryRemove(this, out _);
    }
}
