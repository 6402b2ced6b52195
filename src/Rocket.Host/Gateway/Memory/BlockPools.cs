using System.Buffers;
using System.Collections.Concurrent;
using Microsoft.AspNetCore.Connections;

namespace Rocket.Host.Gateway.Memory;

/// <summary>Makes the web server's block pools.</summary>
internal sealed class BlockPools : IMemoryPoolFactory<byte>
{
    private readonly ConcurrentBag<BlockPool> _pools = [];

    public MemoryPool<byte> Create(MemoryPoolOptions? options = null)
    {
        var pool = new BlockPool();
        _pools.Add(pool);
        return pool;
    }

    /// <summary>Gives up blocks that were not needed since the last call. Returns their bytes.</summary>
    public long Trim() => _pools.Sum(pool => (long)pool.Trim()) * BlockPool.BlockBytes;
}
