namespace Rocket.Actors.Clients;

/// <summary>
/// Requests of the server to clients, wherever in the cluster they are connected: to this node, or else to another one that is linked. Callable from actors: nothing blocks or throws, no task
/// faults, and each ends by itself.
/// </summary>
/// <remarks>Where two clients have one id, the one with the newest connection is meant, on this node before others.</remarks>
public interface IClientCalls
{
    /// <summary>How long a client may take to answer, unless the caller says otherwise (RocketMQ's own 10 s).</summary>
    static readonly TimeSpan DefaultPatience = TimeSpan.FromSeconds(10);

    /// <summary>Sends a request and waits for the answer.</summary>
    /// <param name="clientId">A producer or consumer.</param>
    /// <param name="request">The request.</param>
    /// <param name="patience">How long it may take; null: <see cref="DefaultPatience"/>.</param>
    Task<ClientAnswer> CallAsync(string clientId, ClientRequest request, TimeSpan? patience = null);

    /// <summary>Sends a oneway request. False: no such client is connected, or it takes no more.</summary>
    Task<bool> TellAsync(string clientId, ClientRequest request);

    /// <summary>
    /// Sends a oneway request to one producer of a group, any that is connected to a broker's port: what it sends in return goes there. One that is connected to this node is preferred. False: there is
    /// none, or none takes more.
    /// </summary>
    Task<bool> TellProducerAsync(string group, string brokerName, ClientRequest request);

    /// <summary>Sends a oneway request to every member of a consumer group. Complete when all were sent to; the number of those that it was sent to.</summary>
    /// <param name="group">The group.</param>
    /// <param name="requestFor">What a member is sent; called on any thread.</param>
    Task<int> TellConsumersAsync(string group, Func<ConsumerMember, ClientRequest> requestFor);
}
