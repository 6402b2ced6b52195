using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text;
using Rocket.Protocol.Framing;

namespace Rocket.Protocol.Headers;

/// <summary>
/// Builds the header of one command after another: <see cref="Start"/>, then any number of <c>AddField</c>, then <c>WriteTo</c>.
/// Reusable, not thread-safe, allocates nothing in steady state. JSON comes out with its members in alphabetical order, without blanks,
/// every extField as a string; an absent remark and absent fields are left out.
/// </summary>
public sealed class CommandEncoder
{
    private const int LongestInt64 = 20;

    private readonly HeaderScratch _header = new();
    private SerializeType _type;
    private int _flag;
    private int _opaque;
    private string? _remark;
    private int _fields;
    private int _fieldsLengthAt;
    private State _state;

    private enum State
    {
        Empty,
        Open,
        Complete,
    }

    /// <summary>Bytes that <see cref="WriteTo(IBufferWriter{byte}, int)"/> will write: length, header word and header.</summary>
    public int FrameHeadBytes
    {
        get
        {
            Complete();
            return FrameLayout.HeaderAt + _header.Length;
        }
    }

    /// <summary>Language of the header; Rocket passes for a Java peer, which every client knows.</summary>
    public LanguageCode Language { get; init; } = LanguageCode.Java;

    /// <summary>Release number of the header.</summary>
    public int Version { get; init; } = ProtocolVersion.Advertised;

    /// <summary>Forgets the previous command and starts the next.</summary>
    /// <param name="type">How the header is written.</param>
    /// <param name="code">Request or response code. A binary header keeps its low 16 bits only.</param>
    /// <param name="opaque">Number that pairs request and response.</param>
    /// <param name="flag">Bits of <see cref="CommandFlags"/>.</param>
    /// <param name="remark">Text for people, or null.</param>
    public void Start(SerializeType type, int code, int opaque, int flag, string? remark = null)
    {
        _header.Clear();
        _type = type;
        _flag = flag;
        _opaque = opaque;
        _remark = remark;
        _fields = 0;
        _state = State.Open;
        if (type == SerializeType.Json)
        {
            _header.Write("{\"code\":"u8);
            _header.WriteDecimal(code);
        }
        else
        {
            StartBinary(code);
        }
    }

    /// <summary>Starts the answer to a request: in the request's encoding, with its opaque number.</summary>
    public void StartResponse(CommandHeader request, int code, string? remark = null) =>
        Start(request.SerializeType, code, request.Opaque, CommandFlags.Response, remark);

    /// <summary>Gives up what a long header has made large; for a writer that has nothing to write for now. The command is forgotten.</summary>
    public void Trim()
    {
        _header.Trim();
        _remark = null;
        _state = State.Empty;
    }

    /// <summary>Adds an extField.</summary>
    /// <param name="name">Its name; at most 32 767 bytes.</param>
    /// <param name="utf8Value">Its value. Zero bytes mean "absent" to readers of binary headers.</param>
    public void AddField(scoped ReadOnlySpan<byte> name, scoped ReadOnlySpan<byte> utf8Value)
    {
        if (_state != State.Open)
        {
            throw new InvalidOperationException("fields are added between Start and the header's completion");
        }

        if (_type == SerializeType.Json)
        {
            AddJsonField(name, utf8Value);
        }
        else
        {
            AddBinaryField(name, utf8Value);
        }

        _fields++;
    }

