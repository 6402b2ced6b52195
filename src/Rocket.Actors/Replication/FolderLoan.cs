using Akka.Actor;

namespace Rocket.Actors.Replication;

/// <summary>What of a <see cref="ReplicaActor"/> outlives its crash: who has its folder. Used by it alone.</summary>
internal sealed class FolderLoan
{
    /// <summary>Who has the folder, or is about to get it; nobody: it is the actor's own.</summary>
    public IActorRef Borrower { get; set; } = ActorRefs.Nobody;

    /// <summary>Whether the borrower was told that the folder is its own.</summary>
    public bool IsLent { get; set; }
}
