using System.Buffers;
using System.Globalization;
using System.Text;
using Akka.TestKit.Xunit2;
using Rocket.Actors.Cluster;
using Rocket.Actors.Metadata;
using Rocket.Actors.Queues;
using Rocket.Actors.Schedules;
using Rocket.Actors.Storage;
using Rocket.Actors.Tests.Cluster;
using Rocket.Actors.Tests.Storage;
using Rocket.Actors.Topics;
using Rocket.Protocol.Messages;
using Rocket.Protocol.Topics;
using Xunit;

namespace Rocket.Actors.Tests.Schedules;

/// <summary>Messages that wait, for a topic whose queue is served now and then. The test is that queue, and who has them delivered.</summary>
public sealed class DelivererTests : TestKit
{
    private const string Topic = "Orders";
    private const int Offers = 5;

    private readonly ManualTime _time = new();
    private readonly BrokerContext _broker;
    private readonly RecordLog _log;
    private readonly RecordLog _targetLog;
    private readonly QueueHandle _source;
    private readonly QueueHandle _target;

    public DelivererTests()
    {
        _broker = new BrokerContext(TestSettings.ForBroker(), new MemoryDirectory(), _time, Guid.NewGuid());
        _log = _broker.OpenQueueLog(new QueueId(SystemTopics.Timer, 0), static _ => { });
        _targetLog = _broker.OpenQueueLog(new QueueId(Topic, 0), static _ => { });
        _source = new QueueHandle(new QueueId(SystemTopics.Timer, 0), TestActor, _log, new QueueOrdinals([0]), 1 << 20);
        _target = new QueueHandle(new QueueId(Topic, 0), TestActor, _targetLog, new QueueOrdinals([1]), 1 << 20);
        _broker.Directory.Publish(new TopicHandle(new TopicConfig(SystemTopics.Timer, 1, 1, 6, 0, false), [_source]));
        Serve(null);
    }

    [Fact]
    public void What_no_queue_takes_for_long_is_set_aside_and_delivered_when_one_does()
    {
        Store(1);
        var deliverer = Deliverer();
        var delivery = Deliver(deliverer, 0);
        List<Delivery> ended = [];
        for (var offers = 0; offers < Offers; offers++)
        {
            deliverer.OfferRefused(ended);
        }

        Assert.Empty(ended);
        Assert.False(deliverer.HasChangedAside);
        deliverer.OfferRefused(ended);
        Assert.Same(delivery, Assert.Single(ended));
        Assert.Equal((true, false), (delivery.IsSetAside, delivery.IsDone));
        Assert.True(deliverer.IsSetAside(_source, 0));
        Assert.Equal([0], Assert.Single(deliverer.TakeChangedAside()).Offsets);

        Serve(_target);
        Assert.Same(delivery, Offered(deliverer));
        delivery.Take(0);
        Shown(1);
        delivery.Answer(AppendOutcome.Stored);
        Assert.Same(delivery, ExpectMsg<Delivery>());
        Assert.False(deliverer.Answered(delivery), "nobody waits for it any more");
        Assert.False(deliverer.IsSetAside(_source, 0));
        Assert.Empty(Assert.Single(deliverer.TakeChangedAside()).Offsets);
    }

    [Fact]
    public void What_the_last_leader_has_set_aside_is_tried_again()
    {
        Store(3);
        var deliverer = Deliverer();
        deliverer.Restore([new MetadataEvents.MessagesSetAside(SystemTopics.Timer, 0, [2])]);
        Assert.Equal((false, true), (deliverer.IsSetAside(_source, 1), deliverer.IsSetAside(_source, 2)));
        // Into the queue that it was sent to, although there is another one.
        var other = new QueueHandle(new QueueId(Topic, 1), CreateTestProbe(), _targetLog, new QueueOrdinals([2]), 1 << 20);
        _broker.Directory.Publish(new TopicHandle(new TopicConfig(Topic, 2, 2, 6, 0, false), [_target, other]));

        var delivery = Offered(deliverer);

        Assert.Equal(2, delivery.SourceOffset);
        Assert.True(MessageView.TryRead(delivery.Buffer.AsSpan(0, delivery.AdmittedBytes), out var message));
        Assert.Equal("2", Encoding.UTF8.GetString(message.Body));
    }

