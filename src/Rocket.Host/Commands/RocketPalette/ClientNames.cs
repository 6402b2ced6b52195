using Rocket.Actors.Clients;

namespace Rocket.Host.Commands.RocketPalette;

/// <summary>Which client a connection belongs to, and which groups that client is in; made from one look at the directory.</summary>
internal sealed class ClientNames
{
    private readonly Dictionary<long, string> _byChannel = [];
    private readonly SortedDictionary<string, SortedSet<string>> _consumers = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, SortedSet<string>> _producers = new(StringComparer.Ordinal);

    public ClientNames(ClientDirectory clients)
    {
        foreach (var group in clients.ConsumerGroups)
        {
            foreach (var member in group.Members)
            {
                Note(_consumers, member.ClientId, group.Group);
                if (member.Channel is { } channel)
                {
                    _byChannel[channel.Id] = member.ClientId;
                }
            }
        }

        foreach (var (group, members) in clients.ProducerGroups)
        {
            foreach (var member in members.Values)
            {
                Note(_producers, member.ClientId, group);
                foreach (var channel in member.Channels)
                {
                    _byChannel[channel.Id] = member.ClientId;
                }
            }
        }
    }

    /// <summary>The client of a connection; null: it has said nothing of itself.</summary>
    public string? Of(IClientChannel channel) => _byChannel.GetValueOrDefault(channel.Id);

    public IEnumerable<string> ConsumerGroupsOf(string client) => _consumers.GetValueOrDefault(client) ?? [];

    public IEnumerable<string> ProducerGroupsOf(string client) => _producers.GetValueOrDefault(client) ?? [];

    private static void Note(SortedDictionary<string, SortedSet<string>> groups, string client, string group)
    {
        if (!groups.TryGetValue(client, out var known))
        {
            groups.Add(client, known = new SortedSet<string>(StringComparer.Ordinal));
        }

        known.Add(group);
    }
}
