using Rocket.Actors.Queues;
using Rocket.Actors.Storage;
using Rocket.Protocol.Topics;

namespace Rocket.Actors.Retention;

/// <summary>
/// One pass over a broker's queues: decides which segments go, one after the other, the oldest first. No clock, no disk and no message of its own.
/// </summary>
/// <remarks>
/// First what has expired, whether anyone has consumed it or not: that is what file-reserved-time says. Then, while the disk is too full, what every
/// group has consumed. Such a deletion may take its time to show in the disk's use, so a pass takes no more bytes than were too many when it began.
/// What waits for the broker itself, a delayed message say, goes by no rule before the broker is done with it.
/// </remarks>
internal sealed class RetentionPass
{
    private readonly RetentionSettings _settings;
    private readonly List<Cursor> _queues;
    private readonly PriorityQueue<Cursor, long> _heads = new();
    private readonly string _whyExpired;
    private readonly bool _takesExpired;
    private readonly long _expiry;
    private IReadOnlyDictionary<QueueId, long>? _consumed;
    private Cursor? _asked;
    private bool _forced;
    private long _bytesToGo;

    /// <param name="settings">The rules.</param>
    /// <param name="now">Local time.</param>
    /// <param name="use">Of the broker's disk; null: it cannot be full.</param>
    /// <param name="queues">What there is.</param>
    public RetentionPass(RetentionSettings settings, DateTimeOffset now, DiskUse? use, IEnumerable<QueueSegments> queues)
    {
        _settings = settings;
        _queues = [.. queues.Where(queue => queue.Segments.Count > 0).Select(queue => new Cursor(queue))];
        _expiry = (now - settings.FileReservedTime).ToUnixTimeMilliseconds();
        var isTime = settings.DeleteWhen.Contains(now.Hour);
        _whyExpired = isTime
            ? "expired (file-reserved-time), at an hour of delete-when"
            : $"expired (file-reserved-time), and the disk is {use?.Percent} % full (disk-max-used-space-ratio = {settings.DiskMaxUsedSpaceRatio})";
        _takesExpired = isTime || DiskWatchState.LevelOf(settings, use) >= DiskLevel.ExpiredGoes;
        FindExpired();
    }

    /// <summary>Whether any rule says that something may have to go.</summary>
    public static bool IsDue(RetentionSettings settings, DateTimeOffset now, DiskLevel level) =>
        level >= DiskLevel.ExpiredGoes || settings.DeleteWhen.Contains(now.Hour);

    /// <summary>What to do next; the step before it was answered.</summary>
    /// <param name="use">Of the broker's disk, now.</param>
    public RetentionStep Next(DiskUse? use)
    {
        if (!_forced)
        {
            if (_heads.TryDequeue(out _asked, out _))
            {
                return Delete(_whyExpired);
            }

            return _consumed is null && _takesExpired && _queues.Exists(static queue => queue.IsWaitingRoom) ? AskOffsets() : BeginForced(use);
        }

        return NextForced(use);
    }

    /// <summary>How far the asked topics were consumed: the least offset of all groups that committed one; none committed, no entry.</summary>
    public void Consumed(IReadOnlyDictionary<QueueId, long> offsets)
    {
        _consumed = offsets;
        FindExpired();
    }

    /// <summary>The segment asked for is gone; the next one of its queue may follow.</summary>
    public void Dropped()
    {
        _bytesToGo -= _asked!.Head.Bytes;
        if (_asked.MoveNext())
        {
            AddIfItMayGo(_asked);
        }
    }

    /// <summary>The queue cannot drop it now: that queue is left alone until the next pass.</summary>
    public void Kept() => _queues.Remove(_asked!);

    private RetentionStep BeginForced(DiskUse? use)
    {
        if (use is not { } full || DiskWatchState.LevelOf(_settings, use) < DiskLevel.ConsumedGoes)
        {
            return new RetentionStep.Done();
        }

        if (_consumed is null && (!_settings.DiskDeletesUnread || _queues.Exists(static queue => queue.IsWaitingRoom)))
        {
            return AskOffsets();
        }

        _forced = true;
        _bytesToGo = full.BytesAbove(_settings.DiskCleanForciblyRatio);
        FindHeads();
        return NextForced(use);
    }

    private RetentionStep NextForced(DiskUse? use)
    {
        if (_bytesToGo <= 0 || use is not { } full || DiskWatchState.LevelOf(_settings, use) < DiskLevel.ConsumedGoes)
        {
            return new RetentionStep.Done();
        }

        if (!_heads.TryDequeue(out _asked, out _))
        {
            return new RetentionStep.Stuck(_queues.Sum(queue => queue.Left), _queues.Sum(queue => queue.BytesLeft));
        }

        var rule = $"the disk is {full.Percent} % full (disk-clean-forcibly-ratio = {_settings.DiskCleanForciblyRatio})";
        return Delete(_settings.DiskDeletesUnread ? $"{rule}, consumed or not (disk-deletes-unread)" : $"{rule}, and all groups have consumed it");
    }

    private RetentionStep.Delete Delete(string why) => new(new SegmentDeletion(_asked!.Id, _asked.Head, why));

    private RetentionStep.AskOffsets AskOffsets() => new(_queues.Select(queue => queue.Id.Topic).ToHashSet(StringComparer.Ordinal));

    private void FindExpired()
    {
        if (_takesExpired)
        {
            FindHeads();
        }
    }

    private void FindHeads()
    {
        _heads.Clear();
        foreach (var queue in _queues.Where(queue => queue.Left > 0))
        {
            AddIfItMayGo(queue);
        }
    }

    private void AddIfItMayGo(Cursor queue)
    {
        if (_forced ? IsConsumed(queue) : queue.Head.NewestStoreTimestamp < _expiry && (!queue.IsWaitingRoom || IsConsumed(queue)))
        {
            _heads.Enqueue(queue, queue.Head.NewestStoreTimestamp);
        }
    }

    private bool IsConsumed(Cursor queue) =>
        (_settings.DiskDeletesUnread && !queue.IsWaitingRoom) || (_consumed is not null && _consumed.TryGetValue(queue.Id, out var offset) && queue.Head.End.Offset <= offset);

    /// <summary>A queue, and its oldest segment that is still there.</summary>
    private sealed class Cursor(QueueSegments queue)
    {
        private int _next;

        public bool IsWaitingRoom { get; } = SystemTopics.IsWaitingRoom(queue.Queue.Topic);

        public QueueId Id => queue.Queue;

        public SegmentInfo Head => queue.Segments[_next];

        public int Left => queue.Segments.Count - _next;

        public long BytesLeft => queue.Segments.Skip(_next).Sum(segment => segment.Bytes);

        /// <returns>Whether there is another one.</returns>
        public bool MoveNext() => ++_next < queue.Segments.Count;
    }
}
