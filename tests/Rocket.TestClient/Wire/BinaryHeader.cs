using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Rocket.TestClient.Wire;

/// <summary>
/// Header in the compact form (serialize type ROCKETMQ):
/// <code>
/// int16 code | byte language | int16 version | int32 opaque | int32 flag
/// int32 remarkLength | remark
/// int32 fieldsLength | { int16 nameLength | name | int32 valueLength | value }*
/// </code>
/// Text is UTF-8; a text of length 0 is the same as an absent one.
/// </summary>
public static class BinaryHeader
{
    private const int FixedBytes = 2 + 1 + 2 + 4 + 4;

    /// <exception cref="ArgumentException">Code or version does not fit 16 bits, or a name is over 32 767 bytes.</exception>
    public static void Write(IBufferWriter<byte> output, RemotingCommand command)
    {
        if (command.Code is < short.MinValue or > short.MaxValue || command.Version is < short.MinValue or > short.MaxValue)
        {
            throw new ArgumentException($"code {command.Code} or version {command.Version} does not fit 16 bits", nameof(command));
        }

        WriteInt16(output, command.Code);
        output.Write([(byte)command.Language]);
        WriteInt16(output, command.Version);
        WriteInt32(output, command.Opaque);
        WriteInt32(output, command.Flag);
        WriteText(output, command.Remark ?? "");
        var fieldsBytes = 0;
        foreach (var (name, value) in command.Fields)
        {
            fieldsBytes += 2 + Encoding.UTF8.GetByteCount(name) + 4 + Encoding.UTF8.GetByteCount(value);
        }

        WriteInt32(output, fieldsBytes);
        foreach (var (name, value) in command.Fields)
        {
            var nameBytes = Encoding.UTF8.GetBytes(name);
            if (nameBytes.Length > short.MaxValue)
            {
                throw new ArgumentException($"field name of {nameBytes.Length} B does not fit 16 bits", nameof(command));
            }

            WriteInt16(output, nameBytes.Length);
            output.Write(nameBytes);
            WriteText(output, value);
        }
    }

    /// <exception cref="RemotingFormatException">Lengths don't add up, or text is not UTF-8.</exception>
    public static RemotingCommand Read(ReadOnlySpan<byte> header)
    {
        if (header.Length < FixedBytes + 8)
        {
            throw new RemotingFormatException($"binary header of {header.Length} B is too short");
        }

        var rest = header[FixedBytes..];
        var remark = TakeText(ref rest, TakeInt32(ref rest));
        var fieldsBytes = TakeInt32(ref rest);
        if (fieldsBytes != rest.Length)
        {
            throw new RemotingFormatException($"fields are said to be {fieldsBytes} B, {rest.Length} B are there");
        }

        HeaderFields fields = [];
        while (!rest.IsEmpty)
        {
            var name = TakeText(ref rest, TakeInt16(ref rest));
            var value = TakeText(ref rest, TakeInt32(ref rest));
            if (name is null || fields.ContainsKey(name))
            {
                throw new RemotingFormatException(name is null ? "a field has no name" : $"field {name} stands twice");
            }

            fields.Add(name, value);
        }

        return new RemotingCommand
        {
            Code = BinaryPrimitives.ReadInt16BigEndian(header),
            Language = (LanguageCode)header[2],
            Version = BinaryPrimitives.ReadInt16BigEndian(header[3..]),
            Opaque = BinaryPrimitives.ReadInt32BigEndian(header[5..]),
            Flag = BinaryPrimitives.ReadInt32BigEndian(header[9..]),
            Remark = remark,
            Fields = fields,
        };
    }

    private static int TakeInt16(ref ReadOnlySpan<byte> rest)
    {
        Need(rest, 2);
        var value = BinaryPrimitives.ReadInt16BigEndian(rest);
        rest = rest[2..];
        return value;
    }

    private static int TakeInt32(ref ReadOnlySpan<byte> rest)
    {
        Need(rest, 4);
        var value = BinaryPrimitives.ReadInt32BigEndian(rest);
        rest = rest[4..];
        return value;
    }

    private static string? TakeText(ref ReadOnlySpan<byte> rest, int length)
    {
        Need(rest, length);
        var text = length == 0 ? null : Utf8Text.Decode(rest[..length]);
        rest = rest[length..];
        return text;
    }

    private static void Need(ReadOnlySpan<byte> rest, int length)
    {
        if (length < 0 || length > rest.Length)
        {
            throw new RemotingFormatException($"a length of {length} B in a binary header that has {rest.Length} B left");
        }
    }

    private static void WriteInt16(IBufferWriter<byte> output, int value)
    {
        BinaryPrimitives.WriteInt16BigEndian(output.GetSpan(2), (short)value);
        output.Advance(2);
    }

    private static void WriteInt32(IBufferWriter<byte> output, int value)
    {
        BinaryPrimitives.WriteInt32BigEndian(output.GetSpan(4), value);
        output.Advance(4);
    }

    private static void WriteText(IBufferWriter<byte> output, string text)
    {
        WriteInt32(output, Encoding.UTF8.GetByteCount(text));
        output.Write(Encoding.UTF8.GetBytes(text));
    }
}
