using System.Collections.Immutable;

namespace Rocket.Actors.Clients;

/// <summary>The producers that are connected to this node, by group and by client.</summary>
internal sealed class ProducerGroups
{
    private readonly Dictionary<string, ImmutableSortedDictionary<string, ProducerMember>> _groups = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<Registration>> _byClient = new(StringComparer.Ordinal);
    private readonly HashSet<string> _changedGroups = new(StringComparer.Ordinal);
    private readonly HashSet<string> _changedClients = new(StringComparer.Ordinal);

    public bool HasChanges => _changedGroups.Count > 0;

    /// <summary>A producer is new or its connections changed.</summary>
    public void Set(Registration registration)
    {
        (_, string group, string clientId) = registration.Key;
        _groups[group] = MembersOf(group).SetItem(clientId, new ProducerMember(clientId, registration.Channels));
        if (!_byClient.TryGetValue(clientId, out List<Registration>? registrations))
        {
            _byClient.Add(clientId, registrations = []);
        }

        if (!registrations.Contains(registration))
        {
            registrations.Add(registration);
        }

        Note(registration.Key);
    }

    /// <summary>A producer is gone.</summary>
    public void Remove(Registration registration)
    {
        (_, string group, string clientId) = registration.Key;
        _groups[group] = MembersOf(group).Remove(clientId);
        if (_byClient.TryGetValue(clientId, out List<Registration>? registrations) && registrations.Remove(registration) && registrations.Count == 0)
        {
            _byClient.Remove(clientId);
        }

        Note(registration.Key);
    }

    /// <summary>What changed since the last call.</summary>
    public (List<KeyValuePair<string, ImmutableSortedDictionary<string, ProducerMember>>> Groups, List<KeyValuePair<string, IClientChannel?>> Channels)
        TakeChanges()
    {
        var groups = _changedGroups.Select(group => KeyValuePair.Create(group, MembersOf(group))).ToList();
        var channels = _changedClients.Select(client => KeyValuePair.Create(client, _byClient.GetValueOrDefault(client)?[0].Oldest)).ToList();
        foreach ((string group, var members) in groups)
        {
            if (members.IsEmpty)
            {
                _groups.Remove(group);
            }
        }

        _changedGroups.Clear();
        _changedClients.Clear();
        return (groups, channels);
    }

    private ImmutableSortedDictionary<string, ProducerMember> MembersOf(string group) =>
        _groups.GetValueOrDefault(group) ?? ImmutableSortedDictionary.Create<string, ProducerMember>(StringComparer.Ordinal);

    private void Note(RegistrationKey key)
    {
        _changedGroups.Add(key.Group);
        _changedClients.Add(key.ClientId);
    }
}
