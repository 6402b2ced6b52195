using System.Diagnostics;
using System.Globalization;
using Akka.Actor;
using Rocket.Actors.Cluster;
using Rocket.Actors.Groups;
using Rocket.Actors.Metadata;
using Rocket.Actors.Metadata.Journal;
using Rocket.Actors.Placement;
using Rocket.Actors.Queues;
using Rocket.Actors.Storage;
using Rocket.Actors.Tests.Queues;
using Rocket.Actors.Topics;
using Xunit;
using Xunit.Abstractions;

namespace Rocket.Actors.Tests.Cluster;

/// <summary>All actors of a node together.</summary>
public sealed class NodeTests(ITestOutputHelper output) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TopicConfig Orders = new("Orders", 2, 2, 6, 0, Order: false);
    private readonly string _folder = Directory.CreateTempSubdirectory("rocket-node-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task What_was_stored_committed_and_locked_is_there_after_a_stop_and_after_a_kill()
    {
        await using (var node = await RunningNode.Start(_folder))
        {
            await CreateOrders(node);
            await Send(node, 0, "a");
            await Send(node, 1, "b");
            var group = (await node.Ask<BrokerProtocol.GroupAvailable>(new BrokerProtocol.EnsureGroup("g"))).Handle;
            group.Actor.Tell(new GroupProtocol.CommitOffset(new QueueId("Orders", 0), 1));
            var locked = await group.Actor.Ask<GroupProtocol.QueuesLocked>(new GroupProtocol.LockQueues("c1", [new QueueId("Orders", 0)]), Patience);
            Assert.Single(locked.Queues);
            await node.StopInOrder();
        }

        await using (var node = await RunningNode.Start(_folder))
        {
            Assert.True(node.Broker.TryGetGroup("g", out var group));
            var offset = await group.Actor.Ask<GroupProtocol.OffsetFound>(new GroupProtocol.QueryOffset(new QueueId("Orders", 0)), Patience);
            Assert.Equal(1, offset.Offset);
            var refused = await group.Actor.Ask<GroupProtocol.QueuesLocked>(new GroupProtocol.LockQueues("c2", [new QueueId("Orders", 0)]), Patience);
            Assert.Empty(refused.Queues);
            Assert.Equal(1, (await Send(node, 0, "c")).QueueOffset);
        }

        await using (var node = await RunningNode.Start(_folder))
        {
            var first = await Send(node, 0, "d");
            Assert.Equal(2, first.QueueOffset);
            Assert.True(node.Broker.TryLocate(first.Records[0].PhysicalOffset, out var located, out _));
            Assert.Equal(new QueueId("Orders", 0), located.Id);
        }
    }

    [Fact]
    public async Task When_the_broker_crashes_it_starts_anew_with_everything_that_belongs_to_it()
    {
        await using var node = await RunningNode.Start(_folder, FlushDiskType.SyncFlush);
        await CreateOrders(node);
        var sent = await Send(node, 0, "a");
        await Send(node, 1, "b");
        var group = (await node.Ask<BrokerProtocol.GroupAvailable>(new BrokerProtocol.EnsureGroup("g"))).Handle;
        await group.Actor.Ask<GroupProtocol.QueuesLocked>(new GroupProtocol.LockQueues("c1", [new QueueId("Orders", 0)]), Patience);
        var before = Queue(node, 0).Actor;

        var broker = node.Broker.Broker;
        broker.Tell(Kill.Instance);
        await Wire.Eventually.Holds(
            () => node.Broker.IsLeading && !node.Broker.Broker.Equals(broker) && node.Broker.TryGetTopic("Orders", out _), "the broker leads again", Patience);

        Assert.NotEqual(before, Queue(node, 0).Actor);
        Assert.Equal(1, (await Send(node, 0, "c")).QueueOffset);
        Assert.Equal(1, (await Send(node, 1, "d")).QueueOffset);
        Assert.True(node.Broker.TryLocate(sent.Records[0].PhysicalOffset, out var located, out _));
        Assert.Same(Queue(node, 0), located);
        Assert.True(node.Broker.TryGetGroup("g", out group));
        var locked = await group.Actor.Ask<GroupProtocol.QueuesLocked>(
            new GroupProtocol.LockQueues("c1", [new QueueId("Orders", 0), new QueueId("Orders", 1)]), Patience);
        Assert.Equal(2, locked.Queues.Count);
        await node.StopInOrder();
    }

    [Fact]
    public async Task A_stop_reaches_a_broker_that_has_just_crashed()
    {
        await using var node = await RunningNode.Start(_folder);
        await CreateOrders(node);
        await Send(node, 0, "a");
        node.Broker.Broker.Tell(Kill.Instance);
        await node.StopInOrder().WaitAsync(Patience);
    }

    [Fact]
    public async Task A_queue_that_crashes_answers_what_it_had_and_is_back_while_the_others_go_on()
    {
        await using var node = await RunningNode.Start(_folder, FlushDiskType.SyncFlush);
        await CreateOrders(node);
        await Send(node, 0, "a");
        var crashing = Queue(node, 0);
        var woken = new TaskCompletionSource();
        crashing.Actor.Tell(new TestPull(1) { OnWoken = _ => woken.TrySetResult() });

        // The gateway lets no message through that is larger than a record may be; the queue is not made for it.
        var append = TestAppend.Large(33 << 20);
        append.OfferedTo(crashing);
        await woken.Task.WaitAsync(Patience);
        Assert.Equal([AppendOutcome.Unavailable], append.Answers);
        Assert.True(node.Broker.IsLeading);
        await Send(node, 1, "other");

        await Wire.Eventually.Holds(() => !ReferenceEquals(Queue(node, 0), crashing), "the queue is back", Patience);
        Assert.Equal(1, (await Send(node, 0, "b")).QueueOffset);

        // Who still has the old handle is answered too.
        var late = new TaskCompletionSource();
        var lost = TestAppend.Of("to the old one");
        lost.Answered = _ => late.TrySetResult();
        lost.OfferedTo(crashing);
        await late.Task.WaitAsync(Patience);
        Assert.Equal([AppendOutcome.Unavailable], lost.Answers);
        await node.StopInOrder();
    }

    /// <summary><c>ROCKET_TOPICS=n</c> starts n topics of 8 queues each instead of a few; <c>ROCKET_QUEUE_RECORDS=1</c> with a record in each queue.</summary>
    [Fact]
    public async Task Many_topics_start()
    {
        var count = int.Parse(Environment.GetEnvironmentVariable("ROCKET_TOPICS") ?? "300", CultureInfo.InvariantCulture);
        var isFilled = Environment.GetEnvironmentVariable("ROCKET_QUEUE_RECORDS") == "1";
        StoreTopics(count);
        if (isFilled)
        {
            await using var filling = await RunningNode.Start(_folder);
            await Task.WhenAll(filling.Broker.Topics.SelectMany(topic => topic.Queues).Select(queue => Send(queue!, "a")));
            await filling.StopInOrder();
        }

        GC.Collect();
        var (memory, started, processor) = (GC.GetTotalMemory(forceFullCollection: true), Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
        await using var node = await RunningNode.Start(_folder);
        output.WriteLine($"{count} topics of 8 queues, ready in {Stopwatch.GetElapsedTime(started).TotalSeconds:F1} s, "
            + $"{(Environment.CpuUsage.TotalTime - processor).TotalSeconds:F1} s of processor, "
            + $"{(GC.GetTotalMemory(forceFullCollection: true) - memory) >> 20} MiB of objects");
        Assert.Equal(count + TestSettings.SystemTopics, node.Broker.Topics.Count);
        Assert.All(node.Broker.Topics, topic => Assert.All(topic.Queues, Assert.NotNull));
        await Send(node, $"Topic-{count - 1}", 7, "a");

        started = Stopwatch.GetTimestamp();
        await node.StopInOrder();
        output.WriteLine($"stopped in {Stopwatch.GetElapsedTime(started).TotalSeconds:F1} s");
    }

    private void StoreTopics(int count)
    {
        using var threads = new FlushThreads(1);
        var node = new NodeContext(TestSettings.ForNode(TestSettings.ForBroker()), new FileDirectory(_folder, 64), threads, TimeProvider.System);
        using var records = node.Broker(TestSettings.Broker).OpenMetadataLog(_ => { });
        var log = new MetadataLog(TestSettings.Broker, new Epoch(1), MetadataCopies.None(records, flushes: true), TimeProvider.System);
        using var system = ActorSystem.Create("serializer");
        var serializer = new MetadataEventSerializer((ExtendedActorSystem)system);
        var topics = Enumerable.Range(0, count).Select(number => new TopicConfig($"Topic-{number}", 8, 8, 6, 0, Order: false));
        var snapshot = new MetadataSnapshot([.. topics], [], [], 0, [], []);
        log.Append([new SnapshotRecord(TestSettings.Broker, 1, 1, new StoredPayload(serializer.Identifier, serializer.Manifest(snapshot), serializer.ToBinary(snapshot)))]);
    }

    private static Task<BrokerProtocol.TopicAvailable> CreateOrders(RunningNode node) => node.Ask<BrokerProtocol.TopicAvailable>(new BrokerProtocol.ChangeTopic(Orders));

    private static QueueHandle Queue(RunningNode node, int number) =>
        node.Broker.TryGetTopic("Orders", out var topic) ? topic.Queues[number]! : throw new InvalidOperationException("The topic is not there.");

    private static Task<TestAppend> Send(RunningNode node, int number, string body) => Send(Queue(node, number), body);

    private static Task<TestAppend> Send(RunningNode node, string topic, int number, string body) =>
        node.Broker.TryGetTopic(topic, out var found) ? Send(found.Queues[number]!, body) : throw new InvalidOperationException("The topic is not there.");

    private static async Task<TestAppend> Send(QueueHandle queue, string body)
    {
        var answered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var append = TestAppend.Of(body);
        append.Answered = _ => answered.TrySetResult();
        append.OfferedTo(queue);
        await answered.Task.WaitAsync(TimeSpan.FromMinutes(2));
        Assert.Equal([AppendOutcome.Stored], append.Answers);
        return append;
    }
}
