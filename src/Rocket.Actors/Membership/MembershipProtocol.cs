using Akka.Actor;

namespace Rocket.Actors.Membership;

/// <summary>What the <see cref="MembershipActor"/> understands; all of it stays within the node.</summary>
public static class MembershipProtocol
{
    /// <summary>Tells the listener how things stand, and from then on what happens. Not answered.</summary>
    public sealed record Watch(IMembershipListener Listener) : INoSerializationVerificationNeeded;

    /// <summary>The listener wants to hear no more. Not answered.</summary>
    public sealed record Unwatch(IMembershipListener Listener) : INoSerializationVerificationNeeded;
}

/// <summary>Hears of changes in the cluster. Called from an actor: does not block and does not throw.</summary>
public interface IMembershipListener
{
    void Happened(MembershipEvent happened);
}

/// <summary>Something that happened to a member of the cluster.</summary>
/// <param name="Time">When this node heard of it.</param>
/// <param name="Kind">One of <see cref="MembershipEventKinds"/>.</param>
/// <param name="Node">The member's name; null when it is not known.</param>
/// <param name="Address">The member's address; null: nobody.</param>
public sealed record MembershipEvent(DateTimeOffset Time, string Kind, string? Node, string? Address);

/// <summary>What may happen to a member.</summary>
public static class MembershipEventKinds
{
    public const string Joined = "joined";
    public const string WeaklyUp = "weakly-up";
    public const string Up = "up";
    public const string Leaving = "leaving";
    public const string Exiting = "exiting";
    public const string Downed = "downed";
    public const string Removed = "removed";
    public const string Unreachable = "unreachable";
    public const string Reachable = "reachable";

    /// <summary>The member leads from now on.</summary>
    public const string Leader = "leader";
}
