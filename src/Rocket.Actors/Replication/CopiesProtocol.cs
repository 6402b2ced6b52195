using System.Collections.Immutable;
using Akka.Actor;
using Rocket.Actors.Placement;

namespace Rocket.Actors.Replication;

/// <summary>What a master's <c>CopiesActor</c>, child of its BrokerActor, is told and what it answers. All of it stays within one process.</summary>
public static class CopiesProtocol
{
    /// <summary>
    /// A log of the broker was opened, or opened anew, and its owner is about to write to it: from now on it is copied. Answer: <see cref="LogAdded"/>, before anything is called on
    /// <paramref name="Log"/>.
    /// </summary>
    /// <param name="Name">Its name, the same on every node: <c>metadata</c>, or the folder of the queue.</param>
    /// <param name="Log">How its owner is told of copies.</param>
    public sealed record AddLog(string Name, ICopiedLog Log) : INoSerializationVerificationNeeded;

    /// <summary>What the owner has to begin with.</summary>
    /// <param name="Name">The log's name.</param>
    /// <param name="Counting">Nodes whose copies count from the start; changes of that come to the log by <see cref="ICopiedLog.Count"/>, after this.</param>
    public sealed record LogAdded(string Name, ImmutableArray<string> Counting) : INoSerializationVerificationNeeded;

    /// <summary>
    /// Every log that the broker had when this reign began has been added, apart from those that cannot be opened here. Before that nobody knows what a copy would have to hold, so
    /// none begins to count; logs that come into being later are added without a word.
    /// </summary>
    public sealed class AllLogsAdded : INoSerializationVerificationNeeded
    {
        public static readonly AllLogsAdded Instance = new();
    }

    /// <summary>
    /// A log that the broker has cannot be opened on this node. As long as that is so, nobody joins who may lack some of it: a node in sync would be taken for one that holds everything.
    /// Ends with <see cref="AddLog"/>.
    /// </summary>
    /// <param name="Name">Its name.</param>
    public sealed record LogMissing(string Name) : INoSerializationVerificationNeeded;

    /// <summary>Told to the BrokerActor: every log that could be opened here was compared with the copy's, so the copy's can be opened.</summary>
    /// <param name="Node">Its node.</param>
    /// <param name="IsWhole">False: not any more, one of them has failed there.</param>
    public sealed record CopyWhole(string Node, bool IsWhole = true) : INoSerializationVerificationNeeded;

    /// <summary>Asks how far the copies are behind, also through the BrokerActor. Answer: <see cref="CopiesFound"/>.</summary>
    public sealed class QueryCopies : INoSerializationVerificationNeeded
    {
        public static readonly QueryCopies Instance = new();
    }

    /// <summary>The copies on other nodes, in the order of their names.</summary>
    public sealed record CopiesFound(ImmutableArray<CopyStand> Copies) : INoSerializationVerificationNeeded;

    /// <summary>Told to the BrokerActor whenever a change of the placement is agreed, and once at the beginning.</summary>
    public sealed record InSyncChanged(BrokerPlacement Placement) : INoSerializationVerificationNeeded;

    /// <summary>Told to the BrokerActor: another node leads, or this one in another epoch. Nothing may be confirmed any more.</summary>
    /// <param name="Reason">For people.</param>
    public sealed record Deposed(string Reason) : INoSerializationVerificationNeeded;
}
