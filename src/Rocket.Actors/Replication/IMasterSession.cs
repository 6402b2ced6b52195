using Rocket.Actors.Links;
using Rocket.Actors.Replication.Wire;

namespace Rocket.Actors.Replication;

/// <summary>The master's end of a session, as the <see cref="ReplicationRouter"/> sees it. Called on the connection's read loop, one call after the other: return at once.</summary>
public interface IMasterSession
{
    /// <summary>The copy says something: <see cref="FollowRefused"/>, <see cref="Ends"/>, <see cref="LogEnded"/>, <see cref="LogFailed"/> or <see cref="Leaves"/>.</summary>
    /// <exception cref="LinkViolationException">It makes no sense: the connection ends.</exception>
    void Receive(ILinkConnection from, ReplicationMessage message);

    /// <summary>The copy acknowledges.</summary>
    /// <param name="ackPayload">See <see cref="AckFrame.Read"/>, which has taken it before; dies with the call.</param>
    /// <exception cref="LinkViolationException">It makes no sense: the connection ends.</exception>
    void Acknowledged(ReadOnlySpan<byte> ackPayload);
}
