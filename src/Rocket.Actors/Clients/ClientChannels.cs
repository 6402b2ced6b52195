namespace Rocket.Actors.Clients;

/// <summary>The connections to this node by client id, whatever groups their clients joined.</summary>
internal sealed class ClientChannels
{
    private readonly Dictionary<string, HashSet<Registration>> _byClient = new(StringComparer.Ordinal);
    private readonly HashSet<string> _changed = new(StringComparer.Ordinal);

    public bool HasChanges => _changed.Count > 0;

    /// <summary>A registration is new or its connections changed.</summary>
    public void Set(Registration registration)
    {
        string clientId = registration.Key.ClientId;
        if (!_byClient.TryGetValue(clientId, out HashSet<Registration>? registrations))
        {
            _byClient.Add(clientId, registrations = []);
        }

        registrations.Add(registration);
        _changed.Add(clientId);
    }

    /// <summary>A registration is gone.</summary>
    public void Remove(Registration registration)
    {
        string clientId = registration.Key.ClientId;
        if (_byClient.TryGetValue(clientId, out HashSet<Registration>? registrations) && registrations.Remove(registration) && registrations.Count == 0)
        {
            _byClient.Remove(clientId);
        }

        _changed.Add(clientId);
    }

    /// <summary>The newest connection of each client whose connections changed since the last call; null: it has none any more.</summary>
    public List<KeyValuePair<string, IClientChannel?>> TakeChanges()
    {
        var changes = _changed.Select(clientId => KeyValuePair.Create(clientId, NewestOf(clientId))).ToList();
        _changed.Clear();
        return changes;
    }

    /// <summary>Two clients may have one id: whoever came last is more likely to be there than one that was not noticed to have gone.</summary>
    private IClientChannel? NewestOf(string clientId) =>
        _byClient.TryGetValue(clientId, out HashSet<Registration>? registrations)
            ? registrations.SelectMany(registration => registration.Channels).MaxBy(channel => channel.Id)
            : null;
}
