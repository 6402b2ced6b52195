namespace Rocket.Actors.Placement;

/// <summary>How a round on a register ended.</summary>
public abstract record RoundOutcome
{
    private RoundOutcome()
    {
    }

    /// <summary>A majority of the configured voters holds this value; null: the register was never written.</summary>
    public sealed record Agreed(BrokerPlacement? Value) : RoundOutcome;

    /// <summary>Nothing was changed, because the register holds this instead of what the change was based on.</summary>
    public sealed record Conflict(BrokerPlacement? Value) : RoundOutcome;

    /// <summary>No majority answered in time. The change may have happened or may still happen; a later round reads it back.</summary>
    public sealed record Unknown : RoundOutcome;
}
