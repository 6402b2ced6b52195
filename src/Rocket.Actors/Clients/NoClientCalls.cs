namespace Rocket.Actors.Clients;

/// <summary>Calls of a node that has no gateway: nobody is connected.</summary>
internal sealed class NoClientCalls : IClientCalls
{
    public static readonly NoClientCalls Instance = new();

    private NoClientCalls()
    {
    }

    public Task<ClientAnswer> CallAsync(string clientId, ClientRequest request, TimeSpan? patience = null) => Task.FromResult(ClientAnswer.NotConnected);

    public Task<bool> TellAsync(string clientId, ClientRequest request) => Task.FromResult(false);

    public Task<bool> TellProducerAsync(string group, string brokerName, ClientRequest request) => Task.FromResult(false);

    public Task<int> TellConsumersAsync(string group, Func<ConsumerMember, ClientRequest> requestFor) => Task.FromResult(0);
}
