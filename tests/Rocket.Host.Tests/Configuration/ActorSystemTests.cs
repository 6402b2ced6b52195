using Akka.Actor;
using Akka.Cluster;
using Akka.Cluster.Sharding;
using Akka.DistributedData;
using Rocket.Actors.Placement;
using Xunit;

namespace Rocket.Host.Tests.Configuration;

/// <summary>The merged configuration is one that Akka works with.</summary>
public sealed class ActorSystemTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_node_joins_itself_and_its_shard_answers()
    {
        await using var running = new RunningSystem();
        var system = running.System;
        var cluster = Cluster.Get(system);
        var up = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        cluster.RegisterOnMemberUp(up.SetResult);
        await cluster.JoinAsync(cluster.SelfAddress).WaitAsync(Patience);
        await up.Task.WaitAsync(Patience);
        Assert.Equal(new[] { "data", "voter", ClusterNodes.RoleOf("node1") }.Order(), cluster.SelfRoles.Order());

        var settings = ClusterShardingSettings.Create(system);
        Assert.Equal((StateStoreMode.DData, false, "data"), (settings.StateStoreMode, settings.RememberEntities, settings.Role));
        Assert.Equal(TimeSpan.Zero, settings.PassivateIdleEntityAfter);
        var region = ClusterSharding.Get(system).Start("broker", _ => Props.Create<Echo>(), settings, new OneShard());
        Assert.Equal("hello", await region.Ask<string>("hello", Patience));
        Assert.NotNull(DistributedData.Get(system).Replicator);
    }

    [Theory]
    [InlineData("rocket.queue-dispatcher")]
    [InlineData("rocket.blocking-dispatcher")]
    public async Task The_dispatchers_run_actors_on_threads_of_their_own(string dispatcher)
    {
        await using var running = new RunningSystem("rocket.queue-dispatcher.threads=2");
        var thread = await running.System.ActorOf(Props.Create<ThreadNamer>().WithDispatcher(dispatcher)).Ask<string>("", Patience);
        Assert.StartsWith(dispatcher, thread, StringComparison.Ordinal);
    }

    private sealed class RunningSystem : IAsyncDisposable
    {
        public RunningSystem(params string[] sets) =>
            System = ActorSystem.Create("rocket", Loading.FromSets(["akka.remote.dot-netty.tcp.port=0", .. sets]).Akka);

        public ActorSystem System { get; }

        public async ValueTask DisposeAsync()
        {
            await CoordinatedShutdown.Get(System).Run(CoordinatedShutdown.ActorSystemTerminateReason.Instance);
            await System.WhenTerminated;
        }
    }

    private sealed class Echo : UntypedActor
    {
        protected override void OnReceive(object message) => Sender.Tell(message);
    }

    private sealed class ThreadNamer : UntypedActor
    {
        protected override void OnReceive(object message) => Sender.Tell(Thread.CurrentThread.Name ?? "");
    }

    private sealed class OneShard() : HashCodeMessageExtractor(1)
    {
        public override string EntityId(object message) => "broker";
    }
}
