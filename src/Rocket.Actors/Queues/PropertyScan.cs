using System.Buffers;
using Rocket.Actors.Storage;
using Rocket.Protocol.Filters;
using Rocket.Protocol.Messages;

namespace Rocket.Actors.Queues;

/// <summary>
/// Looks for messages whose properties pass an expression. Nothing in the index tells, so each message is read, checked and looked at in place; those that
/// pass are read once more when the answer is written. Entries, bytes and steps of one look are bounded: behind that the client is told to go on.
/// </summary>
internal static class PropertyScan
{
    /// <summary>Bytes of messages looked at in one pull, those that do not pass included; a single larger one is looked at alone.</summary>
    public const int GreatestBytes = 1 << 20;

    /// <summary>
    /// Steps of evaluation in one pull (<see cref="SqlExpression.CostOf"/>), some 3 ms; a single message that may cost more is looked at alone. The thread
    /// belongs to the pool that serves all connections and the links between nodes, so nobody may keep it long.
    /// </summary>
    public const long GreatestCost = 512 * 1024;

    private const int EntriesPerRead = 64;

    /// <summary>Read at once, if it is more than one message. Below what goes to the large object heap.</summary>
    private const int BytesPerRead = 64 * 1024;

    /// <summary>Messages read at once although fewer are wanted.</summary>
    private const int LeastPerRead = 8;

    /// <summary>Looks from an offset on.</summary>
    /// <param name="reader">The queue's log.</param>
    /// <param name="next">The first offset; becomes the one behind the last message that was looked at.</param>
    /// <param name="end">Offset to stop at; all before it is visible.</param>
    /// <param name="expression">What the messages have to pass.</param>
    /// <param name="selected">Takes their entries; its length is the most that may be found.</param>
    /// <param name="cost">Steps after which it ends.</param>
    /// <returns>How many were found, and the bytes of their messages.</returns>
    public static (int Count, int Bytes) Find(
        LogReader reader, ref long next, long end, SqlExpression expression, Span<IndexEntry> selected, long cost = GreatestCost)
    {
        Span<IndexEntry> entries = stackalloc IndexEntry[EntriesPerRead];
        var found = new Found(selected);
        var left = new Left(cost);
        var buffer = ArrayPool<byte>.Shared.Rent(BytesPerRead);
        try
        {
            while (next < end && !found.IsFull)
            {
                var wanted = (int)Math.Min(EntriesPerRead, Math.Min(end - next, Math.Max(LeastPerRead, found.Room)));
                var read = reader.ReadIndex(next, entries[..wanted]);
                if (read <= 0 || !Look(reader, ref next, entries[..read], expression, ref found, ref left, ref buffer))
                {
                    break;
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return (found.Count, found.Bytes);
    }

    /// <summary>False: there is no room for more in the answer, or nothing more may be looked at.</summary>
    private static bool Look(
        LogReader reader, ref long next, scoped ReadOnlySpan<IndexEntry> entries, SqlExpression expression, ref Found found, ref Left left, ref byte[] buffer)
    {
        while (!entries.IsEmpty)
        {
            var run = RunOf(entries, out var bytes);
            if (!left.TryTakeBytes(bytes))
            {
                return false;
            }

            if (buffer.Length < bytes)
            {
                ArrayPool<byte>.Shared.Return(buffer);
                buffer = ArrayPool<byte>.Shared.Rent(bytes);
            }

            // With room for the records' headers neighbours are read without a detour.
            reader.ReadPayloads(entries[..run], buffer);
            var messages = buffer.AsSpan(0, bytes);
            foreach (ref readonly var entry in entries[..run])
            {
                if (MessageView.TryRead(messages[..entry.Size], out var message))
                {
                    if (!left.TryTakeCost(expression.CostOf(message.Properties.Length)) || (expression.Matches(message.Properties) && !found.TryAdd(entry)))
                    {
                        return false;
                    }
                }

                messages = messages[entry.Size..];
                next++;
            }

            entries = entries[run..];
        }

        return true;
    }

    private static int RunOf(ReadOnlySpan<IndexEntry> entries, out int bytes)
    {
        var run = 1;
        bytes = entries[0].Size;
        while (run < entries.Length && bytes + entries[run].Size + ((run + 1) * RecordLayout.HeaderSize) <= BytesPerRead)
        {
            bytes += entries[run].Size;
            run++;
        }

        return run;
    }

    /// <summary>What a look may still cost. The first message is looked at whatever it costs, so that each look comes on.</summary>
    private struct Left(long cost)
    {
        private readonly long _allCost = cost;
        private long _cost = cost;
        private int _bytes = GreatestBytes;

        public bool TryTakeBytes(int bytes)
        {
            if (bytes > _bytes && _bytes < GreatestBytes)
            {
                return false;
            }

            _bytes -= bytes;
            return true;
        }

        public bool TryTakeCost(long cost)
        {
            if (cost > _cost && _cost < _allCost)
            {
                return false;
            }

            _cost -= cost;
            return true;
        }
    }

    /// <summary>What goes into the answer.</summary>
    private ref struct Found(Span<IndexEntry> selected)
    {
        private readonly Span<IndexEntry> _selected = selected;

        public int Count { get; private set; }

        public int Bytes { get; private set; }

        public readonly int Room => _selected.Length - Count;

        public readonly bool IsFull => Count == _selected.Length;

        /// <summary>False: the answer would become too large, or has messages enough.</summary>
        public bool TryAdd(in IndexEntry entry)
        {
            if (IsFull || (Count > 0 && Bytes + entry.Size > PullScan.GreatestBytes))
            {
                return false;
            }

            _selected[Count++] = entry;
            Bytes += entry.Size;
            return true;
        }
    }
}
