using System.Globalization;
using System.Text;
using Akka.Actor;
using Rocket.Actors.Cluster;
using Rocket.Actors.Queues;
using Rocket.Actors.Storage;
using Rocket.Actors.Tests.Cluster;
using Rocket.Actors.Tests.Queues;
using Rocket.Actors.Tests.Storage;
using Rocket.Protocol.Messages;

namespace Rocket.Actors.Tests.Transactions;

/// <summary>A queue over a log in memory that stores what it is offered at once, unless the test says otherwise.</summary>
internal sealed class LedQueue : IDisposable
{
    private readonly QueueState _state;
    private readonly List<Append> _held = [];

    public LedQueue(ActorSystem system, string topic, int number, int ordinal, TimeProvider time)
    {
        var actor = system.ActorOf(Props.Create(() => new Writer(this)));
        var log = RecordLog.Open(new MemoryDirectory().Directory("queue"), $"{topic}@{number}", new LogOptions(8 << 20), MessageRecordIndexer.Instance, time, report: null);
        Handle = new QueueHandle(new QueueId(topic, number), actor, log, new QueueOrdinals([ordinal]), 64 << 20);
        _state = new QueueState(Handle, log, QueueScenario.Alone(log), QueueScenario.Epoch, TestSettings.ForBroker(), waitingPulls: 3, time);
    }

    public QueueHandle Handle { get; }

    /// <summary>As after a write error.</summary>
    public bool Refuses { get; set; }

    /// <summary>What is offered waits until it is released.</summary>
    public bool Holds { get; set; }

    public IReadOnlyList<string> Bodies => [.. TestMessage.In(_state.Log).Select(message => message.Body)];

    /// <summary>Stores what was held, and holds nothing more.</summary>
    public void Release()
    {
        lock (_held)
        {
            Holds = false;
            _held.ForEach(Store);
        }
    }

    /// <summary>Stores a half message, and answers its offset.</summary>
    public long StoreHalf(string topic, string body, string? uniqueKey)
    {
        var half = new Half(topic, body, uniqueKey);
        half.TryOffer(Handle);
        return half.Stored.WaitAsync(TimeSpan.FromSeconds(20)).GetAwaiter().GetResult();
    }

    /// <summary>Stores that a half message is settled that was stored at that time.</summary>
    public void StoreSettled(long half, long storedAt)
    {
        var operation = new Half(storedAt, half.ToString(CultureInfo.InvariantCulture));
        operation.TryOffer(Handle);
        operation.Stored.WaitAsync(TimeSpan.FromSeconds(20)).GetAwaiter().GetResult();
    }

    public void Dispose() => _state.Dispose();

    private void Take(Append append)
    {
        lock (_held)
        {
            if (Holds)
            {
                _held.Add(append);
            }
            else
            {
                Store(append);
            }
        }
    }

    private void Store(Append append)
    {
        if (Refuses)
        {
            append.Answer(AppendOutcome.Unavailable);
        }
        else
        {
            _state.Take(append);
            _state.Write();
        }
    }

    private sealed class Writer(LedQueue queue) : UntypedActor
    {
        protected override void OnReceive(object message) => queue.Take((Append)message);
    }

    /// <summary>A half message as its producer sends it, or what is noted of one.</summary>
    private sealed class Half : StoredCopy
    {
        private readonly TaskCompletionSource<long> _stored = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Half(string topic, string body, string? uniqueKey)
        {
            Dictionary<string, string> properties = new() { ["TRAN_MSG"] = "true", ["PGROUP"] = "payments", ["REAL_TOPIC"] = topic, ["REAL_QID"] = "0" };
            if (uniqueKey is not null)
            {
                properties["UNIQ_KEY"] = uniqueKey;
            }

            Encode(properties, body, bornAt: 0);
        }

        public Half(long storedAt, string half) => Encode(new() { ["TAGS"] = "d" }, half, storedAt);

        public Task<long> Stored => _stored.Task;

        protected override void OnAnswered() => _stored.TrySetResult(QueueOffset);

        private void Encode(Dictionary<string, string> properties, string body, long bornAt) => Encode(new MessageFields
        {
            BornTimestamp = bornAt,
            BornHost = [127, 0, 0, 1],
            StoreHost = [127, 0, 0, 1],
            Topic = "halves"u8,
            StoredBody = Encoding.UTF8.GetBytes(body),
            Properties = MessageProperties.Encode(properties),
        });
    }
}
