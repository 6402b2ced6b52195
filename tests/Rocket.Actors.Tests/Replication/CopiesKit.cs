using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Rocket.Actors.Cluster;
using Rocket.Actors.Links;
using Rocket.Actors.Placement;
using Rocket.Actors.Queues;
using Rocket.Actors.Replication;
using Rocket.Actors.Replication.Wire;
using Rocket.Actors.Storage;
using Rocket.Actors.Tests.Cluster;
using Rocket.Actors.Tests.Storage;
using Xunit;

namespace Rocket.Actors.Tests.Replication;

/// <summary>A master's copies with real logs, connections without sockets, and a register and a BrokerActor that the test plays.</summary>
public abstract class CopiesKit : TestKit
{
    private protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private protected static readonly Epoch Epoch = Epoch.None.Next(0).Next(0);

    private readonly FlushThreads _flushThreads = new(1);
    private readonly MemoryDirectory _data = new();
    private readonly List<TestOwner> _owners = [];
    private NodeContext? _node;

    protected CopiesKit()
    {
        Register = CreateTestProbe();
        Broker = CreateTestProbe();
        Broker.IgnoreMessages(message =>
        {
            if (message is CopiesProtocol.CopyWhole whole)
            {
                OnWhole(whole);
            }

            return message is CopiesProtocol.CopyWhole;
        });
    }

    /// <summary>Takes what the BrokerActor is told of copies that were compared.</summary>
    private protected Action<CopiesProtocol.CopyWhole> OnWhole { get; set; } = static _ => { };

    private protected ManualTime Time { get; } = new();

    private protected TestProbe Register { get; }

    private protected TestProbe Broker { get; }

    private protected FlushDiskType Flush { get; set; } = FlushDiskType.AsyncFlush;

    /// <summary>Who was in sync before the reign; null: those who are.</summary>
    private protected IReadOnlyCollection<string>? Holders { get; set; }

    private protected FailoverMode Failover { get; set; } = FailoverMode.Manual;

    private protected NodeContext Node => _node ??= MakeNode();

    private protected IActorRef Copies { get; private set; } = ActorRefs.Nobody;

    private protected static BrokerPlacement Placement(long version, params string[] inSync) =>
        new(Epoch, version, "node1", BrokerPlacement.Nodes(inSync), "node1");

    /// <summary>Starts the actor, with the metadata log that every broker has.</summary>
    private protected TestOwner Start(params string[] inSync)
    {
        var agreed = Placement(3, inSync);
        Copies = Broker.ChildActorOf(CopiesActor.Props(Node, Node.Broker("broker-a"), agreed, Holders ?? agreed.InSync), CopiesActor.Name);
        Assert.Equal(agreed, Broker.ExpectMsg<CopiesProtocol.InSyncChanged>(Patience).Placement);
        var metadata = Owner();
        Add("metadata", metadata);
        return metadata;
    }

    private protected TestOwner Owner(int records = 0, long epoch = 3)
    {
        var scenario = new LogScenario();
        _owners.Add(new TestOwner(records > 0 ? scenario.Append(records, epoch: epoch) : scenario, Flush == FlushDiskType.SyncFlush));
        return _owners[^1];
    }

    /// <summary>Adds a log and answers which nodes count.</summary>
    private protected IReadOnlyList<string> Add(string name, TestOwner owner)
    {
        Copies.Tell(new CopiesProtocol.AddLog(name, owner), Broker);
        var added = Broker.ExpectMsg<CopiesProtocol.LogAdded>(Patience);
        Assert.Equal(name, added.Name);
        owner.Begin(added);
        return added.Counting;
    }

    private protected void AllAdded() => Copies.Tell(CopiesProtocol.AllLogsAdded.Instance);

    /// <summary>A node connects, and its connection is asked to follow.</summary>
    private protected CopyLink Connect(string peer = "node2")
    {
        var link = new CopyLink(peer, Node.Replication);
        Assert.Null(Node.Links.TryAdd(link));
        link.Follow = link.Next<Follow>();
        Assert.Equal(Epoch, link.Follow.Epoch);
        return link;
    }

    /// <summary>A connection ends.</summary>
    private protected void Break(CopyLink link)
    {
        link.Abort("the test ends it");
        Node.Replication.OnDown(link);
        Node.Links.Remove(link);
    }

    /// <summary>The answer of the register to the next change.</summary>
    private protected BrokerPlacement Proposed() => Register.ExpectMsg<PlacementProtocol.Change>(Patience).Proposed;

    private protected void Agree(BrokerPlacement placement)
    {
        Register.Reply(new PlacementProtocol.Changed("broker-a", placement));
        Assert.Equal(placement, Broker.ExpectMsg<CopiesProtocol.InSyncChanged>(Patience).Placement);
    }

    /// <summary>Waits until the actor has handled everything that it was told before.</summary>
    private protected void Handled() => Copies.Ask<ActorIdentity>(new Identify(null), Patience).Wait(Patience);

    private protected void Eventually(Func<bool> holds) => AwaitCondition(holds, Patience, TimeSpan.FromMilliseconds(10));

    protected override void AfterAll()
    {
        Sys.Stop(Copies);
        base.AfterAll();
        _flushThreads.Dispose();
        _owners.ForEach(owner => owner.Dispose());
    }

    private NodeContext MakeNode()
    {
        var broker = TestSettings.ForBroker(Flush) with { Replicas = ["node1", "node2", "node3"] };
        var node = new NodeContext(TestSettings.ForNode(broker) with { Failover = Failover }, _data, _flushThreads, Time);
        node.Started(TestActor, TestActor, Register, TestActor, TestActor);
        return node;
    }
}
