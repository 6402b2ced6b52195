using System.IO.Compression;
using System.Net;
using Rocket.TestClient.Wire;

namespace Rocket.TestClient.Messages;

/// <summary>A message as brokers store it and clients decode it, with every field of its record.</summary>
public sealed record StoredMessage
{
    /// <summary>Bytes of the whole record.</summary>
    public required int TotalSize { get; init; }

    /// <summary>1: topic length is one byte; 2: two bytes.</summary>
    public required int Version { get; init; }

    public required int BodyCrc { get; init; }

    public required int QueueId { get; init; }

    public required int Flag { get; init; }

    public required long QueueOffset { get; init; }

    public required long PhysicalOffset { get; init; }

    public required int SystemFlag { get; init; }

    /// <summary>Milliseconds since 1970.</summary>
    public required long BornTimestamp { get; init; }

    public required IPEndPoint BornHost { get; init; }

    /// <summary>Milliseconds since 1970.</summary>
    public required long StoreTimestamp { get; init; }

    public required IPEndPoint StoreHost { get; init; }

    public required int ReconsumeTimes { get; init; }

    public required long PreparedTransactionOffset { get; init; }

    /// <summary>The body as stored, perhaps compressed.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    public required string Topic { get; init; }

    /// <summary>The property string as stored.</summary>
    public required string PropertyText { get; init; }

    public required MessageProperties Properties { get; init; }

    /// <summary>What a client shows as msgId: UNIQ_KEY, else the offsetMsgId.</summary>
    public string MessageId => Properties.UniqueKey ?? OffsetMessageId.ToString();

    public OffsetMessageId OffsetMessageId => new(StoreHost, PhysicalOffset);

    public bool BodyCrcMatches => BodyCrc == BodyChecksum.Of(Body.Span);

    /// <summary>The body as its sender wrote it: inflated when sysFlag says so.</summary>
    /// <exception cref="NotSupportedException">Compressed with LZ4 or ZSTD.</exception>
    public byte[] Content()
    {
        if ((SystemFlag & Messages.SystemFlag.Compressed) == 0)
        {
            return Body.ToArray();
        }

        if ((SystemFlag & Messages.SystemFlag.CompressionMask) is not (0 or Messages.SystemFlag.CompressionZlib))
        {
            throw new NotSupportedException($"sysFlag 0x{SystemFlag:X} names a compression other than zlib");
        }

        using var inflated = new MemoryStream();
        using var source = new ZLibStream(new MemoryStream(Body.ToArray()), CompressionMode.Decompress);
        source.CopyTo(inflated);
        return inflated.ToArray();
    }

    /// <summary>Decodes records that stand back to back, as bodies of pull, view and query answers do.</summary>
    /// <exception cref="RemotingFormatException">A record is cut or contradicts itself.</exception>
    public static IReadOnlyList<StoredMessage> DecodeAll(ReadOnlyMemory<byte> bytes) => StoredMessageDecoder.DecodeAll(bytes);
}
