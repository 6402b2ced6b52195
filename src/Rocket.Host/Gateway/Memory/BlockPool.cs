using System.Buffers;
using System.Collections.Concurrent;

namespace Rocket.Host.Gateway.Memory;

/// <summary>
/// The blocks that sockets are read into and written from. Kestrel's own pool gives back 5 % of what a crowd has left behind each ten seconds; this one
/// gives up what was not needed since the last <see cref="Trim"/>.
/// </summary>
internal sealed class BlockPool : MemoryPool<byte>
{
    /// <summary>Bytes of a block.</summary>
    public const int BlockBytes = 4096;

    private readonly ConcurrentQueue<Block> _free = new();
    private int _count;
    private int _leastFree;

    public override int MaxBufferSize => BlockBytes;

    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, BlockBytes);
        if (!_free.TryDequeue(out var block))
        {
            Volatile.Write(ref _leastFree, 0);
            return new Block(this);
        }

        var left = Interlocked.Decrement(ref _count);
        if (left < Volatile.Read(ref _leastFree))
        {
            Volatile.Write(ref _leastFree, left);
        }

        return block;
    }

    /// <summary>Gives up the blocks that were never taken since the last call. Returns how many.</summary>
    public int Trim()
    {
        var unused = Interlocked.Exchange(ref _leastFree, Volatile.Read(ref _count));
        for (var i = 0; i < unused; i++)
        {
            if (!_free.TryDequeue(out _))
            {
                return i;
            }

            Interlocked.Decrement(ref _count);
        }

        return Math.Max(0, unused);
    }

    protected override void Dispose(bool disposing)
    {
        // Blocks that are still out come back to a pool that nobody uses, and go with it.
    }

    private void Return(Block block)
    {
        Interlocked.Increment(ref _count);
        _free.Enqueue(block);
    }

    /// <summary>Pinned for as long as it lives: a socket's reading pins it all the time anyway.</summary>
    private sealed class Block(BlockPool pool) : IMemoryOwner<byte>
    {
        public Memory<byte> Memory { get; } = GC.AllocateUninitializedArray<byte>(BlockBytes, pinned: true);

        public void Dispose() => pool.Return(this);
    }
}
