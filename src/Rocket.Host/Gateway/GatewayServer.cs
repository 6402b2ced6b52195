using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Rocket.Actors.Cluster;
using Rocket.Host.Gateway.Handlers;
using Rocket.Host.Gateway.Memory;
using Rocket.Protocol.Codes;

namespace Rocket.Host.Gateway;

/// <summary>The listeners of a node: one for the name server, one for each broker, and one more for each broker's VIP port if that is on.</summary>
internal sealed class GatewayServer
{
    /// <summary>What a connection has allocated at least, the web server's part included.</summary>
    private const int ConnectionBytes = 10 * 1024;

    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(1);

    private readonly GatewayEnvironment _environment;
    private readonly RequestTable _nameServer;
    private readonly RequestTable _broker;
    private readonly Leftovers _leftovers;

    public GatewayServer(GatewayEnvironment environment)
    {
        _environment = environment;
        _leftovers = new Leftovers(environment.Time);
        _nameServer = AddNameServer(new RequestTable(), environment.Logger);
        _broker = AddBroker(AddNameServer(new RequestTable(), environment.Logger), environment.Logger);
    }

    /// <summary>Where the web server gets its buffers.</summary>
    public BlockPools Blocks { get; } = new();

    /// <summary>What to listen on.</summary>
    public IEnumerable<GatewayListener> Listeners
    {
        get
        {
            var settings = _environment.Node.Settings;
            var bind = IPAddress.Parse(settings.BindHost);
            var advertised = IPAddress.Parse(settings.AdvertisedHost);
            yield return new GatewayListener(
                "name server", "rocket.name-server.port", new IPEndPoint(bind, settings.NameServerPort), null, new IPEndPoint(advertised, settings.NameServerPort));
            foreach (var broker in _environment.Node.Brokers)
            {
                var port = broker.Settings.Port;
                var key = $"rocket.brokers.{broker.Settings.Name}.port";
                yield return new GatewayListener(broker.Settings.Name, key, new IPEndPoint(bind, port), broker, new IPEndPoint(advertised, port));
                if (broker.Settings.VipPortEnable)
                {
                    yield return new GatewayListener(
                        $"{broker.Settings.Name} (VIP)", key, new IPEndPoint(bind, port - VipPortDistance), broker, new IPEndPoint(advertised, port));
                }
            }
        }
    }

    /// <summary>Clients before 4.5.1 send to the broker's port minus 2.</summary>
    private const int VipPortDistance = 2;

    /// <summary>Binds the listeners of a web server that is being set up.</summary>
    public void Listen(KestrelServerOptions kestrel)
    {
        foreach (var listener in Listeners)
        {
            kestrel.Listen(listener.EndPoint, options => options.Run(transport => ServeAsync(transport, listener)));
        }
    }

