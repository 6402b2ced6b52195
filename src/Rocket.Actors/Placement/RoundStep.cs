namespace Rocket.Actors.Placement;

/// <summary>Voters that a request goes to.</summary>
public enum Audience
{
    /// <summary>The proposer's own acceptor.</summary>
    Self,

    /// <summary>Every voter but the proposer's own.</summary>
    Others,

    /// <summary>Every voter.</summary>
    All,
}

/// <summary>What the driver of a <see cref="RegisterRound"/> does next.</summary>
public abstract record RoundStep
{
    private RoundStep()
    {
    }

    /// <summary>Nothing: more answers are needed.</summary>
    public sealed record Wait : RoundStep;

    /// <summary>Send this.</summary>
    public sealed record Send(AcceptorRequest Request, Audience To) : RoundStep;

    /// <summary>Voters have promised higher ballots: call <see cref="RegisterRound.Retry"/> after a pause in which the other proposer can finish.</summary>
    public sealed record Refused : RoundStep;

    /// <summary>The round is over.</summary>
    public sealed record Finished(RoundOutcome Outcome) : RoundStep;
}
