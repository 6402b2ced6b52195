using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using System.Text;
using Rocket.Actors.Links;
using Rocket.Protocol.Framing;

namespace Rocket.Host.Gateway.Forwarding;

/// <summary>What a frame of kind <see cref="LinkKind.ForwardedRequest"/> or <see cref="LinkKind.ForwardedReply"/> says.</summary>
internal enum ForwardStep : byte
{
    /// <summary>A client's frame: a request one way, an answer the other way.</summary>
    Frame = 1,

    /// <summary>So many bytes of the other side's frames have been taken up.</summary>
    Taken = 2,

    /// <summary>Nothing more comes: the client has left, or the other side of its connection has ended.</summary>
    End = 3,
}

/// <summary>
/// The payload of frames between two nodes about one client's connection. Both kinds begin alike; numbers are big-endian:
/// <code>
///  0       1              9
/// | uint8 | int64        |                       connection: its number at the node that the client is connected to
/// | step  | connection   |
///   Frame (request):   | uint8 n | n bytes broker, UTF-8 | uint8 4 or 16 | client's address | uint16 port | the client's frame |
///   Frame (reply):     | the frame that answers |
///   Taken:             | int32 bytes of frames, their length fields included |
///   End:               nothing
/// </code>
/// A node leaves out steps that it does not know.
/// </summary>
internal static class ForwardLayout
{
    private const int ConnectionAt = sizeof(byte);
    private const int BodyAt = ConnectionAt + sizeof(long);

    /// <summary>What stands before the client's frame in a request, at most.</summary>
    private const int LongestOrigin = 1 + byte.MaxValue + 1 + 16 + sizeof(ushort);

    /// <summary>A client's request on its way.</summary>
    /// <param name="connection">Number of the client's connection.</param>
    /// <param name="origin">From <see cref="OriginOf"/>.</param>
    /// <param name="frame">The client's frame.</param>
    public static LinkFrame Request(long connection, ReadOnlySpan<byte> origin, in Frame frame)
    {
        var bytes = FrameBytes(frame);
        var link = LinkFrame.Rent(LinkKind.ForwardedRequest, BodyAt + origin.Length + bytes);
        var payload = link.Payload;
        WriteHead(payload, ForwardStep.Frame, connection);
        origin.CopyTo(payload[BodyAt..]);
        Copy(frame, payload[(BodyAt + origin.Length)..]);
        return link.Seal();
    }

    /// <summary>An answer on its way back.</summary>
    public static LinkFrame Reply(long connection, in ReadOnlySequence<byte> frame)
    {
        var link = LinkFrame.Rent(LinkKind.ForwardedReply, BodyAt + (int)frame.Length);
        WriteHead(link.Payload, ForwardStep.Frame, connection);
        frame.CopyTo(link.Payload[BodyAt..]);
        return link.Seal();
    }

    /// <summary>See <see cref="ForwardStep.Taken"/>.</summary>
    public static LinkFrame Taken(LinkKind kind, long connection, int bytes)
    {
        var link = LinkFrame.Rent(kind, BodyAt + sizeof(int));
        WriteHead(link.Payload, ForwardStep.Taken, connection);
        BinaryPrimitives.WriteInt32BigEndian(link.Payload[BodyAt..], bytes);
        return link.Seal();
    }

    /// <summary>See <see cref="ForwardStep.End"/>.</summary>
    public static LinkFrame End(LinkKind kind, long connection)
    {
        var link = LinkFrame.Rent(kind, BodyAt);
        WriteHead(link.Payload, ForwardStep.End, connection);
        return link.Seal();
    }

    /// <summary>Where a client's requests come from and which broker they mean: the same in front of each of them.</summary>
    public static byte[] OriginOf(string broker, IPEndPoint client)
    {
        var (name, address) = (Encoding.UTF8.GetBytes(broker), client.Address.GetAddressBytes());
        var origin = new byte[1 + name.Length + 1 + address.Length + sizeof(ushort)];
        origin[0] = checked((byte)name.Length);
        name.CopyTo(origin, 1);
        origin[1 + name.Length] = (byte)address.Length;
        address.CopyTo(origin, 2 + name.Length);
        BinaryPrimitives.WriteUInt16BigEndian(origin.AsSpan(2 + name.Length + address.Length), (ushort)client.Port);
        return origin;
    }

