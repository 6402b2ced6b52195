using System.Collections.Concurrent;
using System.Numerics;

namespace Rocket.Actors.Links;

/// <summary>
/// Frames that are not in use, each with its buffer, so that a frame in steady state allocates nothing. The shared array pool is none for this:
/// frames are taken and given back on different threads, which makes it give out new arrays.
/// </summary>
/// <remarks>Classes of 256 B, 512 B, … 4 MiB, each with 128 bytes more for what stands in front of a round number. What is greater, or beyond
/// <see cref="MaxRetainedBytes"/> over all classes, is left to the garbage collector.</remarks>
internal sealed class LinkFramePool
{
    /// <summary>The most that lies unused.</summary>
    public const long MaxRetainedBytes = 32 << 20;

    private const int SmallestBits = 8;
    private const int Classes = 15;
    private const int Slack = 128;

    private readonly ConcurrentQueue<LinkFrame>[] _free = [.. Enumerable.Range(0, Classes).Select(_ => new ConcurrentQueue<LinkFrame>())];
    private long _retained;

    /// <summary>The one of the process.</summary>
    public static LinkFramePool Shared { get; } = new();

    /// <summary>Bytes that lie unused.</summary>
    public long RetainedBytes => Volatile.Read(ref _retained);

    /// <summary>A frame with room for so many bytes.</summary>
    public LinkFrame Take(int bytes)
    {
        var index = ClassOf(bytes);
        if (index >= Classes)
        {
            return new LinkFrame(bytes, isPooled: false);
        }

        if (_free[index].TryDequeue(out var frame))
        {
            Interlocked.Add(ref _retained, -frame.Capacity);
            return frame;
        }

        return new LinkFrame((1 << (SmallestBits + index)) + Slack, isPooled: true);
    }

    /// <summary>Takes back a frame that nobody owns.</summary>
    public void Return(LinkFrame frame)
    {
        if (Interlocked.Add(ref _retained, frame.Capacity) <= MaxRetainedBytes)
        {
            _free[ClassOf(frame.Capacity)].Enqueue(frame);
        }
        else
        {
            Interlocked.Add(ref _retained, -frame.Capacity);
        }
    }

    private static int ClassOf(int bytes)
    {
        var rounded = Math.Max(1, bytes - Slack);
        return Math.Max(0, BitOperations.Log2((uint)(rounded - 1) | 1) + 1 - SmallestBits);
    }
}
