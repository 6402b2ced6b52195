using Akka.Actor;

namespace Rocket.Actors.Placement;

/// <summary>
/// The way to one voter's placement actor. Sending never blocks and never fails; messages may be lost, repeated and reordered. What arrives
/// is told to the placement actor there as it is.
/// </summary>
public interface IVoterLink
{
    /// <summary>Sends on a best-effort basis.</summary>
    void Send(IVoterMessage message);
}

/// <summary>The way of a voter to itself.</summary>
/// <param name="placements">The placement actor.</param>
public sealed class LocalVoterLink(IActorRef placements) : IVoterLink
{
    /// <inheritdoc/>
    public void Send(IVoterMessage message) => placements.Tell(message, ActorRefs.NoSender);
}
