using System.Buffers;
using System.Buffers.Binary;

namespace Rocket.Protocol.Messages;

/// <summary>
/// Walks the messages of a batch's body (request 320):
/// <code>
/// 0              4             8           12       16
/// | total size   | magic 0     | crc 0     | flag   | body length | body | properties length | properties |
/// | int32, incl. | int32       | int32     | int32  | int32       |      | int16             |            |
/// </code>
/// Magic and CRC are ignored, as RocketMQ does. Copies nothing unless a message's properties lie across two segments.
/// </summary>
public ref struct BatchBodyReader
{
    /// <summary>Bytes of a message without body and properties.</summary>
    public const int FixedBytes = BodyAt + sizeof(short);

    internal const int FlagAt = 3 * sizeof(int);
    internal const int BodyLengthAt = FlagAt + sizeof(int);
    internal const int BodyAt = BodyLengthAt + sizeof(int);

    private ReadOnlySequence<byte> _rest;
    private int _read;

    /// <param name="body">The request's body.</param>
    public BatchBodyReader(ReadOnlySequence<byte> body) => _rest = body;

    /// <summary>The application's flag of the current message.</summary>
    public int Flag { get; private set; }

    /// <summary>Body of the current message.</summary>
    public ReadOnlySequence<byte> Body { get; private set; }

    /// <summary>Property string of the current message, its own UNIQ_KEY included.</summary>
    public ReadOnlySpan<byte> Properties { get; private set; }

    /// <summary>Why the batch could not be read to its end; empty while all is well.</summary>
    public string Error { get; private set; } = string.Empty;

    /// <summary>Whether the batch could not be read to its end.</summary>
    public readonly bool IsMalformed => !string.IsNullOrEmpty(Error);

    /// <summary>Counts the messages of a batch without looking into them; false with the reason when it is malformed or empty.</summary>
    public static bool TryCount(ReadOnlySequence<byte> body, out int count, out string error)
    {
        var reader = new BatchBodyReader(body);
        count = 0;
        while (reader.TryMoveNext())
        {
            count++;
        }

        error = count == 0 && !reader.IsMalformed ? "the batch holds no message" : reader.Error;
        return error.Length == 0;
    }

    /// <summary>Steps to the next message; false behind the last one, or at one that is malformed: see <see cref="IsMalformed"/>.</summary>
    public bool TryMoveNext()
    {
        if (IsMalformed || _rest.IsEmpty)
        {
            return false;
        }

        if (_rest.Length < FixedBytes)
        {
            return Fail($"{_rest.Length} bytes are left, a message has at least {FixedBytes}");
        }

        Span<byte> copy = stackalloc byte[BodyAt];
        var head = _rest.FirstSpan.Length >= BodyAt ? _rest.FirstSpan[..BodyAt] : Copy(_rest.Slice(0, BodyAt), copy);
        var size = BinaryPrimitives.ReadInt32BigEndian(head);
        Flag = BinaryPrimitives.ReadInt32BigEndian(head[FlagAt..]);
        var bodyLength = BinaryPrimitives.ReadInt32BigEndian(head[BodyLengthAt..]);
        if (size < FixedBytes || size > _rest.Length)
        {
            return Fail($"its size {size} does not fit into the {_rest.Length} bytes left");
        }

        if (bodyLength < 0 || bodyLength > size - FixedBytes)
        {
            return Fail($"its body of {bodyLength} bytes does not fit into size {size}");
        }

        var afterBody = _rest.Slice(BodyAt + bodyLength);
        var propertiesLength = ReadInt16(afterBody);
        if (propertiesLength != size - FixedBytes - bodyLength)
        {
            return Fail($"its lengths do not add up to its size {size}");
        }

        Body = _rest.Slice(BodyAt, bodyLength);
        var properties = afterBody.Slice(sizeof(short), propertiesLength);
        Properties = properties.IsSingleSegment ? properties.FirstSpan : properties.ToArray();
        _rest = _rest.Slice(size);
        _read++;
        return true;
    }

    private static int ReadInt16(in ReadOnlySequence<byte> bytes)
    {
        Span<byte> copy = stackalloc byte[sizeof(short)];
        var span = bytes.FirstSpan.Length >= sizeof(short) ? bytes.FirstSpan : Copy(bytes.Slice(0, sizeof(short)), copy);
        return BinaryPrimitives.ReadInt16BigEndian(span);
    }

    private static ReadOnlySpan<byte> Copy(in ReadOnlySequence<byte> source, Span<byte> destination)
    {
        source.CopyTo(destination);
        return destination;
    }

    private bool Fail(string reason)
    {
        Error = $"message {_read} of the batch is malformed: {reason}";
        return false;
    }
}
