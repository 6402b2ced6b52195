using Akka.Actor;

namespace Rocket.Actors.Placement;

/// <summary>What the placement actors of two voters tell each other, over an <see cref="IVoterLink"/>.</summary>
public interface IVoterMessage : INoSerializationVerificationNeeded;

/// <summary>Names the voter that sends, by its index in the order of all voters.</summary>
public interface IVoterSpeech : IVoterMessage
{
    /// <summary>Index of the voter that sends.</summary>
    int From { get; }
}

/// <summary>A proposer asks an acceptor. The answer goes to voter <paramref name="From"/>.</summary>
public sealed record VoterRequest(string Broker, int From, VoterStart Start, AcceptorRequest Request) : IVoterSpeech;

/// <summary>An acceptor's answer, made durable before.</summary>
public sealed record VoterAnswer(string Broker, int From, VoterStart Start, AcceptorAnswer Answer) : IVoterSpeech;

/// <summary>A change was agreed: news for those who only want to know. Losing it does no harm.</summary>
public sealed record PlacementAgreed(string Broker, BrokerPlacement Placement) : IVoterMessage;

/// <summary>A broker's shard is of no use on a node: news for whoever coordinates the shards. Losing it delays, the broker says it again.</summary>
public sealed record BrokerMisplaced(string Broker, string Node) : IVoterMessage;

/// <summary>Who a voter is in this start of it, and what it remembers of the one that it speaks to.</summary>
/// <param name="From">Index of the voter that speaks.</param>
/// <param name="Start">This start of it.</param>
/// <param name="Version">Rises in a start with what the voter knows; of two messages the one with the lower version is stale.</param>
/// <param name="Votes">Whether it votes.</param>
/// <param name="MemoryOfYou">The latest start of the other one that it has dealt with; null: it never did.</param>
/// <param name="Checked">What the other one remembers of it, as it has heard and found in its own past; null: nothing was heard.</param>
/// <param name="WantsAnswer">The other one shall introduce itself too.</param>
public sealed record VoterIntroduction(
    int From, VoterStart Start, long Version, bool Votes, VoterStart? MemoryOfYou, VoterStart? Checked, bool WantsAnswer) : IVoterSpeech;

/// <summary>A voter has lost what it once promised and accepted, or has never had anything: nothing counts that it said before this start.</summary>
public sealed record MemoryLost(int From, VoterStart Start, long Version) : IVoterSpeech;

/// <summary>
/// That is noted, durably: nothing that voter said before <paramref name="OfStart"/> counts here any more. The number of its next start has to be
/// above <paramref name="Highest"/>.
/// </summary>
public sealed record MemoryLossNoted(int From, VoterStart Start, long Version, VoterStart OfStart, long Highest) : IVoterSpeech;

/// <summary>A voter whose loss everybody has noted asks for all registers.</summary>
public sealed record CopyRequest(int From, VoterStart Start) : IVoterSpeech;

/// <summary>All registers of a voter, for one that has none.</summary>
/// <param name="From">Index of the voter whose registers these are.</param>
/// <param name="ForStart">The start that asked.</param>
/// <param name="Votes">Whether it votes itself; otherwise its registers may lack something.</param>
/// <param name="EverVoted">Indexes of the voters that it knows to have voted at any time, itself included.</param>
/// <param name="Registers">What it has promised and accepted.</param>
/// <param name="Trouble">Null, or why the registers are not complete: for people.</param>
public sealed record RegisterCopies(
    int From, VoterStart ForStart, bool Votes, IReadOnlyList<int> EverVoted, IReadOnlyList<RegisterCopy> Registers, string? Trouble) : IVoterSpeech;

/// <summary>One register of a voter.</summary>
public sealed record RegisterCopy(string Broker, AcceptorState State);
