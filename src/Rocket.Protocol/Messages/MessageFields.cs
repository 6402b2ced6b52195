using System.Buffers;

namespace Rocket.Protocol.Messages;

/// <summary>What <see cref="MessageWriter"/> makes a record of; the queue's own three numbers are stamped later.</summary>
public readonly ref struct MessageFields
{
    public int QueueId { get; init; }

    /// <summary>The application's own flag.</summary>
    public int Flag { get; init; }

    /// <summary>Bits of <see cref="SystemFlags"/>; those for IPv6 hosts are set by the writer.</summary>
    public int SysFlag { get; init; }

    /// <summary>Milliseconds since 1970 at the client.</summary>
    public long BornTimestamp { get; init; }

    /// <summary>Address of the client: 4 or 16 bytes.</summary>
    public ReadOnlySpan<byte> BornHost { get; init; }

    public int BornPort { get; init; }

    /// <summary>Address of the broker that clients can connect to: 4 or 16 bytes.</summary>
    public ReadOnlySpan<byte> StoreHost { get; init; }

    public int StorePort { get; init; }

    public int ReconsumeTimes { get; init; }

    /// <summary>Physical offset of the half message that this one commits; else 0.</summary>
    public long PreparedTransactionOffset { get; init; }

    /// <summary>The body as it lies in a connection's buffers.</summary>
    public ReadOnlySequence<byte> Body { get; init; }

    /// <summary>The body in one piece, where it comes out of another record; then <see cref="Body"/> is empty.</summary>
    public ReadOnlySpan<byte> StoredBody { get; init; }

    /// <summary>At most <see cref="MessageLayout.MaxTopicBytes"/>.</summary>
    public ReadOnlySpan<byte> Topic { get; init; }

    /// <summary>Property string, at most <see cref="MessageLayout.MaxPropertiesBytes"/>.</summary>
    public ReadOnlySpan<byte> Properties { get; init; }
}
