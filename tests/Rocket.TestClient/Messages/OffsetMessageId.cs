using System.Buffers.Binary;
using System.Net;

namespace Rocket.TestClient.Messages;

/// <summary>
/// offsetMsgId: where a message is stored. Upper-case hex of ip (4 or 16 bytes), int32 port, int64 physical offset: 32 or 56 characters.
/// </summary>
public readonly record struct OffsetMessageId(IPEndPoint StoreHost, long PhysicalOffset)
{
    private const int TailBytes = 4 + 8;

    /// <exception cref="FormatException">Not 32 or 56 upper-case hex characters.</exception>
    public static OffsetMessageId Parse(string text)
    {
        if (text.Length is not (32 or 56) || text.Any(digit => digit is not ((>= '0' and <= '9') or (>= 'A' and <= 'F'))))
        {
            throw new FormatException($"\"{text}\" is no offsetMsgId");
        }

        var bytes = Convert.FromHexString(text).AsSpan();
        var address = new IPAddress(bytes[..^TailBytes]);
        var port = BinaryPrimitives.ReadInt32BigEndian(bytes[^TailBytes..]);
        return new OffsetMessageId(new IPEndPoint(address, port), BinaryPrimitives.ReadInt64BigEndian(bytes[^8..]));
    }

    public override string ToString()
    {
        Span<byte> tail = stackalloc byte[TailBytes];
        BinaryPrimitives.WriteInt32BigEndian(tail, StoreHost.Port);
        BinaryPrimitives.WriteInt64BigEndian(tail[4..], PhysicalOffset);
        return Convert.ToHexString(StoreHost.Address.GetAddressBytes()) + Convert.ToHexString(tail);
    }
}
