using Akka.Actor;
using Akka.Event;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Rocket.Actors.Cluster;
using Rocket.Actors.Metadata;
using Rocket.Actors.Queues;
using Rocket.Actors.Retention;
using Rocket.Actors.Storage;
using Rocket.Actors.Topics;
using Xunit;

namespace Rocket.Actors.Tests.Retention;

/// <summary>Real queues in a temporary folder, with segments of ten messages, on a disk and a clock that the test sets. The test is the broker's metadata.</summary>
public abstract class RetentionKit() : TestKit("akka.loglevel = INFO")
{
    private protected const string Topic = "T";
    private protected const int MessagesPerSegment = 10;

    private const int BodyBytes = 300;
    private const int SegmentBytes = 4096;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("rocket-retention-");
    private readonly FlushThreads _flushThreads = new(2);
    private readonly List<QueueHandle> _queues = [];
    private NodeContext? _node;

    private protected TestTime Time { get; } = new();

    private protected SettableDisk Disk { get; } = new();

    private protected RetentionSettings Settings { get; set; } = RetentionSettings.Default;

    private protected FlushDiskType FlushDiskType { get; set; } = FlushDiskType.AsyncFlush;

    private protected TimeSpan FlushInterval { get; set; } = TimeSpan.FromMilliseconds(20);

    private protected BrokerContext Broker => Node.Broker("broker-a");

    private protected IReadOnlyList<QueueHandle> Queues => _queues;

    private NodeContext Node => _node ??= MakeNode();

    /// <summary>Starts the next queue of the topic.</summary>
    private protected async Task<QueueHandle> StartQueueAsync()
    {
        var id = new QueueId(Topic, _queues.Count);
        var node = Node;
        var actor = Sys.ActorOf(Props.Create(() => new MessageQueueActor(node)));
        var ready = await actor.Ask<QueueProtocol.QueueReady>(
            new QueueProtocol.StartQueue("broker-a", id, 1, new QueueOrdinals([id.Number]), TestActor, ActorRefs.Nobody), TimeSpan.FromSeconds(10));
        _queues.Add(ready.Handle);
        Broker.Directory.Publish(new TopicHandle(new TopicConfig(Topic, _queues.Count, _queues.Count, 6, 0, false), [.. _queues]));
        return ready.Handle;
    }

    private protected IActorRef StartRetention(IActorRef? metadata = null) =>
        Sys.ActorOf(RetentionActor.Props(Broker, metadata ?? TestActor, Time).WithDispatcher("akka.actor.default-dispatcher"), RetentionActor.Name);

    /// <summary>Fills so many segments of a queue; the last message begins the next one.</summary>
    private protected static async Task FillAsync(QueueHandle queue, int segments)
    {
        var count = (segments * MessagesPerSegment) + 1 - (int)(queue.VisibleOffset % MessagesPerSegment);
        for (var i = 0; i < count; i++)
        {
            Assert.Equal(AppendOutcome.Stored, await SendAsync(queue));
        }
    }

    private protected static Task<AppendOutcome> SendAsync(QueueHandle queue)
    {
        var send = new StoredSend(queue.Id, BodyBytes);
        Assert.True(send.TryOffer(queue));
        return send.Answered;
    }

    private protected string FolderOf(QueueHandle queue) => Path.Combine(_folder.FullName, "brokers", "broker-a", "queues", queue.Id.ToString());

    /// <summary>Waits until so many segments have gone, each with its line in the log.</summary>
    private protected IReadOnlyList<string> Deleted(int count, Action action)
    {
        var log = CreateTestProbe();
        Sys.EventStream.Subscribe(log, typeof(Info));
        action();
        List<string> lines = [];
        while (lines.Count < count)
        {
            if (log.ExpectMsg<Info>(TimeSpan.FromSeconds(20)).Message.ToString() is { } line && line.Contains("deleted segment", StringComparison.Ordinal))
            {
                lines.Add(line);
            }
        }

        Sys.EventStream.Unsubscribe(log);
        return lines;
    }

    /// <summary>Waits until so many lines were logged, and not one more.</summary>
    private protected static Task ToldAsync(IEventFilterApplier line, int count, Action action) => line.ExpectAsync(count, () =>
    {
        action();
        return Task.CompletedTask;
    });

    /// <summary>How far the queues were consumed.</summary>
    private protected static MetadataProtocol.LeastOffsets Consumed(params (QueueHandle Queue, long Offset)[] queues) =>
        new(queues.ToDictionary(queue => queue.Queue.Id, queue => queue.Offset));

    /// <summary>Waits until an actor has handled everything that it was told before.</summary>
    private protected static Task HandledAsync(IActorRef actor) => actor.Ask<ActorIdentity>(new Identify(null), TimeSpan.FromSeconds(10));

    protected override void AfterAll()
    {
        base.AfterAll();
        _flushThreads.Dispose();
        _folder.Delete(recursive: true);
    }

    private NodeContext MakeNode()
    {
        var limits = new LimitSettings(
            MaxFrameBytes: 1 << 20, MaxHeaderBytes: 1 << 16, MaxConnections: 100, ConnectionOutstandingBytes: 1 << 20, WriteTimeout: TimeSpan.FromSeconds(30),
            QueueOutstandingBytes: 1 << 20, WaitingPullsPerQueue: 100, MaxTopics: 100, MaxQueuesPerTopic: 16, MaxConsumerGroups: 100,
            MaxSubscriptionsPerHeartbeat: 10, IdleTimeout: TimeSpan.FromSeconds(120), HandshakeTimeout: TimeSpan.FromSeconds(10),
            ClientExpiry: TimeSpan.FromSeconds(120), MaxOpenFiles: 100);
        var broker = new BrokerSettings(
            "broker-a", 10911, ["node1"], FlushDiskType, FlushInterval, SyncFlushTimeout: TimeSpan.FromSeconds(5),
            DefaultTopicQueueNums: 4, AutoCreateTopicEnable: true, AutoCreateSubscriptionGroup: true, TraceTopicEnable: false, VipPortEnable: false,
            SegmentBytes, MaxMessageSize: 1 << 16, LongPollingEnable: true)
        {
            Retention = Settings,
        };
        var node = new NodeSettings("C", "node1", "127.0.0.1", "127.0.0.1", _folder.FullName, 9876, new Dictionary<string, string>(), [broker], limits);
        return new NodeContext(node, Disk.Over(new FileDirectory(_folder.FullName, 64)), _flushThreads, Time);
    }
}
