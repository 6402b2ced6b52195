using Rocket.Actors.Placement;

namespace Rocket.Actors.Forming;

/// <summary>A voter's word that one start of one node may form the cluster of a number, and nobody else may for the time being.</summary>
/// <param name="Candidate">Name of the node.</param>
/// <param name="Incarnation">Which start of it.</param>
/// <param name="Number">Number of the cluster.</param>
public sealed record FormationGrant(string Candidate, long Incarnation, Ballot Number);

/// <summary>What a voter keeps about the forming of clusters.</summary>
/// <param name="Highest">The highest number that it has granted, or of a cluster that it was in.</param>
/// <param name="Grant">Its latest grant, unless it is known to be void.</param>
public sealed record FormationRecord(Ballot Highest, FormationGrant? Grant)
{
    /// <summary>
    /// Nothing is kept. A voter that lost its folder may have given its word to somebody: it is bound, to nobody that it knows, until any such word is void.
    /// At the first start ever that is nothing but a short wait.
    /// </summary>
    public static FormationRecord Forgotten { get; } = new(Ballot.None, new FormationGrant("", 0, Ballot.None));

    /// <summary>No number is known, and it has given its word to nobody.</summary>
    public static FormationRecord Empty { get; } = new(Ballot.None, null);
}
