using System.Buffers.Binary;
using Rocket.Actors.Storage;

namespace Rocket.Simulation.Storage;

/// <summary>
/// A record that the simulation tried to append. Its payload knows its place: int64 offset, int64 store timestamp, int32 tag hash,
/// int32 0, two key hashes, random filler.
/// </summary>
internal sealed record SimulatedRecord(long Offset, long Position, long Epoch, long StoreTimestamp, int TagHash, ulong OwnKey, ulong SharedKey, byte[] Payload)
{
    public const int SmallestSize = 40;

    public static SimulatedRecord Make(Random random, long offset, long position, long epoch, long storeTimestamp, int size)
    {
        var payload = new byte[size];
        random.NextBytes(payload);
        var record = new SimulatedRecord(
            offset, position, epoch, storeTimestamp, random.Next(5), (ulong)random.NextInt64(), (ulong)random.Next(4), payload);
        BinaryPrimitives.WriteInt64BigEndian(payload, record.Offset);
        BinaryPrimitives.WriteInt64BigEndian(payload.AsSpan(8), record.StoreTimestamp);
        BinaryPrimitives.WriteInt64BigEndian(payload.AsSpan(16), record.TagHash);
        BinaryPrimitives.WriteUInt64BigEndian(payload.AsSpan(24), record.OwnKey);
        BinaryPrimitives.WriteUInt64BigEndian(payload.AsSpan(32), record.SharedKey);
        return record;
    }
}

/// <summary>Describes <see cref="SimulatedRecord"/>s.</summary>
internal sealed class SimulatedIndexer : IRecordIndexer
{
    public static readonly SimulatedIndexer Instance = new();

    public bool TryDescribe(ReadOnlySpan<byte> payload, long expectedOffset, ref RecordDescription description)
    {
        if (payload.Length < SimulatedRecord.SmallestSize || BinaryPrimitives.ReadInt64BigEndian(payload) != expectedOffset)
        {
            return false;
        }

        description.StoreTimestamp = BinaryPrimitives.ReadInt64BigEndian(payload[8..]);
        description.TagHash = (int)BinaryPrimitives.ReadInt64BigEndian(payload[16..]);
        description.AddKey(BinaryPrimitives.ReadUInt64BigEndian(payload[24..]));
        description.AddKey(BinaryPrimitives.ReadUInt64BigEndian(payload[32..]));
        return true;
    }
}
