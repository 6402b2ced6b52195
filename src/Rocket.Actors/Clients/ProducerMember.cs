using System.Collections.Immutable;

namespace Rocket.Actors.Clients;

/// <summary>One client in a producer group, connected to this node.</summary>
/// <param name="ClientId">Such as <c>10.0.0.5@12345</c>.</param>
/// <param name="Channels">Its connections to this node, one for each broker, the oldest first; never empty.</param>
public sealed record ProducerMember(string ClientId, ImmutableArray<IClientChannel> Channels);
