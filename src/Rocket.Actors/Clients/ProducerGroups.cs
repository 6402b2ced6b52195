using System.Collections.Immutable;

namespace Rocket.Actors.Clients;

/// <summary>The producers that are connected to this node, by group.</summary>
internal sealed class ProducerGroups
{
    private readonly Dictionary<string, ImmutableSortedDictionary<string, ProducerMember>> _groups = new(StringComparer.Ordinal);
    private readonly HashSet<string> _changedGroups = new(StringComparer.Ordinal);

    public bool HasChanges => _changedGroups.Count > 0;

    /// <summary>A producer is new or its connections changed.</summary>
    public void Set(Registration registration)
    {
        (_, string group, string clientId) = registration.Key;
        _groups[group] = MembersOf(group).SetItem(clientId, new ProducerMember(clientId, registration.Channels));
        _changedGroups.Add(group);
    }

    /// <summary>A producer is gone.</summary>
    public void Remove(Registration registration)
    {
        (_, string group, string clientId) = registration.Key;
        _groups[group] = MembersOf(group).Remove(clientId);
        _changedGroups.Add(group);
    }

    /// <summary>What changed since the last call.</summary>
    public List<KeyValuePair<string, ImmutableSortedDictionary<string, ProducerMember>>> TakeChanges()
    {
        var groups = _changedGroups.Select(group => KeyValuePair.Create(group, MembersOf(group))).ToList();
        foreach ((string group, var members) in groups)
        {
            if (members.IsEmpty)
            {
                _groups.Remove(group);
            }
        }

        _changedGroups.Clear();
        return groups;
    }

    private ImmutableSortedDictionary<string, ProducerMember> MembersOf(string group) =>
        _groups.GetValueOrDefault(group) ?? ImmutableSortedDictionary.Create<string, ProducerMember>(StringComparer.Ordinal);
}
