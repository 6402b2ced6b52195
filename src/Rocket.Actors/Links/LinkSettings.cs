namespace Rocket.Actors.Links;

/// <summary>How connections between nodes are kept.</summary>
public sealed record LinkSettings
{
    /// <summary>Port to listen on, on <c>rocket.bind-host</c>: 1 to 65535.</summary>
    public int Port { get; init; } = 10912;

    /// <summary>What every node has to know; null: none.</summary>
    public LinkSecret? Secret { get; init; }

    /// <summary>Time for the whole handshake, from the connection on.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>A side that has sent nothing for so long sends a ping.</summary>
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>A side that has heard nothing for so long ends the connection.</summary>
    public TimeSpan DeadAfter { get; init; } = TimeSpan.FromMilliseconds(1500);

    /// <summary>A peer that reads nothing of what waits for it for so long is disconnected, although it still speaks.</summary>
    public TimeSpan WriteTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Bytes that may wait to be sent on one connection before bulk frames are refused.</summary>
    public long BulkQueueBytes { get; init; } = 8 << 20;

    /// <summary>Frames that may wait to be sent on one connection before even small ones are dropped.</summary>
    public int MaxQueuedFrames { get; init; } = 16_384;

    /// <summary>Bytes a second that a copy which is behind gains on clients that write meanwhile; without such it catches up as fast as the machine goes.</summary>
    public long CatchUpRate { get; init; } = Replication.CatchUpPace.UsualRate;

    /// <summary>Connections that may be in their handshake at once; further ones are closed.</summary>
    public int MaxStrangers { get; init; } = 64;

    /// <summary>First pause before dialing again; it doubles up to <see cref="LongestRedial"/>.</summary>
    public TimeSpan FirstRedial { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Longest pause before dialing again.</summary>
    public TimeSpan LongestRedial { get; init; } = TimeSpan.FromSeconds(2);
}
