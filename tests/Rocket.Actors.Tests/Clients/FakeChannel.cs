using System.Collections.Concurrent;
using Rocket.Actors.Clients;
using Rocket.Protocol.Headers;

namespace Rocket.Actors.Tests.Clients;

/// <summary>A connection that keeps what it was notified of.</summary>
internal sealed class FakeChannel(string brokerName = "broker-a") : IClientChannel
{
    private static long _lastId;

    public long Id { get; } = Interlocked.Increment(ref _lastId);

    public string BrokerName { get; } = brokerName;

    public string RemoteAddress => $"10.0.0.5:{40_000 + Id}";

    public LanguageCode Language => LanguageCode.Java;

    public int Version => 409;

    public ConcurrentQueue<ClientNotification> Notifications { get; } = new();

    public void Notify(ClientNotification notification) => Notifications.Enqueue(notification);

    /// <summary>Groups of which a notification came since the last call.</summary>
    public string[] TakeNotifications()
    {
        var groups = new List<string>();
        while (Notifications.TryDequeue(out ClientNotification? notification))
        {
            groups.Add(((ClientNotification.ConsumerIdsChanged)notification).Group);
        }

        return [.. groups];
    }

    public override string ToString() => $"channel {Id} to {BrokerName}";
}
