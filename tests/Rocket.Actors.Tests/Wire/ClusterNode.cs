using Akka.Actor;
using Akka.Cluster;
using Akka.Configuration;
using Rocket.Actors.Wire;

namespace Rocket.Actors.Tests.Wire;

/// <summary>A real actor system in a real cluster on this machine, with ports of its own; stopped when it is disposed.</summary>
public sealed class ClusterNode : IAsyncDisposable
{
    private ClusterNode(ActorSystem system) => System = system;

    public ActorSystem System { get; }

    public Akka.Cluster.Cluster Cluster => Akka.Cluster.Cluster.Get(System);

    /// <summary>Settings of a node that needs no one to form a cluster; with the wire configuration that the product uses.</summary>
    public static Config Configuration { get; } = ConfigurationFactory.ParseString("""
        akka {
          loglevel = OFF
          stdout-loglevel = OFF
          actor.provider = cluster
          remote.dot-netty.tcp {
            hostname = 127.0.0.1
            port = 0
          }
          cluster {
            downing-provider-class = ""
            gossip-interval = 200 ms
            leader-actions-interval = 200 ms
            run-coordinated-shutdown-when-down = off
          }
          coordinated-shutdown.run-by-clr-shutdown-hook = off
          coordinated-shutdown.exit-clr = off
        }
        """).WithFallback(WireConfiguration.Default);

    /// <summary>Starts a node that joins <paramref name="seed"/>, or forms a cluster; returns when all members see it up.</summary>
    public static async Task<ClusterNode> Start(ClusterNode? seed = null)
    {
        var node = new ClusterNode(ActorSystem.Create("rocket", Configuration));
        await node.Cluster.JoinAsync((seed ?? node).Cluster.SelfAddress).WaitAsync(TimeSpan.FromSeconds(20));
        return node;
    }

    /// <summary>The process dies: nothing is said to the others.</summary>
    public Task Kill() => System.Terminate();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await System.Terminate().WaitAsync(TimeSpan.FromSeconds(20));
}
