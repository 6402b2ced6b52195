using Akka.Actor;

namespace Rocket.Actors.Placement;

/// <summary>What may be said to a <see cref="PlacementActor"/>, and what it answers. Local: between nodes only <see cref="IVoterMessage"/> travels, over voter links.</summary>
public static class PlacementProtocol
{
    /// <summary>Reads a register, completing what an earlier round left half done. Answer: <see cref="Current"/>, <see cref="Unknown"/> or <see cref="Refused"/>.</summary>
    public sealed record Read(string Broker) : INoSerializationVerificationNeeded;

    /// <summary>
    /// Makes this node the master, in a new epoch, with those of the in-sync set that are present. Ask for <see cref="ElectionState.NextEpoch"/>
    /// of the same two values and fence it on this node's copy before. Answer: <see cref="Acquired"/>, <see cref="Conflict"/>,
    /// <see cref="Unknown"/> or <see cref="Refused"/>.
    /// </summary>
    /// <param name="Broker">Broker name.</param>
    /// <param name="BasedOn">The placement that was read; null: the broker never had one.</param>
    /// <param name="Fenced">The highest epoch that this node's copy of the broker has fenced or holds a record of.</param>
    public sealed record Acquire(string Broker, BrokerPlacement? BasedOn, Epoch Fenced) : INoSerializationVerificationNeeded;

    /// <summary>
    /// Replaces a placement by the master's leave: in-sync set, wanted master. Answer: <see cref="Changed"/>, <see cref="Conflict"/>,
    /// <see cref="Unknown"/> or <see cref="Refused"/>.
    /// </summary>
    /// <param name="Broker">Broker name.</param>
    /// <param name="BasedOn">The placement as it is.</param>
    /// <param name="Proposed">The placement as it shall be: the next version.</param>
    public sealed record Change(string Broker, BrokerPlacement BasedOn, BrokerPlacement Proposed) : INoSerializationVerificationNeeded;

    /// <summary>
    /// The node leaves: no broker is started from here any more. What is told to a region that goes while nobody can place the shard would keep it from going. No answer.
    /// </summary>
    public sealed class Leaving : INoSerializationVerificationNeeded
    {
        public static readonly Leaving Instance = new();

        private Leaving()
        {
        }
    }

    /// <summary>A broker on this node can't get its epoch agreed here and wants its shard to be given back. No answer.</summary>
    public sealed record Misplaced(string Broker) : INoSerializationVerificationNeeded;

    /// <summary>
    /// A person vouches that the voters which do not answer hold nothing that matters: this voter votes from now on, if it does not already.
    /// No answer.
    /// </summary>
    public sealed class VoteNow : INoSerializationVerificationNeeded
    {
        public static readonly VoteNow Instance = new();
    }

    /// <summary>This node is a member of its cluster, so that brokers can be started. No answer.</summary>
    public sealed class Joined : INoSerializationVerificationNeeded
    {
        public static readonly Joined Instance = new();
    }

    /// <summary>
    /// A person votes for the other one of two voters, which is dead: this one decides alone until that one votes for itself again. Answer: <see cref="VotedOut"/>, or
    /// <see cref="VoteRefused"/>.
    /// </summary>
    public sealed record VoteOut(string Voter) : INoSerializationVerificationNeeded;

    /// <summary>The vote is on the disk, and counts.</summary>
    public sealed record VotedOut(string Voter) : INoSerializationVerificationNeeded;

    /// <summary>The vote does not count.</summary>
    /// <param name="Reason">For people.</param>
    public sealed record VoteRefused(string Reason) : INoSerializationVerificationNeeded;

    /// <summary>A link to another voter was made: what is open with it is settled now. No answer.</summary>
    public sealed record VoterLinked(string Voter) : INoSerializationVerificationNeeded;

    /// <summary>Brokers that other nodes hold: their placements are read too, since any node may have to tell where they belong. No answer.</summary>
    public sealed record BrokersElsewhere(IReadOnlyCollection<string> Brokers) : INoSerializationVerificationNeeded;

    /// <summary>The agreed placement; null: the broker never had one.</summary>
    public sealed record Current(string Broker, BrokerPlacement? Placement) : INoSerializationVerificationNeeded;

    /// <summary>This node leads from now on, in the placement's epoch.</summary>
    public sealed record Acquired(string Broker, BrokerPlacement Placement) : INoSerializationVerificationNeeded;

    /// <summary>The change is agreed.</summary>
    public sealed record Changed(string Broker, BrokerPlacement Placement) : INoSerializationVerificationNeeded;

    /// <summary>Nothing was changed: the register holds this instead of what the change was based on.</summary>
    public sealed record Conflict(string Broker, BrokerPlacement? Actual) : INoSerializationVerificationNeeded;

    /// <summary>No majority of the voters answered in time. The change may have happened or may still happen: read before going on.</summary>
    public sealed record Unknown(string Broker) : INoSerializationVerificationNeeded;

    /// <summary>Nothing was proposed, and asking again won't help by itself.</summary>
    /// <param name="Broker">Broker name.</param>
    /// <param name="Reason">For people: this node is not in sync, or its register is damaged.</param>
    public sealed record Refused(string Broker, string Reason) : INoSerializationVerificationNeeded;

    /// <summary>Told to the actor's parent: the register of a broker that this node holds cannot be read, so the broker is not led here.</summary>
    /// <param name="Broker">Broker name.</param>
    /// <param name="Reason">For people: file, what is wrong, what to do.</param>
    public sealed record RegisterDamaged(string Broker, string Reason) : INoSerializationVerificationNeeded;
}
