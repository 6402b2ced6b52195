namespace Rocket.Actors.Clients;

/// <summary>The registrations of the clients that are connected to this node, and which connection carries which.</summary>
internal sealed class LocalClients
{
    private readonly Dictionary<RegistrationKey, Registration> _all = [];
    private readonly Dictionary<long, HashSet<Registration>> _byChannel = [];
    private readonly Dictionary<string, Dictionary<string, Registration>> _consumersByGroup = new(StringComparer.Ordinal);
    private readonly long[] _contentByPart = new long[ClientPart.Count];
    private readonly HashSet<Registration>[] _consumersByPart = [.. Enumerable.Range(0, ClientPart.Count).Select(_ => new HashSet<Registration>())];

    /// <summary>Every registration there is.</summary>
    public IReadOnlyCollection<Registration> All => _all.Values;

    /// <summary>Groups and subscriptions of all of them together.</summary>
    public int Weight { get; private set; }

    /// <summary>Bytes of what the consumers in a <see cref="ClientPart"/> say, each on its own.</summary>
    public long ContentOf(int part) => _contentByPart[part];

    /// <summary>A consumer says something new.</summary>
    public void SetMembership(Registration registration, ConsumerMembership membership)
    {
        int part = ClientPart.IndexOf(registration.Key.ClientId);
        Weight -= registration.Weight;
        _contentByPart[part] -= registration.Content;
        registration.Membership = membership;
        Weight += registration.Weight;
        _contentByPart[part] += registration.Content;
    }

    public Registration? Find(RegistrationKey key) => _all.GetValueOrDefault(key);

    /// <summary>The consumers of a group by client id; null: none is connected here.</summary>
    public IReadOnlyDictionary<string, Registration>? ConsumersOf(string group) => _consumersByGroup.GetValueOrDefault(group);

    /// <summary>The consumers whose clients belong to a <see cref="ClientPart"/>.</summary>
    public IReadOnlyCollection<Registration> ConsumersIn(int part) => _consumersByPart[part];

    /// <summary>Registrations that a connection carries.</summary>
    public IReadOnlyCollection<Registration> Over(long channelId) =>
        _byChannel.TryGetValue(channelId, out HashSet<Registration>? registrations) ? registrations : [];

    /// <summary>Notes a heartbeat; the registration is made when it is the first.</summary>
    /// <param name="key">Who in which group.</param>
    /// <param name="channel">The connection that it came over.</param>
    /// <param name="now">Time since the start.</param>
    /// <param name="changed">Whether the client was not connected over this channel before.</param>
    public Registration Hear(RegistrationKey key, IClientChannel channel, TimeSpan now, out bool changed)
    {
        if (!_all.TryGetValue(key, out Registration? registration))
        {
            Add(registration = new Registration(key));
        }

        changed = registration.Hear(channel, now, out IClientChannel? replaced);
        if (replaced is not null)
        {
            Unlink(replaced.Id, registration);
        }

        if (changed)
        {
            if (!_byChannel.TryGetValue(channel.Id, out HashSet<Registration>? registrations))
            {
                _byChannel.Add(channel.Id, registrations = []);
            }

            registrations.Add(registration);
        }

        return registration;
    }

    /// <summary>Takes one connection from a registration, and the registration away with its last one. False: there was no such connection.</summary>
    public bool Drop(Registration registration, long channelId)
    {
        if (!registration.Drop(channelId))
        {
            return false;
        }

        Unlink(channelId, registration);
        if (registration.IsEmpty)
        {
            Remove(registration);
        }

        return true;
    }

    /// <summary>Takes a registration away with all its connections.</summary>
    public void DropAll(Registration registration)
    {
        foreach (IClientChannel channel in registration.Channels)
        {
            Drop(registration, channel.Id);
        }
    }

    private void Add(Registration registration)
    {
        _all.Add(registration.Key, registration);
        Weight += registration.Weight;
        if (!registration.Key.IsConsumer)
        {
            return;
        }

        if (!_consumersByGroup.TryGetValue(registration.Key.Group, out Dictionary<string, Registration>? members))
        {
            _consumersByGroup.Add(registration.Key.Group, members = new(StringComparer.Ordinal));
        }

        members.Add(registration.Key.ClientId, registration);
        _consumersByPart[ClientPart.IndexOf(registration.Key.ClientId)].Add(registration);
    }

    private void Remove(Registration registration)
    {
        _all.Remove(registration.Key);
        Weight -= registration.Weight;
        if (!registration.Key.IsConsumer)
        {
            return;
        }

        Dictionary<string, Registration> members = _consumersByGroup[registration.Key.Group];
        members.Remove(registration.Key.ClientId);
        if (members.Count == 0)
        {
            _consumersByGroup.Remove(registration.Key.Group);
        }

        int part = ClientPart.IndexOf(registration.Key.ClientId);
        _consumersByPart[part].Remove(registration);
        _contentByPart[part] -= registration.Content;
    }

    private void Unlink(long channelId, Registration registration)
    {
        HashSet<Registration> registrations = _byChannel[channelId];
        registrations.Remove(registration);
        if (registrations.Count == 0)
        {
            _byChannel.Remove(channelId);
        }
    }
}
