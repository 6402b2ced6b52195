using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.Cluster.Tools.Singleton;
using Akka.Configuration;
using Rocket.Actors.Cluster;
using Rocket.Actors.Placement;
using Rocket.Actors.Queues;
using Rocket.Actors.Storage;
using Rocket.Actors.Tests.Wire;

namespace Rocket.Actors.Tests.Cluster;

/// <summary>Everything that a node runs, but for sockets: a cluster of one member with real sharding, on a folder of its own.</summary>
internal sealed class RunningNode : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private readonly ActorSystem _system;
    private readonly FlushThreads _flushThreads = new(4);
    private readonly IActorRef _guardian;

    private RunningNode(string folder, BrokerSettings broker)
    {
        Node = new NodeContext(TestSettings.ForNode(broker), new FileDirectory(folder, 4096), _flushThreads, TimeProvider.System);
        var placements = PlacementStore.Open(Node.Data.Directory("placement"));
        _system = ActorSystem.Create("rocket", Configuration);
        _guardian = _system.ActorOf(Props.Create(() => new NodeGuardian(Node, placements)), NodeGuardian.ActorName);
    }

    public NodeContext Node { get; }

    public BrokerDirectory Broker => Node.Broker(TestSettings.Broker).Directory;

    private static Config Configuration { get; } = ConfigurationFactory.ParseString(
        """
        akka {
          scheduler.tick-duration = 50 ms
          cluster {
            roles = [data, voter, node-node1]
            sharding {
              role = data
              state-store-mode = ddata
              remember-entities = off
              passivate-idle-entity-after = off
              retry-interval = 200 ms
            }
          }
          actor {
            serializers.rocket-metadata = "Rocket.Actors.Metadata.MetadataEventSerializer, Rocket.Actors"
            serialization-bindings {
              "Rocket.Actors.Metadata.IMetadataEvent, Rocket.Actors" = rocket-metadata
              "Rocket.Actors.Metadata.MetadataSnapshot, Rocket.Actors" = rocket-metadata
            }
          }
        }
        rocket {
          queue-dispatcher {
            type = ForkJoinDispatcher
            throughput = 100
            dedicated-thread-pool.thread-count = 2
          }
          blocking-dispatcher {
            type = ForkJoinDispatcher
            throughput = 1
            dedicated-thread-pool.thread-count = 4
          }
          journal.broker-a {
            class = "Rocket.Actors.Metadata.Journal.MetadataJournal, Rocket.Actors"
            broker = broker-a
            plugin-dispatcher = rocket.blocking-dispatcher
          }
          snapshot.broker-a {
            class = "Rocket.Actors.Metadata.Journal.MetadataSnapshotStore, Rocket.Actors"
            broker = broker-a
            plugin-dispatcher = rocket.blocking-dispatcher
          }
        }
        """).WithFallback(ClusterNode.Configuration)
        .WithFallback(ClusterSharding.DefaultConfig())
        .WithFallback(ClusterSingleton.DefaultConfig())
        .WithFallback(Akka.DistributedData.DistributedData.DefaultConfig());

    /// <summary>Starts a node; returns when its broker is led.</summary>
    public static async Task<RunningNode> Start(string folder, FlushDiskType flush = FlushDiskType.AsyncFlush)
    {
        var running = new RunningNode(folder, TestSettings.ForBroker(flush));
        var ready = await running._guardian.Ask<NodeProtocol.NodeReady>(NodeProtocol.AwaitReady.Instance, Patience);
        Xunit.Assert.Equal([TestSettings.Broker], ready.Led);
        return running;
    }

    public Task<T> Ask<T>(object question) => Broker.Broker.Ask<T>(question, Patience);

    /// <summary>As SIGTERM does.</summary>
    public Task StopInOrder() => _guardian.Ask<NodeProtocol.NodeStopped>(NodeProtocol.StopNode.Instance, Patience);

    public async ValueTask DisposeAsync()
    {
        await _system.Terminate().WaitAsync(Patience);
        _flushThreads.Dispose();
    }
}
