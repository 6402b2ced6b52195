namespace Rocket.Actors.Queues;

/// <summary>The held pulls of one queue. A list that is walked: a queue has as many as it has consumer groups, rarely more.</summary>
internal sealed class PullWaiters(int limit)
{
    private readonly List<PullWaiter> _waiters = [];

    public int Count => _waiters.Count;

    /// <summary>Holds a pull. False: too many are held already, the caller wakes it at once.</summary>
    public bool TryAdd(PullWaiter waiter)
    {
        if (_waiters.Count >= limit)
        {
            return false;
        }

        _waiters.Add(waiter);
        return true;
    }

    /// <summary>Wakes those that one of the new records may interest.</summary>
    public void Arrived(ReadOnlySpan<int> tagHashes)
    {
        for (var i = _waiters.Count - 1; i >= 0; i--)
        {
            if (AcceptsAny(_waiters[i], tagHashes))
            {
                WakeAt(i);
            }
        }
    }

    /// <summary>Wakes those for whom there is something below <paramref name="visibleOffset"/>.</summary>
    public void WakeBelow(long visibleOffset)
    {
        for (var i = _waiters.Count - 1; i >= 0; i--)
        {
            if (_waiters[i].Offset < visibleOffset)
            {
                WakeAt(i);
            }
        }
    }

    /// <summary>Wakes those whose time is over and forgets those that nobody waits for.</summary>
    public void Expire(long timestamp)
    {
        for (var i = _waiters.Count - 1; i >= 0; i--)
        {
            if (_waiters[i].IsAbandoned || _waiters[i].Deadline <= timestamp)
            {
                WakeAt(i);
            }
        }
    }

    /// <summary>Wakes all: the queue stops.</summary>
    public void WakeAll()
    {
        for (var i = _waiters.Count - 1; i >= 0; i--)
        {
            WakeAt(i);
        }
    }

    private void WakeAt(int index)
    {
        var waiter = _waiters[index];
        _waiters[index] = _waiters[^1];
        _waiters.RemoveAt(_waiters.Count - 1);
        waiter.Wake();
    }

    private static bool AcceptsAny(PullWaiter waiter, ReadOnlySpan<int> tagHashes)
    {
        foreach (var hash in tagHashes)
        {
            if (waiter.Accepts(hash))
            {
                return true;
            }
        }

        return false;
    }
}
