namespace Rocket.Actors.Clients;

/// <summary>What another node says of its clients, and whether that counts at the moment.</summary>
internal sealed class RemoteNode(string name)
{
    private readonly ClientPart?[] _parts = new ClientPart?[ClientPart.Count];
    private bool _counts;

    public string Name { get; } = name;

    /// <summary>The newest start of the node that was heard of; −1: none.</summary>
    public long Incarnation { get; private set; } = -1;

    /// <summary>Unique address of that start.</summary>
    public string Address { get; private set; } = "";

    /// <summary>Takes the newer state of a part. <paramref name="counts"/>: whether the word of that start of the node counts now.</summary>
    public void Apply(ClientPart part, bool counts, ConsumerGroups groups)
    {
        if (part.Incarnation < Incarnation)
        {
            return;
        }

        if (part.Incarnation > Incarnation)
        {
            Count(false, groups);
            Array.Clear(_parts);
            Incarnation = part.Incarnation;
            Address = part.NodeAddress;
            _counts = counts;
        }

        ClientPart? before = _parts[part.Index];
        if (before is not null && part.Version <= before.Version)
        {
            return;
        }

        _parts[part.Index] = part;
        if (_counts)
        {
            Replace(before, part, groups);
        }
    }

    /// <summary>The node's word counts, or it does not for now.</summary>
    public void Count(bool counts, ConsumerGroups groups)
    {
        if (_counts == counts)
        {
            return;
        }

        _counts = counts;
        foreach (ClientPart part in _parts.OfType<ClientPart>())
        {
            foreach (ConsumerMembership membership in part.Memberships)
            {
                if (counts)
                {
                    groups.Set(Name, membership);
                }
                else
                {
                    groups.Remove(Name, membership);
                }
            }
        }
    }

    private void Replace(ClientPart? before, ClientPart after, ConsumerGroups groups)
    {
        var kept = after.Memberships.ToDictionary(membership => (membership.Group, membership.ClientId));
        foreach (ConsumerMembership membership in before?.Memberships ?? [])
        {
            if (!kept.TryGetValue((membership.Group, membership.ClientId), out ConsumerMembership? now))
            {
                groups.Remove(Name, membership);
            }
            else if (now.Stamp == membership.Stamp && now.SaysTheSameAs(membership))
            {
                kept.Remove((membership.Group, membership.ClientId));
            }
        }

        foreach (ConsumerMembership membership in kept.Values)
        {
            groups.Set(Name, membership);
        }
    }
}
