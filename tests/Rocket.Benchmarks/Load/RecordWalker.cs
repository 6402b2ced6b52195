using System.Buffers.Binary;
using Rocket.TestClient.Messages;
using Rocket.TestClient.Wire;

namespace Rocket.Benchmarks.Load;

/// <summary>
/// Steps through the stored messages of a pull answer and looks only at what a load run needs. Positions of the fixed part:
/// <code>0 totalSize | 20 queueOffset | 36 sysFlag | 48 bornHost (8 or 20) | storeTimestamp 8 | storeHost (8 or 20) | 4 | 8 | bodyLength, body</code>
/// </summary>
internal ref struct RecordWalker(ReadOnlySpan<byte> records)
{
    private const int QueueOffsetAt = 20;
    private const int SystemFlagAt = 36;
    private const int BornHostAt = 48;
    private const int HostBytes = 4 + 4;
    private const int MoreForV6 = 16 - 4;
    private const int BodyLengthAt = BornHostAt + HostBytes + 8 + HostBytes + 4 + 8;

    private ReadOnlySpan<byte> _rest = records;

    public long QueueOffset { get; private set; }

    public ReadOnlySpan<byte> Body { get; private set; }

    /// <exception cref="RemotingFormatException">A record is cut.</exception>
    public bool TryMoveNext()
    {
        if (_rest.IsEmpty)
        {
            return false;
        }

        var size = _rest.Length < BodyLengthAt + 4 ? 0 : BinaryPrimitives.ReadInt32BigEndian(_rest);
        if (size < BodyLengthAt + 4 || size > _rest.Length)
        {
            throw new RemotingFormatException($"a stored message says {size} B where {_rest.Length} B are left");
        }

        var record = _rest[..size];
        var systemFlag = BinaryPrimitives.ReadInt32BigEndian(record[SystemFlagAt..]);
        var bodyLengthAt = BodyLengthAt
            + ((systemFlag & SystemFlag.BornHostV6) != 0 ? MoreForV6 : 0)
            + ((systemFlag & SystemFlag.StoreHostV6) != 0 ? MoreForV6 : 0);
        QueueOffset = BinaryPrimitives.ReadInt64BigEndian(record[QueueOffsetAt..]);
        Body = record.Slice(bodyLengthAt + 4, BinaryPrimitives.ReadInt32BigEndian(record[bodyLengthAt..]));
        _rest = _rest[size..];
        return true;
    }
}
