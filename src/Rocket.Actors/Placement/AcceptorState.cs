namespace Rocket.Actors.Placement;

/// <summary>
/// One voter's acceptor for one broker's register. Pure: whoever holds it makes the new state durable and only then sends the answer.
/// </summary>
/// <param name="Promised">Requests of a lower ballot are refused.</param>
/// <param name="AcceptedBallot">Ballot of <paramref name="Value"/>, not above <paramref name="Promised"/>.</param>
/// <param name="Value">The value accepted last; null before the first.</param>
public sealed record AcceptorState(Ballot Promised, Ballot AcceptedBallot, BrokerPlacement? Value)
{
    /// <summary>Nothing promised, nothing accepted.</summary>
    public static AcceptorState Empty { get; } = new(Ballot.None, Ballot.None, null);

    /// <summary>
    /// Promises a ballot above every one promised before. The same ballot a second time is refused too: a proposer that was restarted may
    /// use a ballot again without knowing, and two values must never be accepted under one ballot.
    /// </summary>
    public (AcceptorState Next, AcceptorAnswer Answer) OnPrepare(Ballot ballot) =>
        ballot > Promised
            ? (this with { Promised = ballot }, new Promise(ballot, AcceptedBallot, Value))
            : (this, new Nack(ballot, Promised));

    /// <summary>Accepts a value unless a higher ballot was promised. A repeated request is answered as the first one was.</summary>
    /// <exception cref="InvalidOperationException">Another value was accepted under the same ballot: the proposer broke the rules.</exception>
    public (AcceptorState Next, AcceptorAnswer Answer) OnAccept(Ballot ballot, BrokerPlacement value)
    {
        if (ballot < Promised)
        {
            return (this, new Nack(ballot, Promised));
        }

        if (ballot != AcceptedBallot)
        {
            return (new AcceptorState(ballot, ballot, value), new Accepted(ballot));
        }

        return value.Equals(Value)
            ? (this, new Accepted(ballot))
            : throw new InvalidOperationException($"Ballot {ballot} brings ({value}), but under it ({Value}) was accepted.");
    }

    /// <summary>
    /// What an acceptor takes over that has lost its own state: everything that any of the two has promised, and what was accepted last. It must not
    /// have voted since it was lost, and nothing that it said before may count.
    /// </summary>
    public AcceptorState MergedWith(AcceptorState other)
    {
        ArgumentNullException.ThrowIfNull(other);
        var newer = other.AcceptedBallot > AcceptedBallot ? other : this;
        return new AcceptorState(Promised > other.Promised ? Promised : other.Promised, newer.AcceptedBallot, newer.Value);
    }

    /// <summary>Either of the two.</summary>
    public (AcceptorState Next, AcceptorAnswer Answer) On(AcceptorRequest request) => request switch
    {
        Prepare prepare => OnPrepare(prepare.Ballot),
        Accept accept => OnAccept(accept.Ballot, accept.Value),
        _ => throw new ArgumentException($"{request.GetType().Name} is no request to an acceptor.", nameof(request)),
    };
}
