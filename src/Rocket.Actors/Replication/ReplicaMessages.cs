using Akka.Actor;
using Rocket.Actors.Links;
using Rocket.Actors.Replication.Wire;

namespace Rocket.Actors.Replication;

/// <summary>What the <see cref="ReplicationRouter"/> tells a ReplicaActor of what came over the links.</summary>
internal static class ReplicaMessages
{
    /// <summary>A master asks to be followed, or says something within a session.</summary>
    public sealed record Heard(ILinkConnection From, ReplicationMessage Message) : INoSerializationVerificationNeeded;

    /// <summary>
    /// Records of a session, the payload of a <see cref="RecordFrame"/> in memory of the link's pool. Whoever takes the message out of the mailbox releases <paramref name="Memory"/>,
    /// whatever becomes of the records; in a mailbox that is thrown away it is left to the garbage collector.
    /// </summary>
    public sealed record Records(ILinkConnection From, long Session, LinkFrame Memory) : INoSerializationVerificationNeeded;

    /// <summary>A connection over which a session came has ended.</summary>
    public sealed record ConnectionLost(ILinkConnection Connection) : INoSerializationVerificationNeeded;
}
