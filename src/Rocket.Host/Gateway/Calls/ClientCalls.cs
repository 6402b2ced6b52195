using Rocket.Actors.Clients;

namespace Rocket.Host.Gateway.Calls;

/// <summary>Finds clients among the connections of this node, and asks the other nodes for those that it has none of.</summary>
internal sealed class ClientCalls(GatewayEnvironment environment) : IClientCalls
{
    /// <summary>
    /// Requests of tools to clients (307, 309) that may be under way at once: far fewer than calls over the links, so that answers to request messages and checks of transactions have their part.
    /// </summary>
    public const int MostRelays = 1024;

    /// <summary>Groups that may be wound back (222) at once, each of which has <see cref="AtOnce"/> members told at once.</summary>
    public const int MostResets = 16;

    /// <summary>Members of a group that are sent to at once.</summary>
    private const int AtOnce = 16;

    /// <summary>No client can register with a longer id, and no producer with a longer group.</summary>
    private const int LongestName = 255;

    /// <summary>Those requests that are under way.</summary>
    public Places Relays { get; } = new(MostRelays);

    /// <summary>Groups that are being wound back.</summary>
    public Places Resets { get; } = new(MostResets);

    /// <summary>Calls over the links; null: there is no other node.</summary>
    public CallsToOthers? Others { get; set; }

    public Task<ClientAnswer> CallAsync(string clientId, ClientRequest request, TimeSpan? patience = null) => CallAsync(clientId, () => request, patience);

    /// <summary>The same with a request that is made once it is known where the client is; fails if that does.</summary>
    public Task<ClientAnswer> CallAsync(string clientId, Func<ClientRequest> request, TimeSpan? patience = null)
    {
        var target = CallTarget.Client(clientId);
        var limit = patience ?? IClientCalls.DefaultPatience;
        if (Find(target) is { } connection)
        {
            return connection.CallAsync(request(), limit);
        }

        return IsPossible(target) && Others is { } others ? others.CallAsync(target, request, limit) : Task.FromResult(ClientAnswer.NotConnected);
    }

    public Task<bool> TellAsync(string clientId, ClientRequest request) => TellAsync(CallTarget.Client(clientId), request);

    public Task<bool> TellProducerAsync(string group, string brokerName, ClientRequest request) => TellAsync(CallTarget.ProducerOf(group, brokerName), request);

    public async Task<int> TellConsumersAsync(string group, Func<ConsumerMember, ClientRequest> requestFor)
    {
        if (!environment.Node.Clients.TryGetGroup(group, out var view))
        {
            return 0;
        }

        var told = 0;
        await Parallel.ForEachAsync(view.Members, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (member, _) =>
        {
            if (await TellAsync(member.ClientId, requestFor(member)).ConfigureAwait(false))
            {
                Interlocked.Increment(ref told);
            }
        }).ConfigureAwait(false);
        return told;
    }

    /// <summary>A connection to this node of whom a call is for; null: there is none.</summary>
    public GatewayConnection? Find(CallTarget target) => target.ClientId is { } clientId ? FindClient(clientId) : Producers(target).FirstOrDefault();

    /// <summary>Sends to a client of this node. Null: it has none that is meant; false: it takes no more.</summary>
    public bool? TryTell(CallTarget target, ClientRequest request)
    {
        if (target.ClientId is { } clientId)
        {
            return FindClient(clientId)?.Tell(request);
        }

        bool? told = null;
        foreach (var producer in Producers(target))
        {
            told = producer.Tell(request);
            if (told == true)
            {
                break;
            }
        }

        return told;
    }

    private Task<bool> TellAsync(CallTarget target, ClientRequest request)
    {
        var isTold = TryTell(target, request) == true;
        return !isTold && IsPossible(target) && Others is { } others ? others.TellAsync(target, request) : Task.FromResult(isTold);
    }

    private static bool IsPossible(CallTarget target) => (target.ClientId ?? target.Group).Length is > 0 and <= LongestName;

    private GatewayConnection? FindClient(string clientId) =>
        environment.Node.Clients.TryGetChannel(clientId, out var channel) && channel is GatewayConnection { IsClosed: false } connection ? connection : null;

    /// <summary>Each producer of a group with its connection to a broker's port, beginning anywhere, so that one after the other has its turn.</summary>
    private IEnumerable<GatewayConnection> Producers(CallTarget target)
    {
        if (!environment.Node.Clients.TryGetProducerGroup(target.Group, out var members))
        {
            yield break;
        }

        var connections = members.Values
            .SelectMany(member => member.Channels)
            .Where(channel => channel.BrokerName == target.Broker)
            .OfType<GatewayConnection>()
            .ToList();
        var first = Random.Shared.Next(Math.Max(1, connections.Count));
        for (var i = 0; i < connections.Count; i++)
        {
            if (connections[(first + i) % connections.Count] is { IsClosed: false } connection)
            {
                yield return connection;
            }
        }
    }
}
