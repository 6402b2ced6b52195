using System.Buffers.Binary;
using Rocket.Actors.Storage;

namespace Rocket.Actors.Tests.Storage;

/// <summary>
/// A payload that knows its place: int64 offset, int64 store timestamp, int32 tag hash, int32 number of keys, the key hashes, filler.
/// </summary>
internal static class TestRecord
{
    public const int SmallestSize = 24;

    public static byte[] Make(long offset, int size = 100, long timestamp = 0, int tagHash = 0, params ulong[] keys)
    {
        var payload = new byte[Math.Max(size, SmallestSize + (8 * keys.Length))];
        BinaryPrimitives.WriteInt64BigEndian(payload, offset);
        BinaryPrimitives.WriteInt64BigEndian(payload.AsSpan(8), timestamp);
        BinaryPrimitives.WriteInt32BigEndian(payload.AsSpan(16), tagHash);
        BinaryPrimitives.WriteInt32BigEndian(payload.AsSpan(20), keys.Length);
        for (var i = 0; i < keys.Length; i++)
        {
            BinaryPrimitives.WriteUInt64BigEndian(payload.AsSpan(SmallestSize + (8 * i)), keys[i]);
        }

        for (var i = SmallestSize + (8 * keys.Length); i < payload.Length; i++)
        {
            payload[i] = (byte)(offset + i);
        }

        return payload;
    }

    public static long OffsetOf(ReadOnlySpan<byte> payload) => BinaryPrimitives.ReadInt64BigEndian(payload);
}

/// <summary>Describes <see cref="TestRecord"/>s.</summary>
internal sealed class TestIndexer : IRecordIndexer
{
    /// <summary>Records that recovery asked about.</summary>
    public int Described { get; private set; }

    public bool TryDescribe(ReadOnlySpan<byte> payload, long expectedOffset, ref RecordDescription description)
    {
        Described++;
        if (payload.Length < TestRecord.SmallestSize || TestRecord.OffsetOf(payload) != expectedOffset)
        {
            return false;
        }

        description.StoreTimestamp = BinaryPrimitives.ReadInt64BigEndian(payload[8..]);
        description.TagHash = BinaryPrimitives.ReadInt32BigEndian(payload[16..]);
        var keys = BinaryPrimitives.ReadInt32BigEndian(payload[20..]);
        for (var i = 0; i < keys; i++)
        {
            description.AddKey(BinaryPrimitives.ReadUInt64BigEndian(payload[(TestRecord.SmallestSize + (8 * i))..]));
        }

        return true;
    }
}