    /// <summary>Looks after the connections until it is cancelled.</summary>
    public async Task SweepAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(SweepInterval, _environment.Time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellation).ConfigureAwait(false))
            {
                _environment.Connections.Sweep(_environment);
                _environment.ClientLog.TellLeftOut();
                _leftovers.Add(Blocks.Trim());
                _leftovers.CollectIfQuiet();
            }
        }
        catch (OperationCanceledException)
        {
            // The node stops.
        }
    }

    /// <summary>Serves one connection until it ends.</summary>
    internal Task ServeAsync(ConnectionContext transport, GatewayListener listener) => ServeAsync(transport, listener, isForwarded: false);

    /// <summary>Serves a client of another node, without a socket, until it ends.</summary>
    internal Task ServeForwardedAsync(ConnectionContext transport, GatewayListener listener) => ServeAsync(transport, listener, isForwarded: true);

    private async Task ServeAsync(ConnectionContext transport, GatewayListener listener, bool isForwarded)
    {
        if (!_environment.Connections.TryReserve(out var id))
        {
            _environment.ClientLog.Refused(transport.RemoteEndPoint, listener.Name, _environment.Limits.MaxConnections);
            transport.Abort(new ConnectionAbortedException($"more than {_environment.Limits.MaxConnections} connections (rocket.limits.max-connections)"));
            return;
        }

        var connection = new GatewayConnection(id, transport, listener, listener.Broker is null ? _nameServer : _broker, _environment, isForwarded);
        _environment.ConnectionMade(connection);
        await connection.RunAsync().ConfigureAwait(false);
        _leftovers.Add(ConnectionBytes);
    }

    private static RequestTable AddNameServer(RequestTable table, ILogger logger) => table
        .Add(new RouteHandler(logger), RequestCode.GetRouteInfoByTopic)
        .Add(new ClusterInfoHandler(), RequestCode.GetBrokerClusterInfo)
        .Add(new TopicListHandler(), RequestCode.GetAllTopicListFromNameServer)
        .Add(new KvConfigHandler(logger), RequestCode.GetKvConfig)
        .Add(new KvListHandler(logger), RequestCode.GetKvListByNamespace)
        .Add(new KvWriteHandler(logger), RequestCode.PutKvConfig, RequestCode.DeleteKvConfig);

    private static RequestTable AddBroker(RequestTable table, ILogger logger) => table
        .Add(new SendHandler(), RequestCode.SendMessage, RequestCode.SendMessageV2, RequestCode.SendBatchMessage)
        .Add(new SendBackHandler(logger), RequestCode.ConsumerSendMsgBack)
        .Add(new EndTransactionHandler(logger), RequestCode.EndTransaction)
        .Add(new DelayOffsetHandler(), RequestCode.GetAllDelayOffset)
        .Add(new PullHandler(), RequestCode.PullMessage, RequestCode.LitePullMessage)
        .Add(new QueryOffsetHandler(logger), RequestCode.QueryConsumerOffset)
        .Add(new UpdateOffsetHandler(), RequestCode.UpdateConsumerOffset)
        .Add(new ConsumeStatsHandler(logger), RequestCode.GetConsumeStats)
        .Add(new ReplyMessageHandler(), RequestCode.SendReplyMessage, RequestCode.SendReplyMessageV2)
        .Add(RelayHandler.RunningInfo(logger), RequestCode.GetConsumerRunningInfo)
        .Add(RelayHandler.ConsumeDirectly(logger), RequestCode.ConsumeMessageDirectly)
        .Add(new ResetOffsetHandler(logger), RequestCode.InvokeBrokerToResetOffset)
        .Add(new ConsumerStatusHandler(logger), RequestCode.InvokeBrokerToGetConsumerStatus)
        .Add(new CloneOffsetHandler(logger), RequestCode.CloneGroupOffset)
        .Add(new ConsumerConnectionHandler(logger), RequestCode.GetConsumerConnectionList)
        .Add(new ProducerConnectionHandler(logger), RequestCode.GetProducerConnectionList)
        .Add(new TopicConsumersHandler(logger), RequestCode.QueryTopicConsumeByWho)
        .Add(new SearchOffsetHandler(logger), RequestCode.SearchOffsetByTimestamp)
        .Add(QueueOffsetHandler.Maximum(logger), RequestCode.GetMaxOffset)
        .Add(QueueOffsetHandler.Minimum(logger), RequestCode.GetMinOffset)
        .Add(new EarliestStoreTimeHandler(logger), RequestCode.GetEarliestMsgStoreTime)
        .Add(new HeartbeatHandler(), RequestCode.HeartBeat)
        .Add(new CheckClientConfigHandler(), RequestCode.CheckClientConfig)
        .Add(new UnregisterHandler(logger), RequestCode.UnregisterClient)
        .Add(new ConsumerListHandler(logger), RequestCode.GetConsumerListByGroup)
        .Add(new LockHandler(logger, unlock: false), RequestCode.LockBatchMq)
        .Add(new LockHandler(logger, unlock: true), RequestCode.UnlockBatchMq)
        .Add(new CreateTopicHandler(logger), RequestCode.UpdateAndCreateTopic)
        .Add(new TopicConfigListHandler(), RequestCode.GetAllTopicConfig)
        .Add(new TopicConfigHandler(logger), RequestCode.GetTopicConfig)
        .Add(new TopicStatsHandler(logger), RequestCode.GetTopicStatsInfo)
        .Add(new ChangeGroupHandler(logger), RequestCode.UpdateAndCreateSubscriptionGroup)
        .Add(new ChangeGroupsHandler(logger), RequestCode.UpdateAndCreateSubscriptionGroupList)
        .Add(new GroupListHandler(), RequestCode.GetAllSubscriptionGroupConfig)
        .Add(new GroupConfigHandler(logger), RequestCode.GetSubscriptionGroupConfig)
        .Add(new DeleteGroupHandler(logger), RequestCode.DeleteSubscriptionGroup)
        .Add(new AllOffsetsHandler(), RequestCode.GetAllConsumerOffset)
        .Add(new ViewMessageHandler(logger), RequestCode.ViewMessageById)
        .Add(new QueryMessageHandler(logger), RequestCode.QueryMessage);
}
