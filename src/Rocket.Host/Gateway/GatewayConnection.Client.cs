using Rocket.Actors.Clients;
using Rocket.Protocol.Headers;

namespace Rocket.Host.Gateway;

/// <summary>The connection as the actors see it: a client's channel.</summary>
internal sealed partial class GatewayConnection : IClientChannel
{
    private int _nextOpaque;

    public string BrokerName => Listener.Broker?.Settings.Name ?? string.Empty;

    public LanguageCode Language { get; private set; }

    public int Version { get; private set; }

    /// <summary>What the client says of itself, from its heartbeats.</summary>
    public void NoteClient(LanguageCode language, int version) => (Language, Version) = (language, version);

    public void Notify(ClientNotification notification)
    {
        if (notification is ClientNotification.ConsumerIdsChanged changed)
        {
            Reply(new ConsumerIdsChangedNotice(changed.Group, _header.SerializeType, Interlocked.Increment(ref _nextOpaque)));
        }
    }
}
