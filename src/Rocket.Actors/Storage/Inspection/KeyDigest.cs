using System.Numerics;

namespace Rocket.Actors.Storage.Inspection;

/// <summary>A sum over entries of keys that does not depend on their order: compares a sorted file with records in constant memory.</summary>
internal struct KeyDigest : IEquatable<KeyDigest>
{
    private ulong _sum;

    public long Count { get; private set; }

    public void Add(in KeyEntry entry)
    {
        var mixed = (entry.Hash * 0x9E37_79B9_7F4A_7C15) ^ BitOperations.RotateLeft((ulong)entry.Offset * 0xC2B2_AE3D_27D4_EB4F, 31);
        mixed ^= mixed >> 29;
        _sum += mixed * 0x1656_67B1_9E37_79F9;
        Count++;
    }

    public readonly bool Equals(KeyDigest other) => _sum == other._sum && Count == other.Count;

    public override readonly bool Equals(object? obj) => obj is KeyDigest other && Equals(other);

    public override readonly int GetHashCode() => HashCode.Combine(_sum, Count);
}
