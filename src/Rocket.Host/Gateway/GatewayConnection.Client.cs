using System.Collections.Concurrent;
using Rocket.Actors.Clients;
using Rocket.Protocol.Headers;

namespace Rocket.Host.Gateway;

/// <summary>The connection as the actors see it: a client's channel.</summary>
internal sealed partial class GatewayConnection : IClientChannel
{
    private readonly ConcurrentDictionary<string, bool> _notices = new(concurrencyLevel: 1, capacity: 1, StringComparer.Ordinal);
    private int _nextOpaque;

    public string BrokerName => Listener.Broker?.Settings.Name ?? string.Empty;

    public LanguageCode Language { get; private set; }

    public int Version { get; private set; }

    /// <summary>What the client says of itself, from its heartbeats.</summary>
    public void NoteClient(LanguageCode language, int version) => (Language, Version) = (language, version);

    /// <summary>A group whose notice has not left yet gets no second one, so that a client which reads nothing does not collect them.</summary>
    public void Notify(ClientNotification notification)
    {
        if (notification is ClientNotification.ConsumerIdsChanged changed && _notices.TryAdd(changed.Group, true))
        {
            Reply(new ConsumerIdsChangedNotice(this, changed.Group, _header.SerializeType, Interlocked.Increment(ref _nextOpaque)));
        }
    }

    /// <summary>The notice about a group leaves now: what happens from here on is worth another one.</summary>
    public void NoticeLeaves(string group) => _notices.TryRemove(group, out _);
}
