using Rocket.Actors.Cluster;

namespace Rocket.Host.Gateway.Memory;

/// <summary>
/// What all connections together may hold. Each has <see cref="FreeBytes"/> of everything without asking, so that thousands of small clients need no
/// common counter; what is beyond comes out of these.
/// </summary>
internal sealed class GatewayMemory(LimitSettings limits, ConnectionRegistry connections)
{
    /// <summary>What a connection may hold of incomplete frames, of unsent answers and of unanswered requests, without asking: each of them.</summary>
    public const int FreeBytes = 64 * 1024;

    /// <summary>Room for frames on their way in, taken before they are read.</summary>
    public ByteRoom Incoming { get; } = new(limits.ReceiveBufferTotalBytes);

    /// <summary>Room for answers on their way out, taken before they are put together.</summary>
    public ByteRoom Outgoing { get; } = new(limits.SendBufferTotalBytes);

    /// <summary>Requests that are not answered yet.</summary>
    public SharedBudget Outstanding { get; } = new(limits.OutstandingTotalBytes);

    /// <summary>
    /// What one connection may have unanswered while <see cref="Outstanding"/> is full: an equal share. Who has less never feels that others
    /// have more.
    /// </summary>
    public long FairShare => Math.Max(FreeBytes, limits.OutstandingTotalBytes / Math.Max(1, connections.Count));
}
