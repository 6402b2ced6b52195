using System.Net;
using Akka.Actor;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using Rocket.Actors.Cluster;
using Rocket.Actors.Forming;
using Rocket.Actors.Links;
using Rocket.Actors.Placement;
using Rocket.Actors.Queues;
using Rocket.Actors.Storage;
using Rocket.Host.CommandLine;
using Rocket.Host.Commands;
using Rocket.Host.Commands.Http;
using Rocket.Host.Configuration;
using Rocket.Host.Gateway;
using Rocket.Host.Gateway.Calls;
using Rocket.Host.Gateway.Forwarding;
using Rocket.Host.Links;

namespace Rocket.Host;

/// <summary>
/// Runs a node: listeners first, then the actor system, then the data folder, so that a port in use leaves the disk as it was. A node that the cluster has
/// removed, since it was not heard, begins anew within the process, with everything but the process itself.
/// </summary>
public static partial class RocketHost
{
    public const string ActorSystemName = "rocket";

    /// <summary>Flushes block a thread for 0.2 to 20 ms; more threads than a disk has queues gain nothing.</summary>
    private const int FlushThreadCount = 4;

    private static readonly TimeSpan StartPatience = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(60);

    /// <summary>Starts the node and ends when it was asked to stop and has stopped.</summary>
    /// <exception cref="StartRefusedException">A port is in use, or the data folder cannot be used.</exception>
    public static Task RunAsync(NodeConfiguration configuration, ILoggerFactory loggers, CancellationToken stop)
    {
        var files = new FileDirectory(configuration.Node.DataDir, configuration.Node.Limits.MaxOpenFiles);
        return RunAsync(configuration, files, TimeProvider.System, loggers, stop);
    }

