using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Rocket.Actors.Cluster;
using Rocket.Actors.Metadata;
using Rocket.Actors.Queues;
using Rocket.Actors.Storage;
using Rocket.Actors.Tests.Cluster;
using Rocket.Actors.Tests.Storage;
using Rocket.Actors.Topics;
using Xunit;
using static Rocket.Actors.Cluster.ShardProtocol;
using static Rocket.Actors.Topics.TopicProtocol;

namespace Rocket.Actors.Tests.Topics;

/// <summary>A topic's actor; the test plays the broker, the metadata, and by the region's probe the queues.</summary>
public sealed class TopicActorTests : TestKit
{
    private const string Topic = "Orders";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Dictionary<int, RecordLog> _logs = [];
    private readonly ManualTime _time = new();
    private readonly FlushThreads _flushThreads = new(1);
    private readonly NodeContext _node;
    private readonly TestProbe _region;
    private readonly TestProbe _metadata;
    private readonly IActorRef _topic;

    public TopicActorTests()
        : base("akka.scheduler.implementation = \"Akka.TestKit.TestScheduler, Akka.TestKit\"")
    {
        _node = new NodeContext(TestSettings.ForNode(TestSettings.ForBroker()), new MemoryDirectory(), _flushThreads, _time);
        _region = CreateTestProbe();
        _metadata = CreateTestProbe();
        _node.Started(ActorRefs.Nobody, _region, ActorRefs.Nobody, ActorRefs.Nobody, ActorRefs.Nobody);
        _topic = Sys.ActorOf(Props.Create(() => new TopicActor(_node)));
        Watch(_topic);
    }

    [Fact]
    public void It_starts_its_queues_with_their_ordinals_and_is_ready_when_all_of_them_are()
    {
        Start(queues: 2);
        var starts = AnswerOrdinals(2, ordinal: 4);
        Assert.Equal([QueueEntity(new QueueId(Topic, 0)), QueueEntity(new QueueId(Topic, 1))], starts.Select(start => start.EntityId));
        Assert.All(starts, start => Assert.Equal([4], Assert.IsType<QueueProtocol.StartQueue>(start.Message).Ordinals.All));
        var first = Ready(0);
        ExpectNothing();
        var second = Ready(1);
        var ready = ExpectMsg<TopicReady>(Patience);
        Assert.Equal([first, second], ready.Handle.Queues.Select(queue => queue!.Actor));
        Assert.Equal(_topic, ready.Topic);
    }

    [Fact]
    public void A_changed_configuration_starts_the_queues_that_are_missing_only()
    {
        StartReady(queues: 2);
        Start(queues: 4);
        Assert.Equal([2, 3], AnswerOrdinals(2).Select(Number));
        Ready(2);
        ExpectNothing();
        Ready(3);
        Assert.Equal(4, ExpectMsg<TopicReady>(Patience).Handle.Queues.Count);
    }

    [Fact]
    public void A_damaged_queue_is_left_out_and_the_topic_is_ready_without_it()
    {
        Start(queues: 2);
        AnswerOrdinals(2);
        Ready(1);
        _topic.Tell(new QueueProtocol.QueueDamaged(new QueueId(Topic, 0), "damaged"));
        var queues = ExpectMsg<TopicReady>(Patience).Handle.Queues;
        Assert.Null(queues[0]);
        Assert.NotNull(queues[1]);
        Advance(TimeSpan.FromMinutes(1));
        ExpectNothing();
    }

    [Fact]
    public void A_queue_that_could_not_be_opened_is_left_out_and_tried_again()
    {
        Start(queues: 2);
        AnswerOrdinals(2);
        Ready(0);
        _topic.Tell(new QueueProtocol.QueueNotOpened(new QueueId(Topic, 1), "too many open files"));
        Assert.Null(ExpectMsg<TopicReady>(Patience).Handle.Queues[1]);
        Advance(TimeSpan.FromSeconds(10));
        Assert.Equal([1], AnswerOrdinals(1).Select(Number));
        var opened = Ready(1);
        Assert.Equal(opened, ExpectMsg<TopicReady>(Patience).Handle.Queues[1]!.Actor);
    }

    [Fact]
    public void A_crashed_queue_is_started_again_after_a_second_and_announced_anew()
    {
        var queues = StartReady(queues: 2);
        Sys.Stop(queues[0]);
        AwaitAssert(() =>
        {
            Settle();
            Advance(TimeSpan.FromSeconds(1));
            Assert.Equal([0], AnswerOrdinals(1).Select(Number));
        }, Patience);
        var second = Ready(0);
        Assert.Equal(second, ExpectMsg<TopicReady>(Patience).Handle.Queues[0]!.Actor);
    }

    [Fact]
    public void A_start_that_was_lost_is_told_again_until_the_queue_answers()
    {
        Start(queues: 2);
        AnswerOrdinals(2);
        Ready(0);
        Settle();
        for (var i = 0; i < 3; i++)
        {
            Advance(TimeSpan.FromSeconds(2));
            Assert.Equal([1], AnswerOrdinals(1).Select(Number));
        }

        Ready(1);
        ExpectMsg<TopicReady>(Patience);
        Advance(TimeSpan.FromMinutes(1));
        ExpectNothing();
        Assert.False(_region.HasMessages);
    }