    /// <summary>Step and connection; <paramref name="body"/> is what follows.</summary>
    /// <exception cref="LinkViolationException">It is too short.</exception>
    public static (ForwardStep Step, long Connection) ReadHead(in ReadOnlySequence<byte> payload, out ReadOnlySequence<byte> body)
    {
        Span<byte> head = stackalloc byte[BodyAt];
        CopyFirst(payload, head);
        body = payload.Slice(BodyAt);
        return ((ForwardStep)head[0], BinaryPrimitives.ReadInt64BigEndian(head[ConnectionAt..]));
    }

    /// <summary>The number in a <see cref="ForwardStep.Taken"/>.</summary>
    /// <exception cref="LinkViolationException">It makes no sense.</exception>
    public static int ReadTaken(in ReadOnlySequence<byte> body)
    {
        Span<byte> number = stackalloc byte[sizeof(int)];
        CopyFirst(body, number);
        var bytes = BinaryPrimitives.ReadInt32BigEndian(number);
        return bytes >= 0 ? bytes : throw new LinkViolationException($"{bytes} bytes were taken");
    }

    /// <summary>Reads what stands before a client's frame, and leaves that in <paramref name="body"/>.</summary>
    /// <exception cref="LinkViolationException">It is something else.</exception>
    public static (string Broker, IPEndPoint Client) ReadOrigin(ref ReadOnlySequence<byte> body)
    {
        Span<byte> space = stackalloc byte[LongestOrigin];
        var bytes = space[..(int)Math.Min(LongestOrigin, body.Length)];
        body.Slice(0, bytes.Length).CopyTo(bytes);
        var nameLength = bytes.Length > 0 ? bytes[0] : 0;
        var addressAt = 2 + nameLength;
        var addressLength = bytes.Length >= addressAt ? bytes[addressAt - 1] : 0;
        var length = addressAt + addressLength + sizeof(ushort);
        if (addressLength is not (4 or 16) || bytes.Length < length)
        {
            throw new LinkViolationException("a forwarded request does not say where it comes from");
        }

        var address = new IPAddress(bytes.Slice(addressAt, addressLength));
        var port = BinaryPrimitives.ReadUInt16BigEndian(bytes[(addressAt + addressLength)..]);
        body = body.Slice(length);
        return (Encoding.UTF8.GetString(bytes.Slice(1, nameLength)), new IPEndPoint(address, port));
    }

    /// <summary>Bytes of a frame as it came in, its length field included.</summary>
    public static int FrameBytes(in Frame frame) => FrameLayout.HeaderAt + (int)(frame.Header.Length + frame.Body.Length);

    /// <summary>Writes a frame as it came in.</summary>
    public static void Copy(in Frame frame, Span<byte> destination)
    {
        BinaryPrimitives.WriteInt32BigEndian(destination, FrameBytes(frame) - FrameLayout.LengthBytes);
        BinaryPrimitives.WriteInt32BigEndian(destination[FrameLayout.HeaderWordAt..], FrameLayout.HeaderWord(frame.SerializeType, (int)frame.Header.Length));
        frame.Header.CopyTo(destination[FrameLayout.HeaderAt..]);
        frame.Body.CopyTo(destination[(FrameLayout.HeaderAt + (int)frame.Header.Length)..]);
    }

    private static void WriteHead(Span<byte> payload, ForwardStep step, long connection)
    {
        payload[0] = (byte)step;
        BinaryPrimitives.WriteInt64BigEndian(payload[ConnectionAt..], connection);
    }

    private static void CopyFirst(in ReadOnlySequence<byte> bytes, Span<byte> destination)
    {
        if (bytes.Length < destination.Length)
        {
            throw new LinkViolationException($"{bytes.Length} bytes about a forwarded request are too few");
        }

        bytes.Slice(0, destination.Length).CopyTo(destination);
    }
}