    [Fact]
    public void What_is_set_aside_is_not_delivered_before_its_time_either()
    {
        Store(1);
        var isDue = false;
        var deliverer = Deliverer(() => isDue);
        deliverer.Restore([new MetadataEvents.MessagesSetAside(SystemTopics.Timer, 0, [0])]);
        Serve(_target);
        for (var offers = 0; offers < 10; offers++)
        {
            deliverer.OfferRefused([]);
        }

        Assert.True(deliverer.IsIdle);
        isDue = true;
        Assert.Equal(0, Offered(deliverer).SourceOffset);
    }

    [Fact]
    public void At_a_planned_stop_the_next_leader_is_left_what_no_queue_takes()
    {
        Store(2);
        Serve(_target);
        var deliverer = Deliverer();
        var offered = Deliver(deliverer, 0);
        Assert.Same(offered, ExpectMsg<Delivery>());
        Serve(null);
        var refused = Deliver(deliverer, 1);
        List<Delivery> left = [];

        deliverer.Stop(left);
        Assert.Same(refused, Assert.Single(left));
        offered.Answer(AppendOutcome.Unavailable);
        Assert.Same(offered, ExpectMsg<Delivery>());

        Assert.True(deliverer.Answered(offered), "it holds up nothing any more");
        Assert.True(deliverer.IsIdle);
        Assert.Equal([0, 1], Assert.Single(deliverer.TakeChangedAside()).Offsets);
    }

    [Fact]
    public void So_many_are_set_aside_at_once_and_no_more()
    {
        Store(SetAsideOffsets.Most + 1);
        var deliverer = Deliverer();
        for (var offset = 0; offset <= SetAsideOffsets.Most; offset++)
        {
            Deliver(deliverer, offset);
        }

        List<Delivery> ended = [];
        for (var offers = 0; offers < 2 * Offers; offers++)
        {
            deliverer.OfferRefused(ended);
        }

        Assert.Equal(SetAsideOffsets.Most, ended.Distinct().Count());
        Assert.Equal(SetAsideOffsets.Most, Assert.Single(deliverer.TakeChangedAside()).Offsets.Count);
    }

    protected override void AfterAll()
    {
        _log.Dispose();
        _targetLog.Dispose();
        base.AfterAll();
    }

    private Deliverer Deliverer(Func<bool>? isDue = null) => new(TestActor, _broker, Sys.Log, _time, (_, _) => isDue?.Invoke() ?? true);

    private Delivery Deliver(Deliverer deliverer, long offset)
    {
        var entry = new IndexEntry[1];
        Assert.Equal(1, _log.Reader.ReadIndex(offset, entry));
        return deliverer.Deliver(_source, offset, entry[0]);
    }

    /// <summary>Offers until the queue is told of something.</summary>
    private Delivery Offered(Deliverer deliverer)
    {
        for (var offers = 0; offers < 10 && deliverer.IsIdle; offers++)
        {
            deliverer.OfferRefused([]);
        }

        return ExpectMsg<Delivery>();
    }

    private void Serve(QueueHandle? target) => _broker.Directory.Publish(new TopicHandle(new TopicConfig(Topic, 1, 1, 6, 0, false), [target]));

    private void Shown(long offset) => _target.Show(offset);

    private void Store(int count)
    {
        using var batch = new LogBatch();
        for (var i = 0; i < count; i++)
        {
            var fields = new MessageFields
            {
                BornHost = [127, 0, 0, 1],
                StoreHost = [127, 0, 0, 1],
                Topic = Encoding.UTF8.GetBytes(SystemTopics.Timer),
                Body = new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(i.ToString(CultureInfo.InvariantCulture))),
                Properties = MessageProperties.Encode(new Dictionary<string, string> { ["REAL_TOPIC"] = Topic, ["REAL_QID"] = "0" }),
            };
            batch.Begin(_log, epoch: 7);
            var record = batch.Add(MessageWriter.SizeOf(fields));
            MessageWriter.Write(record, fields);
            MessageWriter.Stamp(record, i, PhysicalOffset.Of(0, batch.LastPosition), 1000 + i);
            batch.Seal(0, 1000 + i, []);
            _log.Append(batch);
            batch.Clear();
        }
    }
}
