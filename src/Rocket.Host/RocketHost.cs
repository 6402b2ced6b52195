using Akka.Actor;
using Rocket.Host.Configuration;

namespace Rocket.Host;

/// <summary>Runs a node.</summary>
public static class RocketHost
{
    /// <summary>Starts the node and ends when it was asked to stop and has stopped.</summary>
    public static async Task RunAsync(NodeConfiguration configuration, CancellationToken stop)
    {
        var system = ActorSystem.Create("rocket", configuration.Akka);
        await using var registration = stop.Register(() => CoordinatedShutdown.Get(system).Run(CoordinatedShutdown.ClrExitReason.Instance));
        await system.WhenTerminated;
    }
}
