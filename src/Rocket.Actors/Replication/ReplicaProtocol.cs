using Akka.Actor;
using Rocket.Actors.Placement;

namespace Rocket.Actors.Replication;

/// <summary>
/// What the <c>ReplicaActor</c> of a broker, which owns the broker's folder on this node, is told by a BrokerActor that wants to lead there. All of it stays within one
/// process.
/// </summary>
public static class ReplicaProtocol
{
    /// <summary>
    /// The sender wants the folder: answered by <see cref="Lent"/> once no log of it is open. From then on the logs stand still, since nobody is followed, until it
    /// gives the folder back or has ended and all logs that were opened are closed.
    /// </summary>
    public sealed class Borrow : INoSerializationVerificationNeeded
    {
        public static readonly Borrow Instance = new();
    }

    /// <summary>The folder is the asker's.</summary>
    /// <param name="Promised">The highest epoch that was ever promised to a master.</param>
    public sealed record Lent(Epoch Promised) : INoSerializationVerificationNeeded;

    /// <summary>The folder is nobody's: what this node has promised cannot be read, so nothing of the broker may be changed here; or the node stops.</summary>
    /// <param name="Reason">For people.</param>
    /// <param name="IsDamage">A person has to look; else the node stops.</param>
    public sealed record NotLent(string Reason, bool IsDamage) : INoSerializationVerificationNeeded;

    /// <summary>Promises, on the disk, to follow no epoch before this one. Only for who has borrowed the folder. Answer: <see cref="Fenced"/> or <see cref="NotFenced"/>.</summary>
    public sealed record Fence(Epoch Epoch) : INoSerializationVerificationNeeded;

    public sealed record Fenced(Epoch Epoch) : INoSerializationVerificationNeeded;

    /// <summary>A later epoch was promised already, or the disk refuses.</summary>
    public sealed record NotFenced(Epoch Epoch, string Reason) : INoSerializationVerificationNeeded;

    /// <summary>The sender leads the broker from now on: whatever the copy may have lacked, it is what there is. Only for who has borrowed the folder. No answer.</summary>
    public sealed class Leads : INoSerializationVerificationNeeded
    {
        public static readonly Leads Instance = new();
    }

    /// <summary>The sender does not want the folder any more, and has closed every log of it.</summary>
    public sealed class GiveBack : INoSerializationVerificationNeeded
    {
        public static readonly GiveBack Instance = new();
    }

    /// <summary>
    /// The node stops: nobody is followed any more, and what this actor has open is flushed, marked as stopped cleanly and closed. Answer: <see cref="ReplicaStopped"/>. A
    /// folder that is lent is its borrower's to close.
    /// </summary>
    public sealed class StopReplica : INoSerializationVerificationNeeded
    {
        public static readonly StopReplica Instance = new();
    }

    /// <summary>No log is open that this actor has opened.</summary>
    public sealed record ReplicaStopped(string Broker) : INoSerializationVerificationNeeded;

    /// <summary>Told to who has borrowed the folder: another node leads the broker in a later epoch and wants this one to follow.</summary>
    public sealed record Claimed(string Master, Epoch Epoch) : INoSerializationVerificationNeeded;
}
