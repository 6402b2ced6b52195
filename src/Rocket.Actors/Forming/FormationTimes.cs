namespace Rocket.Actors.Forming;

/// <summary>Times of the forming of a cluster.</summary>
public sealed record FormationTimes
{
    /// <summary>How long a node listens for a cluster that is there before it forms one, unless it hears every voter.</summary>
    public TimeSpan ListenTime { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long one attempt collects grants. A node founds within it or not at all.</summary>
    public TimeSpan AttemptTime { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How often an attempt asks again.</summary>
    public TimeSpan AskInterval { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// How long a voter keeps its word, from the grant on, or from its own start on. Well above <see cref="AttemptTime"/>, for clocks that run
    /// unequally fast.
    /// </summary>
    public TimeSpan GrantTime { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Who is not the lowest by name tries all the same when nobody has formed a cluster for so long.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>A join that leads nowhere for so long is given up.</summary>
    public TimeSpan JoinPatience { get; init; } = TimeSpan.FromSeconds(6);
}