    /// <summary>The same with what stands between the node and the world: its disk and its clock.</summary>
    /// <param name="configuration">What the node was told.</param>
    /// <param name="data">The folder <c>rocket.data-dir</c>.</param>
    /// <param name="time">The clock; Akka's timers have their own.</param>
    /// <param name="loggers">Where log lines go.</param>
    /// <param name="stop">Asks the node to stop.</param>
    /// <exception cref="StartRefusedException">A port is in use, or the data folder cannot be used.</exception>
    public static async Task RunAsync(
        NodeConfiguration configuration, IStorageDirectory data, TimeProvider time, ILoggerFactory loggers, CancellationToken stop)
    {
        var logger = loggers.CreateLogger("Rocket");
        var pause = FirstPause;
        for (var isAnew = false; ; isAnew = true)
        {
            var began = time.GetTimestamp();
            if (await RunOnceAsync(configuration, data, time, loggers, isAnew, stop).ConfigureAwait(false) || stop.IsCancellationRequested)
            {
                return;
            }

            // One that lived for long was not removed for a lasting reason.
            pause = time.GetElapsedTime(began) > LongestPause ? FirstPause : pause * 2 > LongestPause ? LongestPause : pause * 2;
            LogBeginsAnew(logger, configuration.Node.NodeName, pause.TotalSeconds);
            try
            {
                await Task.Delay(pause, time, stop).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    /// <summary>One life of the node. True: it was asked to stop; false: its cluster has removed it, or it has given its cluster up.</summary>
    private static async Task<bool> RunOnceAsync(
        NodeConfiguration configuration, IStorageDirectory data, TimeProvider time, ILoggerFactory loggers, bool isAnew, CancellationToken stop)
    {
        var logger = loggers.CreateLogger("Rocket");
        var settings = configuration.Node;
        using var flushThreads = new FlushThreads(FlushThreadCount, settings.Links.CatchUpRate);
        var node = new NodeContext(settings, data, flushThreads, time);
        var environment = new GatewayEnvironment(node, loggers.CreateLogger("Rocket.Gateway"), isAnew);
        var gateway = new GatewayServer(environment);
        var operators = new OperatorServer(configuration.Operators);
        var commands = new CommandApi(loggers.CreateLogger("Rocket.Operators"));
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(stop);
        await using var links = settings.IsAlone ? null : NewLinks(node, loggers);
        using var forwarder = links is null ? null : new RequestForwarder(environment);
        using var forwarded = links is null ? null : new ForwardedClients(gateway, environment);
        using var callsToOthers = links is null ? null : new CallsToOthers(environment);
        using var callsOfOthers = links is null ? null : new CallsOfOthers(environment);
        environment.Forwarder = forwarder;

        await using var web = await WebServer.StartAsync(gateway, operators, commands, links, loggers).ConfigureAwait(false);
        var system = RocketSystem.Create(configuration);
        try
        {
            using var folder = DataFolder.Hold(settings);
            LogStarting(logger, ProductVersion.Text, settings.NodeName, settings.ClusterName, settings.DataDir);
            foreach (var listener in gateway.Listeners)
            {
                LogListening(logger, listener.Name, listener.EndPoint);
            }

            if (operators.EndPoint is { } operatorsEndPoint)
            {
                LogListening(logger, OperatorServer.Name, operatorsEndPoint);
            }

            if (links is not null)
            {
                LogListening(logger, NodeLinks.Name, links.EndPoint);
            }

            var context = new CommandContext(node, environment.Connections, stopping.Cancel, stopping.Token);
            commands.Open(context);
            StartPetabridgeCmd(system, configuration.Operators, context);
            return await RunAsync(node, environment, gateway, links, system, logger, stopping.Token).ConfigureAwait(false);
        }
        finally
        {
            await CoordinatedShutdown.Get(system).Run(CoordinatedShutdown.ClrExitReason.Instance).ConfigureAwait(false);
            if (links is not null)
            {
                // Before the web server ends, which waits for its connections; it votes up to here.
                await links.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private static NodeLinks NewLinks(NodeContext node, ILoggerFactory loggers) => new(
        node.Settings.Links,
        node.Links,
        node.Settings.NodeName,
        IPAddress.Parse(node.Settings.BindHost),
        node.Settings.Voters.Keys,
        node.Time,
        loggers.CreateLogger("Rocket.Links"),
        new Random());

    /// <summary>Runs the actors of a node whose listeners are bound and whose data folder is held, until it is asked to stop and has stopped.</summary>
    internal static async Task<bool> RunAsync(
        NodeContext node,
        GatewayEnvironment environment,
        GatewayServer gateway,
        NodeLinks? links,
        ActorSystem system,
        ILogger logger,
        CancellationToken stop)
    {
        var placements = OpenPlacements(node);
        using var life = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var guardian = system.ActorOf(Props.Create(() => new NodeGuardian(node, placements)), NodeGuardian.ActorName);
        var removal = EndLifeAsync(RemovalAsync(system), life);
        var sweeping = gateway.SweepAsync(life.Token);
        var opening = node.Settings.IsAlone ? Task.CompletedTask : OpenWhenJoinedAsync(guardian, environment, life.Token);
        try
        {
            if (links is not null)
            {
                // It answers once it receives what comes over links. A master that asks to be followed is not heard before, and asks again after seconds only.
                await guardian.Ask<ActorIdentity>(new Identify(null), Timeout.InfiniteTimeSpan, life.Token).ConfigureAwait(false);
                links.Start(IdentityOf(node.Settings, placements));
            }

            // Among several nodes the others may come late, and a person may have to be asked.
            var patience = node.Settings.IsAlone ? StartPatience : Timeout.InfiniteTimeSpan;
            var ready = await guardian.Ask<NodeProtocol.NodeReady>(NodeProtocol.AwaitReady.Instance, patience, life.Token).ConfigureAwait(false);
            environment.Start.Ready();
            Announce(node.Settings, ready, logger);
            await Task.Delay(Timeout.Infinite, life.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (life.IsCancellationRequested)
        {
            LogStopping(logger, node.Settings.NodeName);
        }

        var isAsked = stop.IsCancellationRequested;
        environment.BeginStop();
        if (isAsked)
        {
            await guardian.Ask<NodeProtocol.NodeStopped>(NodeProtocol.StopNode.Instance, StopPatience, CancellationToken.None).ConfigureAwait(false);
        }
        else
        {
            // Whoever leads its brokers by now may be another node: nothing more is said to clients.
            environment.Connections.AbortAll("the cluster has removed this node");
        }

        environment.Stopped();
        await sweeping.ConfigureAwait(false);
        await opening.ConfigureAwait(false);
        if (!isAsked)
        {
            await CoordinatedShutdown.Get(system).Run(CoordinatedShutdown.ClusterDowningReason.Instance).ConfigureAwait(false);
            await removal.ConfigureAwait(false);
        }

        if (isAsked)
        {
            links?.NodeStopped();
        }

        LogStopped(logger, node.Settings.NodeName);
        return isAsked;
    }

    /// <summary>Among several nodes clients are served before the node is ready with all it holds.</summary>
    private static async Task OpenWhenJoinedAsync(IActorRef guardian, GatewayEnvironment environment, CancellationToken life)
    {
        try
        {
            await guardian.Ask<NodeProtocol.NodeJoined>(NodeProtocol.AwaitJoined.Instance, Timeout.InfiniteTimeSpan, life).ConfigureAwait(false);
            await environment.Start.OpenOneByOneAsync(life).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The node stops before.
        }
    }

    /// <summary>Completes when the cluster has removed this node, or the actor system ends by itself.</summary>
    private static async Task RemovalAsync(ActorSystem system)
    {
        var removed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Akka.Cluster.Cluster.Get(system).RegisterOnMemberRemoved(() => removed.TrySetResult());
        await Task.WhenAny(removed.Task, system.WhenTerminated).ConfigureAwait(false);
    }

    private static async Task EndLifeAsync(Task removal, CancellationTokenSource life)
    {
        try
        {
            await removal.WaitAsync(life.Token).ConfigureAwait(false);
            await life.CancelAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The node stops because it was asked to.
        }
    }

    private static LinkIdentity IdentityOf(NodeSettings settings, PlacementStore placements) => new(
        settings.ClusterName,
        settings.NodeName,
        settings.Voters,
        settings.Failover,
        placements.StartCounter,
        placements.Incarnation,
        ProductVersion.Text);

    /// <summary>In a build that has Petabridge.Cmd.</summary>
    static partial void StartPetabridgeCmd(ActorSystem system, OperatorSettings settings, CommandContext context);

    private static PlacementStore OpenPlacements(NodeContext node)
    {
        try
        {
            var folder = node.Data.Directory(DataFolders.Placement);
            var placements = PlacementStore.Open(folder);
            if (!node.Settings.IsAlone)
            {
                // Read again by its actor, which could only end; here it can be said to a person.
                new FormationStore(folder).Read();
            }

            return placements;
        }
        catch (Exception damage) when (damage is DamagedPlacementException or NewerFormatException)
        {
            throw new StartRefusedException(damage.Message, damage);
        }
        catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException)
        {
            throw DataFolder.Unwritable(node.Settings, refusal);
        }
    }

    private static void Announce(NodeSettings settings, NodeProtocol.NodeReady ready, ILogger logger)
    {
        if (ready.Damaged.Count > 0)
        {
            LogDamaged(logger, string.Join(", ", ready.Damaged));
        }

        // Scripts wait for this line.
        Console.WriteLine($"Rocket {settings.NodeName} ready");
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Rocket {Version}, node {Node} of cluster {Cluster}, data in {Folder}")]
    private static partial void LogStarting(ILogger logger, string version, string node, string cluster, string folder);

    [LoggerMessage(Level = LogLevel.Information, Message = "Listening: {Name} on {EndPoint}")]
    private static partial void LogListening(ILogger logger, string name, IPEndPoint endPoint);

    [LoggerMessage(Level = LogLevel.Error, Message = "Not served, see above: {Brokers}")]
    private static partial void LogDamaged(ILogger logger, string brokers);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Node} is out of its cluster; it begins anew in {Seconds} s")]
    private static partial void LogBeginsAnew(ILogger logger, string node, double seconds);

    [LoggerMessage(Level = LogLevel.Information, Message = "Stopping {Node}")]
    private static partial void LogStopping(ILogger logger, string node);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Node} has stopped")]
    private static partial void LogStopped(ILogger logger, string node);
}
