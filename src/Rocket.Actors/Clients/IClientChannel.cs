using Rocket.Protocol.Headers;

namespace Rocket.Actors.Clients;

/// <summary>One connection of a client, as the actors see it. Equal ids are the same connection.</summary>
public interface IClientChannel
{
    /// <summary>Unique within the process, never used again.</summary>
    long Id { get; }

    /// <summary>
    /// The broker whose listener accepted the connection. A client has one channel for each broker that it talks to; a further one to the
    /// same broker replaces the older.
    /// </summary>
    string BrokerName { get; }

    /// <summary>ip:port of the client.</summary>
    string RemoteAddress { get; }

    /// <summary>What the client says it is written in.</summary>
    LanguageCode Language { get; }

    /// <summary>The client's protocol version.</summary>
    int Version { get; }

    /// <summary>
    /// Sends without waiting; a closed connection drops it. Called from actors: does not block and does not throw. What is notified before an
    /// answer leaves the connection before that answer.
    /// </summary>
    void Notify(ClientNotification notification);
}
