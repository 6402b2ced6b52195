namespace Rocket.Actors.Cluster;

/// <summary>How often something was changed, so that tools can tell two states of it apart.</summary>
/// <param name="Count">Changes so far.</param>
/// <param name="Timestamp">Unix time of the last one in milliseconds; 0: there was none.</param>
public sealed record ChangeCount(long Count, long Timestamp)
{
    public static readonly ChangeCount None = new(0, 0);

    /// <summary>One change more, now.</summary>
    public ChangeCount Next(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        return new ChangeCount(Count + 1, time.GetUtcNow().ToUnixTimeMilliseconds());
    }
}
