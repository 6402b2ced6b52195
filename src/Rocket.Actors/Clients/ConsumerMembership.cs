using System.Collections.Immutable;
using Rocket.Protocol.Headers;

namespace Rocket.Actors.Clients;

/// <summary>What one node knows of one client in one consumer group.</summary>
/// <param name="Group">Consumer group.</param>
/// <param name="ClientId">Client id.</param>
/// <param name="RemoteAddress">ip:port of the client's oldest connection to the node.</param>
/// <param name="Language">What the client says it is written in.</param>
/// <param name="Version">Its protocol version.</param>
/// <param name="ConsumeType">As the client sent it.</param>
/// <param name="MessageModel">As the client sent it.</param>
/// <param name="ConsumeFromWhere">As the client sent it.</param>
/// <param name="Subscriptions">By topic, ordinal, each topic once.</param>
/// <param name="Stamp">
/// When this was said, in a count that all nodes raise together (a Lamport clock): of two members who want different things the later one wins.
/// </param>
public sealed record ConsumerMembership(
    string Group,
    string ClientId,
    string RemoteAddress,
    LanguageCode Language,
    int Version,
    string ConsumeType,
    string MessageModel,
    string ConsumeFromWhere,
    ImmutableArray<TopicSubscription> Subscriptions,
    long Stamp)
{
    /// <summary>Whether both say the same, whenever they said it.</summary>
    public bool SaysTheSameAs(ConsumerMembership other) =>
        Group == other.Group && ClientId == other.ClientId && RemoteAddress == other.RemoteAddress && Language == other.Language
        && Version == other.Version && ConsumeType == other.ConsumeType && MessageModel == other.MessageModel
        && ConsumeFromWhere == other.ConsumeFromWhere && Subscriptions.AsSpan().SequenceEqual(other.Subscriptions.AsSpan());
}
