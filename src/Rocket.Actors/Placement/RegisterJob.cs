using Akka.Actor;

namespace Rocket.Actors.Placement;

/// <summary>One round that somebody asked for on one register.</summary>
/// <param name="ReplyTo">Who gets the answer.</param>
internal abstract record RegisterJob(IActorRef ReplyTo)
{
    /// <summary>The round to run.</summary>
    public abstract RegisterRound RoundFor(int voter, int voters, Ballot above);

    /// <summary>What the asker is told when a majority holds the value.</summary>
    public abstract object OnAgreed(string broker, BrokerPlacement? value);
}

/// <summary>Reads.</summary>
internal sealed record ReadJob(IActorRef ReplyTo) : RegisterJob(ReplyTo)
{
    /// <inheritdoc/>
    public override RegisterRound RoundFor(int voter, int voters, Ballot above) => RegisterRound.Reading(voter, voters, above);

    /// <inheritdoc/>
    public override object OnAgreed(string broker, BrokerPlacement? value) => new PlacementProtocol.Current(broker, value);
}

/// <summary>Changes, and tells the asker in the words of its question.</summary>
internal sealed record ChangeJob(IActorRef ReplyTo, BrokerPlacement? BasedOn, BrokerPlacement Proposed, bool TakesOver) : RegisterJob(ReplyTo)
{
    /// <inheritdoc/>
    public override RegisterRound RoundFor(int voter, int voters, Ballot above) => RegisterRound.Changing(voter, voters, above, BasedOn, Proposed);

    /// <inheritdoc/>
    public override object OnAgreed(string broker, BrokerPlacement? value) =>
        TakesOver ? new PlacementProtocol.Acquired(broker, value!) : new PlacementProtocol.Changed(broker, value!);
}