    /// <summary>Adds an extField; null leaves it out.</summary>
    public void AddField(scoped ReadOnlySpan<byte> name, string? value)
    {
        if (value is null)
        {
            return;
        }

        const int longestOnStack = 256;
        var bytes = Encoding.UTF8.GetMaxByteCount(value.Length);
        var rented = bytes > longestOnStack ? ArrayPool<byte>.Shared.Rent(bytes) : null;
        Span<byte> text = rented ?? stackalloc byte[longestOnStack];
        AddField(name, text[..Encoding.UTF8.GetBytes(value, text)]);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>Adds an extField that is a number.</summary>
    public void AddField(scoped ReadOnlySpan<byte> name, long value)
    {
        Span<byte> text = stackalloc byte[LongestInt64];
        Utf8Formatter.TryFormat(value, text, out var length);
        AddField(name, text[..length]);
    }

    /// <summary>Adds an extField that is a number.</summary>
    public void AddField(scoped ReadOnlySpan<byte> name, int value) => AddField(name, (long)value);

    /// <summary>Adds an extField that is true or false.</summary>
    public void AddField(scoped ReadOnlySpan<byte> name, bool value) => AddField(name, value ? "true"u8 : "false"u8);

    /// <summary>Writes the whole frame.</summary>
    public void WriteTo(IBufferWriter<byte> output, ReadOnlySpan<byte> body)
    {
        WriteTo(output, body.Length);
        output.Write(body);
    }

    /// <summary>Writes all of the frame but its body; the caller writes exactly <paramref name="bodyLength"/> bytes after it.</summary>
    public void WriteTo(IBufferWriter<byte> output, int bodyLength)
    {
        var headBytes = FrameHeadBytes;
        WriteHead(output.GetSpan(headBytes), bodyLength);
        output.Advance(headBytes);
    }

    /// <summary>Writes all of the frame but its body into the first <see cref="FrameHeadBytes"/> bytes of <paramref name="head"/>.</summary>
    public void WriteHead(Span<byte> head, int bodyLength)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bodyLength);
        var headBytes = FrameHeadBytes;
        BinaryPrimitives.WriteInt32BigEndian(head[FrameLayout.LengthAt..], checked(headBytes - FrameLayout.LengthBytes + bodyLength));
        BinaryPrimitives.WriteInt32BigEndian(head[FrameLayout.HeaderWordAt..], FrameLayout.HeaderWord(_type, _header.Length));
        _header.Written.CopyTo(head[FrameLayout.HeaderAt..]);
    }

    private void Complete()
    {
        if (_state == State.Complete)
        {
            return;
        }

        if (_state == State.Empty)
        {
            throw new InvalidOperationException("no command was started");
        }

        if (_type == SerializeType.Json)
        {
            CompleteJson();
        }
        else
        {
            _header.PatchInt32(_fieldsLengthAt, _header.Length - _fieldsLengthAt - sizeof(int));
        }

        if (_header.Length > FrameLayout.GreatestHeaderBytes)
        {
            throw new InvalidOperationException(
                $"a header of {_header.Length} bytes is over the {FrameLayout.GreatestHeaderBytes} that a frame can state");
        }

        _state = State.Complete;
    }

    private void StartBinary(int code)
    {
        _header.WriteInt16(unchecked((short)code));
        _header.Write((byte)Language);
        _header.WriteInt16(unchecked((short)Version));
        _header.WriteInt32(_opaque);
        _header.WriteInt32(_flag);
        var remarkBytes = _remark is null ? 0 : Encoding.UTF8.GetByteCount(_remark);
        _header.WriteInt32(remarkBytes);
        if (remarkBytes > 0)
        {
            Encoding.UTF8.GetBytes(_remark, _header.Take(remarkBytes));
        }

        _fieldsLengthAt = _header.Length;
        _header.WriteInt32(0);
    }

    private void AddBinaryField(ReadOnlySpan<byte> name, ReadOnlySpan<byte> utf8Value)
    {
        if (name.Length > short.MaxValue)
        {
            throw new ArgumentException($"a field's name of {name.Length} bytes is over {short.MaxValue}", nameof(name));
        }

        _header.WriteInt16((short)name.Length);
        _header.Write(name);
        _header.WriteInt32(utf8Value.Length);
        _header.Write(utf8Value);
    }

    private void AddJsonField(ReadOnlySpan<byte> name, ReadOnlySpan<byte> utf8Value)
    {
        _header.Write(_fields == 0 ? ",\"extFields\":{\""u8 : ",\""u8);
        JsonText.Append(_header, name);
        _header.Write("\":\""u8);
        JsonText.Append(_header, utf8Value);
        _header.Write((byte)'"');
    }

    private void CompleteJson()
    {
        if (_fields > 0)
        {
            _header.Write((byte)'}');
        }

        _header.Write(",\"flag\":"u8);
        _header.WriteDecimal(_flag);
        _header.Write(",\"language\":\""u8);
        _header.Write(LanguageNames.Of(Language));
        _header.Write("\",\"opaque\":"u8);
        _header.WriteDecimal(_opaque);
        if (_remark is not null)
        {
            _header.Write(",\"remark\":\""u8);
            AppendRemark(_remark);
            _header.Write((byte)'"');
        }

        _header.Write(",\"version\":"u8);
        _header.WriteDecimal(Version);
        _header.Write((byte)'}');
    }

    private void AppendRemark(string remark)
    {
        var bytes = Encoding.UTF8.GetMaxByteCount(remark.Length);
        var rented = ArrayPool<byte>.Shared.Rent(bytes);
        JsonText.Append(_header, rented.AsSpan(0, Encoding.UTF8.GetBytes(remark, rented)));
        ArrayPool<byte>.Shared.Return(rented);
    }
}
