namespace Rocket.Actors.Queues;

/// <summary>
/// The held pulls of one queue. An arrival finds those that it may interest by its tag, so that ten thousand who want something else cost it nothing;
/// all are walked only to find those whose time is over.
/// </summary>
internal sealed class PullWaiters(int limit)
{
    /// <summary>Entries of ended pulls that are left lying in the lists below before they are swept out.</summary>
    private const int LeftLying = 1024;

    /// <summary>Every so many looks for those whose time is over, those that nobody waits for are looked for too: each has to be visited in memory for it.</summary>
    private const int LooksForAbandoned = 4;

    private readonly List<Held> _held = [];

    // What these hold may have ended meanwhile by another tag or by its deadline; its place says so.
    private readonly Dictionary<int, List<PullWaiter>> _byTag = [];
    private readonly List<PullWaiter> _asked = [];
    private int _entries;
    private int _heldEntries;
    private int _looks;

    public int Count => _held.Count;

    /// <summary>Entries of held and of ended pulls by which they are found.</summary>
    public int Entries => _entries;

    /// <summary>Holds a pull. False: too many are held already, the caller wakes it at once.</summary>
    public bool TryAdd(PullWaiter waiter)
    {
        if (_held.Count >= limit)
        {
            return false;
        }

        waiter.Place = _held.Count;
        _held.Add(new Held(waiter, waiter.Deadline));
        _heldEntries += EntriesOf(waiter);
        Enter(waiter);
        return true;
    }

    /// <summary>Lets those look again that one of the new records may interest.</summary>
    public void Arrived(ReadOnlySpan<int> tagHashes)
    {
        if (_held.Count == 0)
        {
            return;
        }

        foreach (var hash in tagHashes)
        {
            if (_byTag.Remove(hash, out var interested))
            {
                _entries -= interested.Count;
                foreach (var waiter in interested)
                {
                    LookAgainIfHeld(waiter);
                }
            }
        }

        AskEach(tagHashes);
        SweepIfDue();
    }

    /// <summary>Lets those look again for whom there is something below <paramref name="visibleOffset"/>.</summary>
    public void WakeBelow(long visibleOffset)
    {
        for (var i = _held.Count - 1; i >= 0; i--)
        {
            if (_held[i].Waiter.Offset < visibleOffset)
            {
                LookAgainIfHeld(_held[i].Waiter);
            }
        }

        SweepIfDue();
    }

    /// <summary>Wakes those whose time is over and, now and then, forgets those that nobody waits for.</summary>
    public void Expire(long timestamp)
    {
        var forAbandoned = ++_looks % LooksForAbandoned == 0;
        for (var i = _held.Count - 1; i >= 0; i--)
        {
            if (_held[i].Deadline <= timestamp || (forAbandoned && _held[i].Waiter.IsAbandoned))
            {
                EndIfHeld(_held[i].Waiter);
            }
        }

        SweepIfDue();
    }

    /// <summary>Wakes all: the queue stops.</summary>
    public void WakeAll()
    {
        for (var i = _held.Count - 1; i >= 0; i--)
        {
            EndIfHeld(_held[i].Waiter);
        }

        Sweep();
    }

    private void AskEach(ReadOnlySpan<int> tagHashes)
    {
        var kept = 0;
        for (var i = 0; i < _asked.Count; i++)
        {
            var waiter = _asked[i];
            if (waiter.Place >= 0 && AcceptsAny(waiter, tagHashes))
            {
                LookAgainIfHeld(waiter);
            }
            else if (waiter.Place >= 0)
            {
                _asked[kept++] = waiter;
            }
        }

        _entries -= _asked.Count - kept;
        _asked.RemoveRange(kept, _asked.Count - kept);
    }

    private void EndIfHeld(PullWaiter waiter)
    {
        if (TryLetGo(waiter))
        {
            waiter.Wake();
        }
    }

    private void LookAgainIfHeld(PullWaiter waiter)
    {
        if (TryLetGo(waiter))
        {
            waiter.LookAgain();
        }
    }

    private bool TryLetGo(PullWaiter waiter)
    {
        if (waiter.Place < 0)
        {
            return false;
        }

        var last = _held[^1];
        _held[waiter.Place] = last;
        last.Waiter.Place = waiter.Place;
        _held.RemoveAt(_held.Count - 1);
        waiter.Place = -1;
        _heldEntries -= EntriesOf(waiter);
        return true;
    }

    private void Enter(PullWaiter waiter)
    {
        _entries += EntriesOf(waiter);
        if (waiter.Tags.IsEmpty)
        {
            _asked.Add(waiter);
        }

        foreach (var hash in waiter.Tags)
        {
            if (!_byTag.TryGetValue(hash, out var interested))
            {
                _byTag.Add(hash, interested = []);
            }

            interested.Add(waiter);
        }
    }

    /// <summary>Each sweep costs as much as what was entered since the last one, so entering stays as cheap as it looks.</summary>
    private void SweepIfDue()
    {
        if (_entries > (2 * _heldEntries) + LeftLying)
        {
            Sweep();
        }
    }

    private void Sweep()
    {
        _asked.Clear();
        _byTag.Clear();
        _entries = 0;
        foreach (var held in _held)
        {
            Enter(held.Waiter);
        }

        _asked.TrimExcess();
        _byTag.TrimExcess();
        _held.TrimExcess();
    }

    private static int EntriesOf(PullWaiter waiter) => Math.Max(1, waiter.Tags.Length);

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

    /// <summary>A held pull, with what is asked of each most often.</summary>
    private readonly record struct Held(PullWaiter Waiter, long Deadline);
}