    [Fact]
    public void An_answer_that_comes_twice_announces_nothing_twice()
    {
        Start(queues: 1);
        AnswerOrdinals(1);
        var handle = HandleOf(0);
        _topic.Tell(new QueueProtocol.QueueReady(handle));
        ExpectMsg<TopicReady>(Patience);
        _topic.Tell(new QueueProtocol.QueueReady(handle));
        ExpectNothing();
    }

    [Fact]
    public void With_fewer_queues_than_before_and_one_of_them_down_it_waits_for_that_one()
    {
        var queues = StartReady(queues: 4);
        Sys.Stop(queues[1]);
        AwaitAssert(() =>
        {
            Settle();
            Advance(TimeSpan.FromSeconds(1));
            AnswerOrdinals(1);
        }, Patience);
        Start(queues: 2);
        AnswerOrdinals(1);
        ExpectNothing();
        Ready(1);
        Assert.Equal(2, ExpectMsg<TopicReady>(Patience).Handle.Queues.Count);
    }

    [Fact]
    public void A_stop_stops_the_queues_first()
    {
        var queues = StartReady(queues: 2);
        _topic.Tell(StopEntity.Instance);
        ExpectStopTold(2);
        Sys.Stop(queues[0]);
        Settle();
        Sys.Stop(queues[1]);
        ExpectTerminated(_topic, Patience);
    }

    [Fact]
    public void A_stop_reaches_queues_that_are_being_started()
    {
        Start(queues: 1);
        AnswerOrdinals(1);
        _topic.Tell(StopEntity.Instance);
        var stop = _region.ExpectMsg<BrokerEnvelope>(Patience);
        Assert.Equal((QueueEntity(new QueueId(Topic, 0)), (object)StopEntity.Instance), (stop.EntityId, stop.Message));
        ExpectTerminated(_topic, Patience);
    }

    [Fact]
    public void When_the_metadata_end_the_topic_ends_with_its_queues()
    {
        var queues = StartReady(queues: 1);
        Sys.Stop(_metadata);
        ExpectStopTold(1);
        Sys.Stop(queues[0]);
        ExpectTerminated(_topic, Patience);
    }

    [Fact]
    public void A_start_by_the_brokers_next_incarnation_ends_a_topic_of_the_last_one_with_its_queues()
    {
        var queues = StartReady(queues: 1);
        _topic.Tell(new StartTopic(TestSettings.Broker, Config(1), 8, CreateTestProbe()), TestActor);
        ExpectStopTold(1);
        Sys.Stop(queues[0]);
        ExpectTerminated(_topic, Patience);
    }

    [Fact]
    public void A_topic_that_crashes_leaves_no_queue_behind()
    {
        StartReady(queues: 1);
        _topic.Tell(new StartTopic(TestSettings.Broker, null!, 7, _metadata), TestActor);
        FishForMessage(message => message is "stop", Patience);
    }

    protected override void AfterAll()
    {
        base.AfterAll();
        _flushThreads.Dispose();
    }

    private static TopicConfig Config(int queues) => new(Topic, queues, queues, 6, 0, Order: false);

    private void Start(int queues) => _topic.Tell(new StartTopic(TestSettings.Broker, Config(queues), 7, _metadata), TestActor);

    private List<IActorRef> StartReady(int queues)
    {
        Start(queues);
        AnswerOrdinals(queues);
        List<IActorRef> actors = [];
        for (var number = 0; number < queues; number++)
        {
            actors.Add(Ready(number));
        }

        ExpectMsg<TopicReady>(Patience);
        return actors;
    }

    /// <summary>Answers so many questions for ordinals, and takes the starts that follow.</summary>
    private List<BrokerEnvelope> AnswerOrdinals(int count, int ordinal = 0)
    {
        List<BrokerEnvelope> starts = [];
        for (var i = 0; i < count; i++)
        {
            var query = _metadata.ExpectMsg<MetadataProtocol.QueryOrdinals>(TimeSpan.FromSeconds(1));
            _metadata.Reply(new MetadataProtocol.OrdinalsFound(query.Queue, [ordinal]));
            starts.Add(_region.ExpectMsg<BrokerEnvelope>(Patience));
        }

        return starts;
    }

    private static int Number(BrokerEnvelope start) => ((QueueProtocol.StartQueue)start.Message).Id.Number;

    private QueueHandle HandleOf(int number)
    {
        var id = new QueueId(Topic, number);
        var actor = Sys.ActorOf(Props.Create(() => new Puppet(TestActor)));
        if (!_logs.TryGetValue(number, out var log))
        {
            _logs.Add(number, log = _node.Broker(TestSettings.Broker).OpenQueueLog(id, _ => { }));
        }

        return new QueueHandle(id, actor, log, QueueOrdinals.None, 1);
    }

    private IActorRef Ready(int number)
    {
        var handle = HandleOf(number);
        _topic.Tell(new QueueProtocol.QueueReady(handle));
        return handle.Actor;
    }

    private void ExpectStopTold(int queues)
    {
        for (var i = 0; i < queues; i++)
        {
            ExpectMsg("stop", Patience);
        }
    }

    private void ExpectNothing()
    {
        Settle();
        Assert.False(_metadata.HasMessages);
    }

    private void Settle()
    {
        _topic.Tell(new Identify(null), TestActor);
        ExpectMsg<ActorIdentity>(Patience);
    }

    private void Advance(TimeSpan time) => ((TestScheduler)Sys.Scheduler).Advance(time);

    /// <summary>Stands for a queue: says when it is told to stop.</summary>
    private sealed class Puppet(IActorRef test) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            if (message is StopEntity)
            {
                test.Tell("stop");
            }
        }
    }
}
