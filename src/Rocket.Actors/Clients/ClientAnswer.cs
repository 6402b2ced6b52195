namespace Rocket.Actors.Clients;

/// <summary>How a call to a client ended.</summary>
public enum ClientCallOutcome
{
    /// <summary>It has answered, whatever that says.</summary>
    Answered,

    /// <summary>No client of that name is connected to any node that can be reached; nothing was sent.</summary>
    NotConnected,

    /// <summary>It has not answered in time.</summary>
    TimedOut,

    /// <summary>Its connection, or the link to its node, ended before the answer came.</summary>
    Lost,

    /// <summary>Too much waits for it already; nothing was sent, or its answer was too much to be kept.</summary>
    Refused,
}

/// <summary>What came of a call to a client.</summary>
/// <param name="Outcome">How it ended; the rest counts for <see cref="ClientCallOutcome.Answered"/> alone.</param>
/// <param name="Code">The client's response code.</param>
/// <param name="Remark">Its text for people.</param>
/// <param name="Fields">Its extFields, as they came.</param>
/// <param name="Body">Its body, as it came: a client may say anything.</param>
public sealed record ClientAnswer(
    ClientCallOutcome Outcome, int Code, string? Remark, IReadOnlyList<KeyValuePair<string, string>> Fields, ReadOnlyMemory<byte> Body)
{
    public static readonly ClientAnswer NotConnected = Without(ClientCallOutcome.NotConnected);
    public static readonly ClientAnswer TimedOut = Without(ClientCallOutcome.TimedOut);
    public static readonly ClientAnswer Lost = Without(ClientCallOutcome.Lost);
    public static readonly ClientAnswer Refused = Without(ClientCallOutcome.Refused);

    /// <summary>Whether it has answered with code 0.</summary>
    public bool IsSuccess => Outcome == ClientCallOutcome.Answered && Code == 0;

    private static ClientAnswer Without(ClientCallOutcome outcome) => new(outcome, -1, null, [], default);
}
