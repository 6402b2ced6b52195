using Akka.Actor;

namespace Rocket.Actors.Placement;

/// <summary>What the placement actors of two voters tell each other, over an <see cref="IVoterLink"/>.</summary>
public interface IVoterMessage : INoSerializationVerificationNeeded
{
    /// <summary>The broker that it is about.</summary>
    string Broker { get; }
}

/// <summary>A proposer asks an acceptor. The answer goes to voter <paramref name="From"/>.</summary>
public sealed record VoterRequest(string Broker, int From, AcceptorRequest Request) : IVoterMessage;

/// <summary>An acceptor's answer, made durable before.</summary>
public sealed record VoterAnswer(string Broker, int From, AcceptorAnswer Answer) : IVoterMessage;

/// <summary>A change was agreed: news for those who only want to know. Losing it does no harm.</summary>
public sealed record PlacementAgreed(string Broker, BrokerPlacement Placement) : IVoterMessage;

/// <summary>A broker's shard is of no use on a node: news for whoever coordinates the shards. Losing it delays, the broker says it again.</summary>
public sealed record BrokerMisplaced(string Broker, string Node) : IVoterMessage;
