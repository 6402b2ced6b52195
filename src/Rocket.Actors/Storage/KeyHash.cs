using System.IO.Hashing;

namespace Rocket.Actors.Storage;

/// <summary>The hash that records are found by (XxHash3). It is on disk, so it can never change; two keys may share one: re-check what is found.</summary>
public static class KeyHash
{
    public static ulong Of(ReadOnlySpan<byte> key) => XxHash3.HashToUInt64(key);
}
