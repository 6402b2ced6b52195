using Rocket.Actors.Placement;
using Rocket.Actors.Storage;
using Rocket.Protocol.Messages;

namespace Rocket.Actors.Queues;

/// <summary>
/// Whether a queue's log and what the broker knows of the queue are of the same broker and time. Folders that were restored from different backups are
/// each in order, and together would let an id name another message than it did.
/// </summary>
internal static class QueueLogCheck
{
    /// <summary>Looks at the last record.</summary>
    /// <exception cref="DamagedLogException">It has another ordinal than the metadata gave to the queue, or a later epoch than the broker is led in.</exception>
    public static void ThrowIfForeign(RecordLog log, QueueOrdinals ordinals, long epoch)
    {
        if (log.LastEpoch < 0)
        {
            return;
        }

        var last = new IndexEntry[1];
        log.Reader.ReadIndex(log.Watermarks.AppendedOffset - 1, last);
        var position = last[0].Position;
        if (log.LastEpoch > epoch)
        {
            throw new DamagedLogException(
                log.Path, position, $"the last record is of epoch {new Epoch(log.LastEpoch)}, the broker only of epoch {new Epoch(epoch)}: its placement is older than this log");
        }

        var payload = new byte[last[0].Size];
        log.Reader.ReadPayload(last[0], payload);
        if (!MessageView.TryRead(payload, out var message))
        {
            throw new DamagedLogException(log.Path, position, "the last record is no stored message");
        }

        if (!ordinals.Covers(position) || ordinals.PhysicalOffsetOf(position) != message.PhysicalOffset)
        {
            throw new DamagedLogException(
                log.Path,
                position,
                $"the last record has ordinal {PhysicalOffset.OrdinalOf(message.PhysicalOffset)}, which the broker's metadata do not give to this queue: "
                + "they are of another time or broker than this log");
        }
    }
}
