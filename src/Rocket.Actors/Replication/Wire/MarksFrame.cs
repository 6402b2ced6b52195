using System.Buffers.Binary;
using Rocket.Actors.Links;
using Rocket.Actors.Storage;

namespace Rocket.Actors.Replication.Wire;

/// <summary>Writes <see cref="Marks"/> as <see cref="ReplicationMessageCodec"/> does, but without making one first: masters send them all the time.</summary>
public static class MarksFrame
{
    private const int Size = 2 + sizeof(long) + sizeof(int) + (3 * sizeof(long));
    private const byte Version = 1;
    private const byte Tag = 7;

    /// <summary>A sealed frame; the caller owns its one reference.</summary>
    public static LinkFrame Rent(long session, int log, long visibleOffset, LogPoint minimum)
    {
        var frame = LinkFrame.Rent(LinkKind.ReplicationControl, Size);
        var payload = frame.Payload;
        (payload[0], payload[1]) = (Version, Tag);
        payload = payload[2..];
        BinaryPrimitives.WriteInt64BigEndian(payload, session);
        payload = payload[sizeof(long)..];
        BinaryPrimitives.WriteInt32BigEndian(payload, log);
        payload = payload[sizeof(int)..];
        BinaryPrimitives.WriteInt64BigEndian(payload, visibleOffset);
        BinaryPrimitives.WriteInt64BigEndian(payload[sizeof(long)..], minimum.Position);
        BinaryPrimitives.WriteInt64BigEndian(payload[(2 * sizeof(long))..], minimum.Offset);
        return frame.Seal();
    }
}
