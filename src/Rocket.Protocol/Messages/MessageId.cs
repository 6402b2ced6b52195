using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace Rocket.Protocol.Messages;

/// <summary>
/// The offset id of a stored message: upper-case hex of the store host's address (4 or 16 bytes), its port (int32) and the message's
/// physical offset (int64), big-endian. Clients connect to the address they find in it.
/// </summary>
public static class MessageId
{
    private const int PortAndOffsetBytes = sizeof(int) + sizeof(long);

    /// <summary>Characters of an id with an IPv4 address: 32.</summary>
    public const int V4Length = 2 * (MessageLayout.V4HostBytes + PortAndOffsetBytes);

    /// <summary>Characters of an id with an IPv6 address: 56.</summary>
    public const int V6Length = 2 * (MessageLayout.V6HostBytes + PortAndOffsetBytes);

    /// <summary>Writes an id as ASCII.</summary>
    /// <param name="ip">Address: 4 or 16 bytes.</param>
    /// <param name="port">Port of the broker.</param>
    /// <param name="physicalOffset">Physical offset of the message.</param>
    /// <param name="utf8Destination">Room for <see cref="V4Length"/> or <see cref="V6Length"/> bytes.</param>
    /// <returns>Bytes written.</returns>
    /// <exception cref="ArgumentException">The address has another length, or the room is too small.</exception>
    public static int Format(ReadOnlySpan<byte> ip, int port, long physicalOffset, Span<byte> utf8Destination)
    {
        if (ip.Length is not (MessageLayout.V4HostBytes or MessageLayout.V6HostBytes))
        {
            throw new ArgumentException($"an address has 4 or 16 bytes, not {ip.Length}", nameof(ip));
        }

        Span<byte> bytes = stackalloc byte[V6Length / 2];
        bytes = bytes[..(ip.Length + PortAndOffsetBytes)];
        ip.CopyTo(bytes);
        BinaryPrimitives.WriteInt32BigEndian(bytes[ip.Length..], port);
        BinaryPrimitives.WriteInt64BigEndian(bytes[(ip.Length + sizeof(int))..], physicalOffset);
        if (Convert.TryToHexString(bytes, utf8Destination, out var written))
        {
            return written;
        }

        throw new ArgumentException(
            $"an id of {2 * bytes.Length} characters does not fit into {utf8Destination.Length}", nameof(utf8Destination));
    }

    /// <summary>An id as a string.</summary>
    /// <inheritdoc cref="Format(ReadOnlySpan{byte}, int, long, Span{byte})" />
    public static string Format(ReadOnlySpan<byte> ip, int port, long physicalOffset)
    {
        Span<byte> text = stackalloc byte[V6Length];
        return Encoding.ASCII.GetString(text[..Format(ip, port, physicalOffset, text)]);
    }

    /// <summary>Reads an id; hex digits in any case. False when it is none.</summary>
    public static bool TryParse(ReadOnlySpan<byte> utf8, out StoredMessageAddress address)
    {
        address = default;
        if (utf8.Length is not (V4Length or V6Length))
        {
            return false;
        }

        Span<byte> bytes = stackalloc byte[V6Length / 2];
        if (Convert.FromHexString(utf8, bytes, out _, out var written) != System.Buffers.OperationStatus.Done)
        {
            return false;
        }

        var hostBytes = written - PortAndOffsetBytes;
        address = new StoredMessageAddress(
            new IPAddress(bytes[..hostBytes]),
            BinaryPrimitives.ReadInt32BigEndian(bytes[hostBytes..]),
            BinaryPrimitives.ReadInt64BigEndian(bytes[(hostBytes + sizeof(int))..]));
        return true;
    }

    /// <inheritdoc cref="TryParse(ReadOnlySpan{byte}, out StoredMessageAddress)" />
    public static bool TryParse(ReadOnlySpan<char> text, out StoredMessageAddress address)
    {
        address = default;
        if (text.Length is not (V4Length or V6Length))
        {
            return false;
        }

        Span<byte> utf8 = stackalloc byte[V6Length];
        return Encoding.UTF8.TryGetBytes(text, utf8, out var written) && TryParse(utf8[..written], out address);
    }
}

/// <summary>Where a message is stored, as its id says.</summary>
/// <param name="Host">Address of the broker.</param>
/// <param name="Port">Port of the broker; whatever the id holds, not checked.</param>
/// <param name="PhysicalOffset">Physical offset of the message.</param>
public readonly record struct StoredMessageAddress(IPAddress Host, int Port, long PhysicalOffset);
