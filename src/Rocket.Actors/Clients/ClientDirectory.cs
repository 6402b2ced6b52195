using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Rocket.Actors.Clients;

/// <summary>
/// Who is connected and which groups they joined: written by the <see cref="ClientsActor"/> alone, read by anyone without asking. It
/// outlives a restart of its writer.
/// </summary>
public sealed class ClientDirectory
{
    private readonly ConcurrentDictionary<string, ConsumerGroupView> _consumerGroups = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, ImmutableSortedDictionary<string, ProducerMember>> _producerGroups = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, IClientChannel> _channels = new(StringComparer.Ordinal);

    /// <summary>Every consumer group that has a member.</summary>
    public IEnumerable<ConsumerGroupView> ConsumerGroups => _consumerGroups.Values;

    /// <summary>Every producer group that has a member connected to this node, with those members by client id.</summary>
    public IEnumerable<KeyValuePair<string, ImmutableSortedDictionary<string, ProducerMember>>> ProducerGroups => _producerGroups;

    /// <summary>What this is made from; null until the writer has started for the first time.</summary>
    internal ClientsState? State { get; set; }

    /// <summary>The members of a consumer group, on all nodes; false: it has none.</summary>
    public bool TryGetGroup(ReadOnlySpan<char> group, [MaybeNullWhen(false)] out ConsumerGroupView view) =>
        _consumerGroups.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(group, out view);

    /// <summary>The members of a producer group that are connected to this node, by client id; false: there are none.</summary>
    public bool TryGetProducerGroup(
        ReadOnlySpan<char> group, [MaybeNullWhen(false)] out ImmutableSortedDictionary<string, ProducerMember> members) =>
        _producerGroups.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(group, out members);

    /// <summary>The newest connection to this node of the client with this id, a producer or consumer in any group; false: there is none.</summary>
    public bool TryGetChannel(ReadOnlySpan<char> clientId, [MaybeNullWhen(false)] out IClientChannel channel) =>
        _channels.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(clientId, out channel);

    internal void Apply(ClientsChange change)
    {
        foreach (ConsumerGroupView view in change.ConsumerGroups)
        {
            if (view.Members.IsEmpty)
            {
                _consumerGroups.TryRemove(view.Group, out _);
            }
            else
            {
                _consumerGroups[view.Group] = view;
            }
        }

        foreach ((string group, ImmutableSortedDictionary<string, ProducerMember> members) in change.ProducerGroups)
        {
            if (members.IsEmpty)
            {
                _producerGroups.TryRemove(group, out _);
            }
            else
            {
                _producerGroups[group] = members;
            }
        }

        foreach ((string clientId, IClientChannel? channel) in change.Channels)
        {
            if (channel is null)
            {
                _channels.TryRemove(clientId, out _);
            }
            else
            {
                _channels[clientId] = channel;
            }
        }
    }
}
