using System.Buffers.Binary;
using System.Numerics;

namespace Rocket.Actors.Storage;

/// <summary>CRC-32C (Castagnoli; start and final inversion), in words of 8 bytes by the processor's own instruction.</summary>
internal static class Checksum
{
    public const uint Start = 0xFFFF_FFFF;

    public static uint Of(ReadOnlySpan<byte> bytes) => ~Continue(Start, bytes);

    public static uint Continue(uint state, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length >= sizeof(ulong))
        {
            state = BitOperations.Crc32C(state, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        foreach (var value in bytes)
        {
            state = BitOperations.Crc32C(state, value);
        }

        return state;
    }

    /// <summary>Continues with a number as it stands in a file: big-endian.</summary>
    public static uint Continue(uint state, long value) => BitOperations.Crc32C(state, BinaryPrimitives.ReverseEndianness((ulong)value));

    /// <summary>Continues with a number as it stands in a file: big-endian.</summary>
    public static uint Continue(uint state, int value) => BitOperations.Crc32C(state, BinaryPrimitives.ReverseEndianness((uint)value));

    /// <summary>16 bits of a CRC, for the entries of index and keys: every single flipped bit of theirs changes it (tested bit by bit).</summary>
    public static ushort Fold(uint state)
    {
        var crc = ~state;
        return (ushort)(crc ^ (crc >> 16));
    }
}
