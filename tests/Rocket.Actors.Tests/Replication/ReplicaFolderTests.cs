using Akka.Actor;
using Akka.TestKit.Xunit2;
using Rocket.Actors.Cluster;
using Rocket.Actors.Inspection;
using Rocket.Actors.Placement;
using Rocket.Actors.Queues;
using Rocket.Actors.Replication;
using Rocket.Actors.Replication.Wire;
using Rocket.Actors.Storage;
using Rocket.Actors.Storage.Inspection;
using Rocket.Actors.Tests.Cluster;
using Rocket.Actors.Tests.Queues;
using Xunit;

namespace Rocket.Actors.Tests.Replication;

/// <summary>The replicas of a node over a real folder, with few open files.</summary>
public sealed class ReplicaFolderTests() : TestKit("akka.loglevel = WARNING\nrocket.blocking-dispatcher { type = Dispatcher }")
{
    private const int Queues = 12;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly Epoch First = new(0x101);
    private static readonly Epoch Second = new(0x202);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("rocket-replica-");
    private readonly FlushThreads _flushThreads = new(2);

    [Fact]
    public void Copies_in_a_real_folder_are_followed_cut_stopped_and_followed_again()
    {
        var node = NewNode();
        var replicas = Sys.ActorOf(Props.Create(() => new ReplicasActor(node)), ReplicasActor.Name);
        AwaitStarted(node);
        using var master = new TestMaster("node2", node.Links);
        for (var queue = 0; queue < Queues; queue++)
        {
            master.Append(Name(queue), First, 20);
        }

        Assert.Empty(master.Follow<Ends>(First, flushes: true).Logs);
        FollowAll(master, []);
        replicas.Tell(ReplicasActor.StopReplicas.Instance, TestActor);
        ExpectMsg<ReplicasActor.ReplicasStopped>(Patience);
        Watch(replicas);
        Sys.Stop(replicas);
        ExpectTerminated(replicas, Patience);

        node = NewNode();
        replicas = Sys.ActorOf(Props.Create(() => new ReplicasActor(node)), ReplicasActor.Name);
        AwaitStarted(node);
        using var next = new TestMaster("node3", node.Links);
        for (var queue = 0; queue < Queues; queue++)
        {
            next.Append(Name(queue), First, 10);
            next.Append(Name(queue), Second, queue, "the next master's");
        }

        var ends = next.Follow<Ends>(Second, flushes: true);
        Assert.Equal(Queues, ends.Logs.Count);
        FollowAll(next, ends.Logs);
        replicas.Tell(ReplicasActor.StopReplicas.Instance, TestActor);
        ExpectMsg<ReplicasActor.ReplicasStopped>(Patience);

        for (var queue = 0; queue < Queues; queue++)
        {
            using var log = node.Broker(TestSettings.Broker).OpenQueueLog(Id(queue), _ => { });
            Assert.True(log.Recovery.WasStoppedCleanly);
            Assert.Equal(TestMessage.In(next.Log(Name(queue))), TestMessage.In(log));
        }

        var root = node.Broker(TestSettings.Broker).Root;
        Assert.Equal(Queues, root.Directory(DataFolders.Diverged).ListDirectories().Count);
        Assert.True(root.Exists(DataFolders.Fence));
        var tally = new InspectionTally();
        new BrokerInspector(root, TestSettings.Broker, Second, tally).Inspect();
        Assert.DoesNotContain(tally.Findings, finding => finding.Problem == "it does not belong here");
    }

    protected override void AfterAll()
    {
        base.AfterAll();
        _flushThreads.Dispose();
        _folder.Delete(recursive: true);
    }

    private static QueueId Id(int queue) => new(TestMessage.Topic, queue);

    private static string Name(int queue) => Id(queue).Folder;

    private static void FollowAll(TestMaster master, IReadOnlyList<NamedEnd> ends)
    {
        for (var queue = 0; queue < Queues; queue++)
        {
            var name = Name(queue);
            var end = ends.Where(log => log.Name == name).Select(log => log.End).FirstOrDefault(new LogEnd(-1, default));
            master.SendRecords(name, master.AlignAll(name, end));
            master.ExpectAck(name, ack => ack.Flushed == master.Log(name).Watermarks.Appended);
        }
    }

    private NodeContext NewNode()
    {
        var node = new NodeContext(
            TestSettings.ForNode(TestSettings.ForBroker()), new FileDirectory(_folder.FullName, 8), _flushThreads, TimeProvider.System);
        node.Replication.Open(node.Links);
        return node;
    }

    /// <summary>Waits until the replica takes messages: before that its broker is held by nobody.</summary>
    private void AwaitStarted(NodeContext node)
    {
        AwaitCondition(() => !node.Broker(TestSettings.Broker).Replica.IsNobody(), Patience);
        node.Broker(TestSettings.Broker).Replica.Tell(new Identify(null), TestActor);
        ExpectMsg<ActorIdentity>(Patience);
    }
}
