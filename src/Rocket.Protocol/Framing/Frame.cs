using System.Buffers;

namespace Rocket.Protocol.Framing;

/// <summary>A view of one frame in the receive buffer; valid as long as that buffer is not advanced.</summary>
public readonly struct Frame(SerializeType serializeType, ReadOnlySequence<byte> header, ReadOnlySequence<byte> body)
{
    /// <summary>How <see cref="Header"/> is written.</summary>
    public SerializeType SerializeType { get; } = serializeType;

    /// <summary>The header's bytes.</summary>
    public ReadOnlySequence<byte> Header { get; } = header;

    /// <summary>The body's bytes; empty when there is none.</summary>
    public ReadOnlySequence<byte> Body { get; } = body;
}
