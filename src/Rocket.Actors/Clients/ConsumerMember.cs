using Rocket.Protocol.Headers;

namespace Rocket.Actors.Clients;

/// <summary>One client in a consumer group.</summary>
/// <param name="ClientId">Such as <c>10.0.0.5@12345</c>.</param>
/// <param name="RemoteAddress">ip:port of one of its connections.</param>
/// <param name="Language">What it says it is written in.</param>
/// <param name="Version">Its protocol version.</param>
/// <param name="Channel">One of its connections to this node; null: it is connected to other nodes only.</param>
public sealed record ConsumerMember(string ClientId, string RemoteAddress, LanguageCode Language, int Version, IClientChannel? Channel);
