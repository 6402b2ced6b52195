using System.Collections.Immutable;

namespace Rocket.Actors.Clients;

/// <summary>Names one client in one group.</summary>
internal readonly record struct RegistrationKey(bool IsConsumer, string Group, string ClientId);

/// <summary>One client in one group, with the connections to this node over which it said so.</summary>
internal sealed class Registration(RegistrationKey key)
{
    private readonly List<(IClientChannel Channel, TimeSpan HeardAt)> _links = [];

    public RegistrationKey Key { get; } = key;

    /// <summary>What a consumer said last; null for a producer.</summary>
    public ConsumerMembership? Membership
    {
        get;
        set
        {
            field = value;
            Content = value is null ? 0 : ClientPartCodec.GreatestLengthOf(value);
        }
    }

    /// <summary>Bytes that the membership takes at most where it is passed on.</summary>
    public int Content { get; private set; }

    /// <summary>What it counts: itself, and each subscription.</summary>
    public int Weight => 1 + (Membership?.Subscriptions.Length ?? 0);

    public bool IsEmpty => _links.Count == 0;

    /// <summary>Stays the same while the client's heartbeats arrive by turns on several connections.</summary>
    public IClientChannel Oldest => _links[0].Channel;

    /// <summary>Of the connections that may be used, the one heard last: it is the least likely to be dead. Null: none may.</summary>
    public IClientChannel? LatestWhere(Func<IClientChannel, bool> mayUse)
    {
        var (latest, heardAt) = ((IClientChannel?)null, TimeSpan.MinValue);
        foreach (var link in _links)
        {
            if (link.HeardAt >= heardAt && mayUse(link.Channel))
            {
                (latest, heardAt) = link;
            }
        }

        return latest;
    }

    public ImmutableArray<IClientChannel> Channels => [.. _links.Select(link => link.Channel)];

    public bool IsOver(long channelId) => _links.Exists(link => link.Channel.Id == channelId);

    /// <summary>
    /// Notes a heartbeat. True: the connections changed, the channel is new or takes the place of <paramref name="replaced"/>, an older one to
    /// the same broker.
    /// </summary>
    public bool Hear(IClientChannel channel, TimeSpan now, out IClientChannel? replaced)
    {
        replaced = null;
        int index = _links.FindIndex(link => link.Channel.Id == channel.Id);
        if (index >= 0)
        {
            _links[index] = (channel, now);
            return false;
        }

        index = _links.FindIndex(link => link.Channel.BrokerName == channel.BrokerName);
        if (index >= 0)
        {
            replaced = _links[index].Channel;
            _links[index] = (channel, now);
        }
        else
        {
            _links.Add((channel, now));
        }

        return true;
    }

    /// <summary>Takes a connection away; false: it is none of this client's, or no longer.</summary>
    public bool Drop(long channelId) => _links.RemoveAll(link => link.Channel.Id == channelId) > 0;

    /// <summary>Connections that were heard last before that time.</summary>
    public IEnumerable<IClientChannel> SilentSince(TimeSpan time) => _links.Where(link => link.HeardAt <= time).Select(link => link.Channel);
}
