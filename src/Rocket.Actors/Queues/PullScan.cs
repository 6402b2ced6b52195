using Rocket.Actors.Clients;
using Rocket.Actors.Storage;
using Rocket.Protocol.Filters;

namespace Rocket.Actors.Queues;

/// <summary>How a pull ends; the numbers are the response codes.</summary>
public enum PullStatus
{
    Found = 0,

    /// <summary>There is no message from the asked offset on, yet.</summary>
    NotFound = 19,

    /// <summary>Messages were looked at and none passed the filter: ask again from the next offset.</summary>
    RetryImmediately = 20,

    /// <summary>The asked offset does not exist (any more): go on from the next offset.</summary>
    OffsetMoved = 21,
}

/// <summary>What a pull found.</summary>
/// <param name="Status">How it ends.</param>
/// <param name="NextOffset">Where the client goes on.</param>
/// <param name="MinimumOffset">First offset that can be read.</param>
/// <param name="MaximumOffset">Offset behind the last visible message.</param>
/// <param name="Count">Index entries that were selected.</param>
/// <param name="Bytes">Bytes of their messages.</param>
public readonly record struct PullFinding(PullStatus Status, long NextOffset, long MinimumOffset, long MaximumOffset, int Count, int Bytes);

/// <summary>Looks through a queue's index for what a pull may get. Runs on the gateway's threads; the queue's actor is not asked.</summary>
public static class PullScan
{
    /// <summary>Bytes of messages in one answer (maxTransferBytesOnMessageInMemory); a single larger message is still returned alone.</summary>
    public const int GreatestBytes = 256 * 1024;

    /// <summary>Messages in one answer, whatever the client asks for (maxTransferCountOnMessageInMemory).</summary>
    public const int GreatestCount = 32;

    /// <summary>Index entries looked at in one pull; a strict filter gets 20 and goes on.</summary>
    private const int GreatestScan = 800;

    private const int EntriesPerRead = 64;

    /// <summary>Finds messages from <paramref name="offset"/> on.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="offset">First offset that the client wants.</param>
    /// <param name="filter">Which messages pass.</param>
    /// <param name="selected">Takes the entries of the messages; its length is the most that may be found.</param>
    public static PullFinding Find(IReadableQueue queue, long offset, SubscriptionExpression filter, Span<IndexEntry> selected)
    {
        // The visible offset is read before the minimum: retention may raise the minimum meanwhile, never above what is visible.
        var maximum = queue.VisibleOffset;
        var minimum = queue.MinimumOffset;
        if (offset == maximum || IsUndecided(queue, offset, maximum))
        {
            return new PullFinding(PullStatus.NotFound, offset, minimum, Math.Max(0, maximum), 0, 0);
        }

        if (offset < minimum)
        {
            return new PullFinding(PullStatus.OffsetMoved, minimum, minimum, maximum, 0, 0);
        }

        if (offset > maximum)
        {
            return new PullFinding(PullStatus.OffsetMoved, maximum, minimum, maximum, 0, 0);
        }

        try
        {
            return filter.Sql is { } expression
                ? ScanProperties(queue, offset, minimum, maximum, expression, selected)
                : Scan(queue, offset, minimum, maximum, filter, selected);
        }
        catch (OffsetBelowMinimumException)
        {
            return Dropped(queue);
        }
    }

    /// <summary>What a pull is told when retention took its messages while it looked at them: go on from the new minimum.</summary>
    public static PullFinding Dropped(IReadableQueue queue)
    {
        var maximum = queue.VisibleOffset;
        var minimum = queue.MinimumOffset;
        return new PullFinding(PullStatus.OffsetMoved, minimum, minimum, maximum, 0, 0);
    }

    /// <summary>
    /// Whether nobody here can say that an offset does not exist: what is written and not visible yet will be, and of a copy nobody knows what else is
    /// written. Who waits for what follows has not gone astray; told "moved", a client would give up its place in the queue.
    /// </summary>
    private static bool IsUndecided(IReadableQueue queue, long offset, long maximum) =>
        maximum < 0 || (offset > maximum && (queue.IsCopy || offset <= queue.AppendedOffset));

    private static PullFinding ScanProperties(
        IReadableQueue queue, long offset, long minimum, long maximum, SqlExpression expression, Span<IndexEntry> selected)
    {
        var next = offset;
        var (count, bytes) = PropertyScan.Find(queue.Reader, ref next, Math.Min(maximum, offset + GreatestScan), expression, selected);
        return new PullFinding(count > 0 ? PullStatus.Found : PullStatus.RetryImmediately, next, minimum, maximum, count, bytes);
    }

    private static PullFinding Scan(IReadableQueue queue, long offset, long minimum, long maximum, SubscriptionExpression filter, Span<IndexEntry> selected)
    {
        Span<IndexEntry> entries = stackalloc IndexEntry[EntriesPerRead];
        var next = offset;
        var end = Math.Min(maximum, offset + Math.Max(GreatestScan, selected.Length));
        var count = 0;
        var bytes = 0;
        while (next < end && count < selected.Length)
        {
            var wanted = (int)Math.Min(Math.Min(EntriesPerRead, end - next), filter.IsAll ? selected.Length - count : EntriesPerRead);
            var read = queue.Reader.ReadIndex(next, entries[..wanted]);
            if (read <= 0)
            {
                break;
            }

            foreach (ref readonly var entry in entries[..read])
            {
                if (count == selected.Length)
                {
                    return new PullFinding(PullStatus.Found, next, minimum, maximum, count, bytes);
                }

                if (filter.Accepts(entry.TagHash))
                {
                    if (count > 0 && bytes + entry.Size > GreatestBytes)
                    {
                        return new PullFinding(PullStatus.Found, next, minimum, maximum, count, bytes);
                    }

                    selected[count++] = entry;
                    bytes += entry.Size;
                }

                next++;
            }
        }

        return new PullFinding(count > 0 ? PullStatus.Found : PullStatus.RetryImmediately, next, minimum, maximum, count, bytes);
    }
}
