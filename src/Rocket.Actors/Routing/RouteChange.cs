using System.Collections.Immutable;

namespace Rocket.Actors.Routing;

/// <summary>What a step did to a <see cref="RouteState"/>.</summary>
/// <param name="State">The state after it.</param>
/// <param name="ToPublish">Parts whose current state this node has to tell the others.</param>
/// <param name="Refusal">Why nothing was done; null when it was.</param>
public readonly record struct RouteChange(RouteState State, ImmutableArray<RoutePartId> ToPublish, string? Refusal = null);
