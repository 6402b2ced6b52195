using System.Collections.Immutable;

namespace Rocket.Actors.Clients;

/// <summary>A notification and where it goes.</summary>
public readonly record struct ClientNotice(IClientChannel Channel, ClientNotification Notification);

/// <summary>What a step did to a <see cref="ClientsState"/>, in the order in which it is made known: readers, clients, other nodes.</summary>
/// <param name="Refusal">Why nothing was done; null when it was.</param>
/// <param name="ConsumerGroups">New views of groups that changed; one without members is gone.</param>
/// <param name="ProducerGroups">New members of groups that changed; none: the group is gone.</param>
/// <param name="Channels">By client id: the connection to use from now on; null: none.</param>
/// <param name="Notices">Who has to be notified.</param>
/// <param name="PartsToPublish">Parts of this node whose current state the other nodes have to be told.</param>
public sealed record ClientsChange(
    string? Refusal,
    IReadOnlyList<ConsumerGroupView> ConsumerGroups,
    IReadOnlyList<KeyValuePair<string, ImmutableSortedDictionary<string, ProducerMember>>> ProducerGroups,
    IReadOnlyList<KeyValuePair<string, IClientChannel?>> Channels,
    IReadOnlyList<ClientNotice> Notices,
    IReadOnlyList<int> PartsToPublish)
{
    public static readonly ClientsChange None = new(null, [], [], [], [], []);

    public static ClientsChange Refused(string error) => None with { Refusal = error };
}
