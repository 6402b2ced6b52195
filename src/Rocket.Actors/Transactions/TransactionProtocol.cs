using Akka.Actor;

namespace Rocket.Actors.Transactions;

/// <summary>What a <see cref="TransactionActor"/> is told and what it answers. All of it stays within one process.</summary>
public static class TransactionProtocol
{
    /// <summary>A producer says what became of its half message; answered by <see cref="Settled"/>. The first word counts.</summary>
    /// <param name="HalfOffset">Its offset in the queue of half messages.</param>
    /// <param name="IsCommit">Commit, or rollback.</param>
    public sealed record Settle(long HalfOffset, bool IsCommit) : INoSerializationVerificationNeeded;

    /// <summary>Whether what the producer said is stored.</summary>
    /// <param name="Failure">Why not, for a person; null: it is, or an earlier word was.</param>
    public sealed record Settled(string? Failure) : INoSerializationVerificationNeeded
    {
        public static readonly Settled Well = new((string?)null);
    }

    /// <summary>Half messages may be old enough to ask their producers.</summary>
    internal sealed class CheckDue : INoSerializationVerificationNeeded
    {
        public static readonly CheckDue Instance = new();
    }

    /// <summary>How far everything is settled is to be made durable.</summary>
    internal sealed class CommitDue : INoSerializationVerificationNeeded
    {
        public static readonly CommitDue Instance = new();
    }

    /// <summary>It may be seen by now what was stored.</summary>
    internal sealed class SeenDue : INoSerializationVerificationNeeded
    {
        public static readonly SeenDue Instance = new();
    }

    /// <summary>The log of half messages and what is known of them are to be read, which was not possible yet.</summary>
    internal sealed class BeginDue : INoSerializationVerificationNeeded
    {
        public static readonly BeginDue Instance = new();
    }

    /// <param name="Half">Whose producer was to be asked.</param>
    /// <param name="WasSent">Whether one was.</param>
    internal sealed record CheckSent(HalfMessage Half, bool WasSent) : INoSerializationVerificationNeeded;
}
