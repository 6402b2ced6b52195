namespace Rocket.Actors.Placement;

/// <summary>What a proposer asks of an acceptor.</summary>
public abstract record AcceptorRequest(Ballot Ballot);

/// <summary>Asks for a promise to ignore lower ballots from now on, and for what was accepted so far.</summary>
public sealed record Prepare(Ballot Ballot) : AcceptorRequest(Ballot);

/// <summary>Asks to accept a value.</summary>
public sealed record Accept(Ballot Ballot, BrokerPlacement Value) : AcceptorRequest(Ballot);

/// <summary>What an acceptor answers; <paramref name="Ballot"/> is the one that was asked with.</summary>
public abstract record AcceptorAnswer(Ballot Ballot);

/// <summary>Lower ballots are ignored from now on.</summary>
/// <param name="Ballot">The ballot that was asked with.</param>
/// <param name="AcceptedBallot">Ballot of <paramref name="Value"/>; none when nothing was accepted yet.</param>
/// <param name="Value">The value accepted last.</param>
public sealed record Promise(Ballot Ballot, Ballot AcceptedBallot, BrokerPlacement? Value) : AcceptorAnswer(Ballot);

/// <summary>The value is accepted.</summary>
public sealed record Accepted(Ballot Ballot) : AcceptorAnswer(Ballot);

/// <summary>Another ballot was promised already.</summary>
/// <param name="Ballot">The ballot that was asked with.</param>
/// <param name="Promised">The ballot to go above.</param>
public sealed record Nack(Ballot Ballot, Ballot Promised) : AcceptorAnswer(Ballot);
