namespace Rocket.Actors.Links;

/// <summary>What a connection needs now.</summary>
public enum LinkNeed
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>A ping, since nothing was sent for a while.</summary>
    Ping,

    /// <summary>An end: nothing was received for too long.</summary>
    Silent,

    /// <summary>An end: the peer reads nothing of what waits for it.</summary>
    Stuck,
}

/// <summary>What is known of one connection's traffic. Times are readings of one steady clock.</summary>
/// <param name="LastReceived">When bytes came last.</param>
/// <param name="LastSent">When bytes were written last.</param>
/// <param name="IsDispatching">A receiver holds the reading up: that nothing comes is this node's own doing.</param>
/// <param name="WritingSince">Since when one write waits for the peer to read; null: none does.</param>
public readonly record struct LinkTraffic(TimeSpan LastReceived, TimeSpan LastSent, bool IsDispatching, TimeSpan? WritingSince);

/// <summary>
/// Judges the connections of a node at each tick. Pure. A tick that comes much too late means that this process slept (stopped by a signal, or
/// starved): what the peers sent meanwhile lies unread, so that silence counts from the tick on.
/// </summary>
public sealed class LinkHealthState(TimeSpan heartbeatInterval, TimeSpan deadAfter, TimeSpan writeTimeout)
{
    private TimeSpan? _lastTick;
    private TimeSpan _awakeSince = TimeSpan.MinValue;

    /// <summary>Begins a tick, in which <see cref="Judge"/> is asked about each connection.</summary>
    public void Tick(TimeSpan now)
    {
        if (now - _lastTick > deadAfter / 2)
        {
            _awakeSince = now;
        }

        _lastTick = now;
    }

    /// <summary>What a connection needs.</summary>
    public LinkNeed Judge(TimeSpan now, LinkTraffic traffic)
    {
        var heard = traffic.LastReceived > _awakeSince ? traffic.LastReceived : _awakeSince;
        if (!traffic.IsDispatching && now - heard > deadAfter)
        {
            return LinkNeed.Silent;
        }

        if (traffic.WritingSince is { } since && now - (since > _awakeSince ? since : _awakeSince) > writeTimeout)
        {
            return LinkNeed.Stuck;
        }

        // While a write waits for the peer a ping behind it is of no use.
        return traffic.WritingSince is null && now - traffic.LastSent >= heartbeatInterval ? LinkNeed.Ping : LinkNeed.None;
    }
}
