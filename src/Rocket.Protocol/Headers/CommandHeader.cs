using System.Buffers;
using System.Numerics;
using System.Text;
using Rocket.Protocol.Framing;

namespace Rocket.Protocol.Headers;

/// <summary>
/// The header of one received command, decoded into buffers that the next <see cref="Decode"/> uses again. One per connection; not
/// thread-safe; every span handed out dies at the next <see cref="Decode"/>. In steady state decoding allocates nothing.
/// </summary>
public sealed class CommandHeader
{
    /// <summary>Most entries that extFields may have; a command of RocketMQ has fewer than 30.</summary>
    public const int MaxFields = 512;

    /// <summary>A text buffer greater than this is rented, and given back at the next short header or by <see cref="Trim"/>.</summary>
    private const int RetainedTextBytes = 16 * 1024;

    private const int InitialTextBytes = 2 * 1024;
    private const int InitialFields = 32;
    private const int RetainedFields = 64;

    private byte[] _text = new byte[InitialTextBytes];
    private FieldSlice[] _fields = new FieldSlice[InitialFields];
    private TextSlice _remarkSlice;
    private string? _remark;

    /// <summary>Request code, or response code when <see cref="IsResponse"/>.</summary>
    public int Code { get; internal set; }

    /// <summary>Number that pairs a response with its request; signed, and negative once it has wrapped.</summary>
    public int Opaque { get; internal set; }

    /// <summary>Bits of <see cref="CommandFlags"/>.</summary>
    public int Flag { get; internal set; }

    /// <summary>Release number of the peer, see <see cref="ProtocolVersion"/>.</summary>
    public int Version { get; internal set; }

    /// <summary>Language of the peer.</summary>
    public LanguageCode Language { get; internal set; }

    /// <summary>How the header was written; answers are written the same way.</summary>
    public SerializeType SerializeType { get; private set; }

    /// <summary>Text for people, or null; made into a string when it is first asked for.</summary>
    public string? Remark => _remark ??= HasRemark ? Encoding.UTF8.GetString(RemarkUtf8) : null;

    /// <summary>The remark's bytes; empty when there is none.</summary>
    public ReadOnlySpan<byte> RemarkUtf8 => Text(_remarkSlice);

    /// <summary>Whether this command answers one of ours.</summary>
    public bool IsResponse => (Flag & CommandFlags.Response) != 0;

    /// <summary>Whether this request must not be answered.</summary>
    public bool IsOneway => (Flag & CommandFlags.Oneway) != 0;

    /// <summary>Number of extFields.</summary>
    public int FieldCount { get; private set; }

    /// <summary>The extFields in order of arrival.</summary>
    public HeaderFields Fields => new(this);

    private bool HasRemark { get; set; }

    /// <summary>Decodes one header and forgets the previous one. Unknown members are ignored.</summary>
    /// <param name="header">The header's bytes; copied, so they may go afterwards.</param>
    /// <param name="type">How they are written.</param>
    /// <exception cref="ProtocolViolationException">The bytes are not a header; this object then holds an empty one.</exception>
    public void Decode(in ReadOnlySequence<byte> header, SerializeType type)
    {
        Reset();
        SerializeType = type;
        var length = checked((int)header.Length);
        // The second half takes what JSON escapes stand for; unescaped text is never longer than escaped.
        EnsureText(type == SerializeType.Json ? 2 * length : length);
        header.CopyTo(_text);
        try
        {
            if (type == SerializeType.Json)
            {
                new JsonHeaderReader(this, _text, length).Read();
            }
            else
            {
                BinaryHeaderReader.Read(this, _text.AsSpan(0, length));
            }
        }
        catch (ProtocolViolationException)
        {
            Reset();
            throw;
        }
    }

    /// <summary>Gives up what a long header has made large; for a connection that has nothing to decode for now. The header is empty afterwards.</summary>
    public void Trim()
    {
        if (_text.Length <= RetainedTextBytes && _fields.Length <= RetainedFields)
        {
            return;
        }

        Reset();
        ReturnText();
        _fields = new FieldSlice[InitialFields];
    }

    /// <summary>
    /// The value of an extField: unescaped UTF-8. The name's case counts. Of a repeated name the last counts, as in a map.
    /// </summary>
    public bool TryGetField(scoped ReadOnlySpan<byte> name, out ReadOnlySpan<byte> utf8Value)
    {
        var index = IndexOf(name);
        utf8Value = index < 0 ? default : FieldValue(index);
        return index >= 0;
    }

    /// <summary>Whether an extField is there.</summary>
    public bool HasField(scoped ReadOnlySpan<byte> name) => IndexOf(name) >= 0;

    internal int IndexOf(scoped ReadOnlySpan<byte> name)
    {
        for (var index = FieldCount - 1; index >= 0; index--)
        {
            if (Text(_fields[index].Name).SequenceEqual(name))
            {
                return index;
            }
        }

        return -1;
    }

    internal ReadOnlySpan<byte> FieldName(int index) => Text(_fields[index].Name);

    internal ReadOnlySpan<byte> FieldValue(int index) => Text(_fields[index].Value);

    internal void AddField(TextSlice name, TextSlice value)
    {
        if (FieldCount == MaxFields)
        {
            throw new ProtocolViolationException($"extFields has more than {MaxFields} entries");
        }

        if (FieldCount == _fields.Length)
        {
            Array.Resize(ref _fields, 2 * _fields.Length);
        }

        _fields[FieldCount++] = new FieldSlice(name, value);
    }

    internal void SetRemark(TextSlice remark)
    {
        HasRemark = true;
        _remarkSlice = remark;
    }

    private ReadOnlySpan<byte> Text(TextSlice slice) => _text.AsSpan(slice.Start, slice.Length);

    private void Reset()
    {
        Code = 0;
        Opaque = 0;
        Flag = CommandFlags.Request;
        Version = 0;
        Language = LanguageCode.Java;
        FieldCount = 0;
        HasRemark = false;
        _remarkSlice = default;
        _remark = null;
    }

    private void EnsureText(int bytes)
    {
        if (_text.Length >= bytes && (_text.Length <= RetainedTextBytes || bytes > RetainedTextBytes))
        {
            return;
        }

        ReturnText();
        _text = bytes > RetainedTextBytes
            ? ArrayPool<byte>.Shared.Rent(bytes)
            : new byte[Math.Min(RetainedTextBytes, Math.Max(InitialTextBytes, (int)BitOperations.RoundUpToPowerOf2((uint)bytes)))];
    }

    private void ReturnText()
    {
        if (_text.Length > RetainedTextBytes)
        {
            ArrayPool<byte>.Shared.Return(_text);
        }

        _text = [];
    }

    /// <summary>A piece of the text buffer.</summary>
    internal readonly record struct TextSlice(int Start, int Length);

    private readonly record struct FieldSlice(TextSlice Name, TextSlice Value);
}
