using Rocket.Actors.Placement;

namespace Rocket.Actors.Forming;

/// <summary>What voters tell each other before there is a cluster. Who speaks, and in which start of it, follows from the link.</summary>
/// <param name="Number">Number of the cluster that is to be formed.</param>
public abstract record FormationMessage(Ballot Number);

/// <summary>May I form it?</summary>
public sealed record FormationRequest(Ballot Number) : FormationMessage(Number);

/// <summary>You may, and nobody else for <see cref="FormationTimes.GrantTime"/>.</summary>
public sealed record FormationGranted(Ballot Number) : FormationMessage(Number);

/// <summary>You may not.</summary>
/// <param name="Number">The number that was asked with.</param>
/// <param name="Highest">The number to go above.</param>
public sealed record FormationDenied(Ballot Number, Ballot Highest) : FormationMessage(Number);

/// <summary>I won't form it: grants for it are void.</summary>
public sealed record FormationWithdrawn(Ballot Number) : FormationMessage(Number);
