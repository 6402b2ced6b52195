using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Rocket.TestClient.Wire;

namespace Rocket.Host.Tests.Fuzz;

/// <summary>
/// A request in parts, each of which may be nonsense: names that repeat, values that are no text, JSON of any shape. What it is written as is a
/// frame whose lengths are true.
/// </summary>
internal sealed record FuzzFrame(int Code, SerializeType Type, List<FuzzField> Fields, byte[] Body)
{
    public int Code { get; set; } = Code;

    public int Opaque { get; set; }

    public int Flag { get; set; }

    public int Version { get; set; } = RemotingCommand.DefaultVersion;

    public byte Language { get; set; }

    public byte[]? Remark { get; set; }

    public byte[] Body { get; set; } = Body;

    /// <summary>A further member of a JSON header, as it is to stand there.</summary>
    public string? ExtraMember { get; set; }

    /// <summary>The parts of a good request.</summary>
    public static FuzzFrame Of(RemotingCommand command, SerializeType type) =>
        new(command.Code, type, [.. command.Fields.Select(field => new FuzzField(Encoding.UTF8.GetBytes(field.Key), Encoding.UTF8.GetBytes(field.Value)))],
            command.Body.ToArray())
        {
            Flag = command.Flag,
        };

    /// <summary>One that may be changed without changing this one.</summary>
    public FuzzFrame Copy() => this with { Fields = [.. Fields] };

    public byte[] ToBytes()
    {
        var header = Type == SerializeType.Json ? JsonHeader() : BinaryHeader();
        var frame = new byte[FrameLayout.PrefixBytes + header.Length + Body.Length];
        FrameEncoder.WritePrefix(frame, frame.Length - FrameLayout.LengthBytes, Type, header.Length);
        header.CopyTo(frame, FrameLayout.PrefixBytes);
        Body.CopyTo(frame, FrameLayout.PrefixBytes + header.Length);
        return frame;
    }

    private byte[] JsonHeader()
    {
        var header = new MemoryStream();
        Write(header, $"{{\"code\":{Number(Code)},\"flag\":{Number(Flag)},\"language\":{Number(Language)},\"opaque\":{Number(Opaque)},\"version\":{Number(Version)}");
        if (Remark is not null)
        {
            Write(header, ",\"remark\":\"");
            WriteText(header, Remark);
            Write(header, "\"");
        }

        Write(header, ",\"extFields\":{");
        var first = true;
        foreach (var field in Fields)
        {
            Write(header, first ? "\"" : ",\"");
            WriteText(header, field.Name);
            Write(header, field.IsBare ? "\":" : "\":\"");
            if (field.IsBare)
            {
                header.Write(field.Value);
            }
            else
            {
                WriteText(header, field.Value);
                Write(header, "\"");
            }

            first = false;
        }

        Write(header, "}");
        if (ExtraMember is not null)
        {
            Write(header, "," + ExtraMember);
        }

        Write(header, "}");
        return header.ToArray();
    }

    private byte[] BinaryHeader()
    {
        var header = new MemoryStream();
        WriteInt16(header, Code);
        header.WriteByte(Language);
        WriteInt16(header, Version);
        WriteInt32(header, Opaque);
        WriteInt32(header, Flag);
        WriteInt32(header, Remark?.Length ?? 0);
        header.Write(Remark);
        WriteInt32(header, Fields.Sum(field => 6 + field.Name.Length + field.Value.Length));
        foreach (var field in Fields)
        {
            WriteInt16(header, field.Name.Length);
            header.Write(field.Name);
            WriteInt32(header, field.Value.Length);
            header.Write(field.Value);
        }

        return header.ToArray();
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static void Write(MemoryStream output, string text) => output.Write(Encoding.UTF8.GetBytes(text));

    /// <summary>Escapes what would end the string; bytes that are no UTF-8 stay.</summary>
    private static void WriteText(MemoryStream output, byte[] text)
    {
        foreach (var value in text)
        {
            if (value is < 0x20 or (byte)'"' or (byte)'\\')
            {
                Write(output, $"\\u{value:x4}");
            }
            else
            {
                output.WriteByte(value);
            }
        }
    }

    private static void WriteInt16(MemoryStream output, int value)
    {
        Span<byte> bytes = stackalloc byte[2];
        BinaryPrimitives.WriteInt16BigEndian(bytes, unchecked((short)value));
        output.Write(bytes);
    }

    private static void WriteInt32(MemoryStream output, int value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        output.Write(bytes);
    }
}

/// <summary>One extField.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">Its value.</param>
/// <param name="IsBare">In JSON: without quotes around it.</param>
internal sealed record FuzzField(byte[] Name, byte[] Value, bool IsBare = false);
