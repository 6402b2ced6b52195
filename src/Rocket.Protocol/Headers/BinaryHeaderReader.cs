using System.Buffers.Binary;
using System.Text;
using Rocket.Protocol.Codes;
using Rocket.Protocol.Framing;
using TextSlice = Rocket.Protocol.Headers.CommandHeader.TextSlice;

namespace Rocket.Protocol.Headers;

/// <summary>Reads one binary header, laid out as <see cref="BinaryHeaderLayout"/> says.</summary>
internal static class BinaryHeaderReader
{
    /// <summary>Most of a peer's text that an error message repeats.</summary>
    private const int QuotedBytes = 64;

    /// <summary>Reads the whole header; slices of text are positions within <paramref name="bytes"/>.</summary>
    /// <exception cref="ProtocolViolationException">A length points beyond the header or is negative.</exception>
    public static void Read(CommandHeader header, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < BinaryHeaderLayout.LeastBytes)
        {
            throw new ProtocolViolationException($"binary header of {bytes.Length} bytes is shorter than {BinaryHeaderLayout.LeastBytes}");
        }

        header.Flag = BinaryPrimitives.ReadInt32BigEndian(bytes[BinaryHeaderLayout.FlagAt..]);
        header.Opaque = BinaryPrimitives.ReadInt32BigEndian(bytes[BinaryHeaderLayout.OpaqueAt..]);
        header.Version = BinaryPrimitives.ReadInt16BigEndian(bytes[BinaryHeaderLayout.VersionAt..]);
        header.Language = LanguageNames.FromNumber(bytes[BinaryHeaderLayout.LanguageAt]);
        var code = BinaryPrimitives.ReadInt16BigEndian(bytes[BinaryHeaderLayout.CodeAt..]);
        header.Code = header.IsResponse ? code : RestoreCode(code);

        var position = BinaryHeaderLayout.RemarkLengthAt;
        var remark = TakeText(bytes, ref position, TakeInt32(bytes, ref position, "remark"), bytes.Length, "remark");
        if (remark.Length > 0)
        {
            header.SetRemark(remark);
        }

        var entriesBytes = TakeInt32(bytes, ref position, "extFields");
        var entries = TakeText(bytes, ref position, entriesBytes, bytes.Length, "extFields");
        ReadFields(header, bytes, entries.Start, entries.Start + entries.Length);
    }

    private static void ReadFields(CommandHeader header, ReadOnlySpan<byte> bytes, int position, int end)
    {
        while (position < end)
        {
            if (end - position < sizeof(short))
            {
                throw new ProtocolViolationException("binary header: extFields ends within an entry");
            }

            int nameLength = BinaryPrimitives.ReadInt16BigEndian(bytes[position..]);
            position += sizeof(short);
            var name = TakeText(bytes, ref position, nameLength, end, "a field's name");

            if (end - position < sizeof(int))
            {
                throw Broken(bytes, name);
            }

            var valueLength = BinaryPrimitives.ReadInt32BigEndian(bytes[position..]);
            position += sizeof(int);
            if (valueLength < 0 || valueLength > end - position)
            {
                throw Broken(bytes, name);
            }

            var value = new TextSlice(position, valueLength);
            position += valueLength;

            if (value.Length > 0)
            {
                header.AddField(name, value);
            }
        }
    }

    private static int TakeInt32(ReadOnlySpan<byte> bytes, ref int position, string what)
    {
        if (bytes.Length - position < sizeof(int))
        {
            throw new ProtocolViolationException($"binary header ends before the length of {what}");
        }

        var value = BinaryPrimitives.ReadInt32BigEndian(bytes[position..]);
        position += sizeof(int);
        return value;
    }

    private static TextSlice TakeText(ReadOnlySpan<byte> bytes, ref int position, int length, int end, string what)
    {
        if (length < 0 || length > end - position)
        {
            throw new ProtocolViolationException(
                $"binary header: length {length} of {what} does not fit into the {end - position} bytes left");
        }

        var slice = new TextSlice(position, length);
        position += length;
        return slice;
    }

    private static ProtocolViolationException Broken(ReadOnlySpan<byte> bytes, TextSlice name)
    {
        var shown = Encoding.UTF8.GetString(bytes.Slice(name.Start, Math.Min(name.Length, QuotedBytes)));
        return new ProtocolViolationException($"binary header: the value of field {shown} does not fit into extFields");
    }

    /// <summary>Codes over 16 bits arrive cut; what is left of them collides with no other request.</summary>
    private static int RestoreCode(short code) => code switch
    {
        unchecked((short)RequestCode.PopMessage) => RequestCode.PopMessage,
        unchecked((short)RequestCode.AckMessage) => RequestCode.AckMessage,
        unchecked((short)RequestCode.PeekMessage) => RequestCode.PeekMessage,
        unchecked((short)RequestCode.ChangeMessageInvisibleTime) => RequestCode.ChangeMessageInvisibleTime,
        unchecked((short)RequestCode.Notification) => RequestCode.Notification,
        unchecked((short)RequestCode.PollingInfo) => RequestCode.PollingInfo,
        unchecked((short)RequestCode.PopRollback) => RequestCode.PopRollback,
        unchecked((short)RequestCode.BatchAckMessage) => RequestCode.BatchAckMessage,
        _ => code,
    };
}
