using Rocket.Benchmarks.Framing;

namespace Rocket.Benchmarks.Load;

/// <summary>The outstanding requests of one connection. A slot is free, or waits for the one opaque that it was given.</summary>
internal sealed class InFlightSlots
{
    private readonly Slot[] _slots;
    private readonly int[] _free;

    public InFlightSlots(int count)
    {
        _slots = new Slot[count];
        _free = new int[count];
        Reset();
    }

    public int FreeCount { get; private set; }

    public int Outstanding => _slots.Length - FreeCount;

    /// <summary>Takes a free slot and gives its new opaque.</summary>
    public int Take(long sentAt, int queue, long sequence)
    {
        var index = _free[--FreeCount];
        ref var slot = ref _slots[index];
        slot.Use = slot.Use == Opaques.Uses - 1 ? 0 : slot.Use + 1;
        slot.IsWaiting = true;
        slot.SentAt = sentAt;
        slot.Queue = queue;
        slot.Sequence = sequence;
        return Opaques.Of(index, slot.Use);
    }

    /// <summary>Frees the slot that waits for this opaque; false when none does.</summary>
    public bool TryRelease(int opaque, out Slot released)
    {
        if (!Opaques.TrySplit(opaque, out var index, out var use) || index >= _slots.Length || !_slots[index].IsWaiting || _slots[index].Use != use)
        {
            released = default;
            return false;
        }

        _slots[index].IsWaiting = false;
        released = _slots[index];
        _free[FreeCount++] = index;
        return true;
    }

    /// <summary>Frees all slots: nobody will answer any more.</summary>
    public void Reset()
    {
        FreeCount = 0;
        for (var index = _slots.Length - 1; index >= 0; index--)
        {
            _slots[index].IsWaiting = false;
            _free[FreeCount++] = index;
        }
    }

    internal struct Slot
    {
        public int Use;
        public bool IsWaiting;

        /// <summary>Stopwatch ticks.</summary>
        public long SentAt;
        public int Queue;
        public long Sequence;
    }
}
