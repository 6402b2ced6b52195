using System.Collections.Immutable;

namespace Rocket.Actors.Placement;

/// <summary>
/// What follows from an event of a <see cref="VotingRightState"/>. In this order, each durable before the next: the merged registers, the record, the
/// rounds that counted what a voter said are begun anew, the messages go out.
/// </summary>
/// <param name="Messages">What to send, to whom.</param>
/// <param name="Merged">Registers to write; empty: none.</param>
/// <param name="Forgotten">A voter whose answers no running round may count any more; null: none.</param>
/// <param name="Report">A line for the log; null: none.</param>
public sealed record RightChange(
    ImmutableArray<(int To, IVoterMessage Message)> Messages,
    ImmutableArray<RegisterCopy> Merged,
    int? Forgotten,
    string? Report)
{
    /// <summary>Nothing follows.</summary>
    public static RightChange None { get; } = new([], [], null, null);

    /// <summary>These messages.</summary>
    public static RightChange Send(params ImmutableArray<(int To, IVoterMessage Message)> messages) => None with { Messages = messages };
}
