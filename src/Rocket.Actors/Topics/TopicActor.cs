using Akka.Actor;
using Akka.Event;
using Rocket.Actors.Cluster;
using Rocket.Actors.Metadata;
using Rocket.Actors.Queues;

namespace Rocket.Actors.Topics;

/// <summary>
/// Starts the queues of one topic, starts a crashed one again, and tells the broker when all of them take messages.
/// </summary>
public sealed class TopicActor(NodeContext node) : EntityActor, IWithTimers
{
    private static readonly TimeSpan RestartDelay = TimeSpan.FromSeconds(1);

    private readonly ILoggingAdapter _logger = Context.GetLogger();
    private readonly Dictionary<int, QueueHandle?> _queues = [];
    private TopicProtocol.StartTopic _start = null!;
    private IActorRef _broker = ActorRefs.Nobody;

    public ITimerScheduler Timers { get; set; } = null!;

    private int QueueCount => Math.Max(_start.Config.ReadQueueNums, _start.Config.WriteQueueNums);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case TopicProtocol.StartTopic start:
                Start(start);
                break;
            case MetadataProtocol.OrdinalsFound found:
                node.Region.Tell(new ShardProtocol.BrokerEnvelope(
                    _start.Broker,
                    ShardProtocol.QueueEntity(found.Queue),
                    new QueueProtocol.StartQueue(_start.Broker, found.Queue, _start.Epoch, new QueueOrdinals(found.Ordinals), _start.Metadata)));
                break;
            case QueueProtocol.QueueReady ready:
                Context.Watch(ready.Handle.Actor);
                Ready(ready.Handle.Id.Number, ready.Handle);
                break;
            case QueueProtocol.QueueDamaged damaged:
                Ready(damaged.Id.Number, null);
                break;
            case Terminated terminated:
                Lost(terminated.ActorRef);
                break;
            case RestartQueue restart:
                AskOrdinals(restart.Number);
                break;
            case ShardProtocol.StopEntity:
                Become(Stopping);
                StopQueues();
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Stopping(object message)
    {
        if (message is Terminated terminated)
        {
            Forget(terminated.ActorRef);
            StopIfEmpty();
        }
    }

    private void Start(TopicProtocol.StartTopic start)
    {
        _start = start;
        _broker = Sender;
        for (var number = 0; number < QueueCount; number++)
        {
            if (!_queues.ContainsKey(number))
            {
                AskOrdinals(number);
            }
        }

        AnnounceIfReady();
    }

    private void AskOrdinals(int number) => _start.Metadata.Tell(new MetadataProtocol.QueryOrdinals(new QueueId(_start.Config.Topic, number)));

    private void Ready(int number, QueueHandle? handle)
    {
        _queues[number] = handle;
        AnnounceIfReady();
    }

    private void AnnounceIfReady()
    {
        if (_queues.Count < QueueCount)
        {
            return;
        }

        var queues = new QueueHandle?[QueueCount];
        for (var number = 0; number < queues.Length; number++)
        {
            queues[number] = _queues[number];
        }

        _broker.Tell(new TopicProtocol.TopicReady(new TopicHandle(_start.Config, queues), Self));
    }

    private void Lost(IActorRef queue)
    {
        if (Forget(queue) is { } number)
        {
            _logger.Error("Queue {0}@{1} stopped unexpectedly; it is recovered in {2} s.", _start.Config.Topic, number, RestartDelay.TotalSeconds);
            Timers.StartSingleTimer(number, new RestartQueue(number), RestartDelay);
        }
    }

    private int? Forget(IActorRef queue)
    {
        foreach (var (number, handle) in _queues)
        {
            if (Equals(handle?.Actor, queue))
            {
                _queues.Remove(number);
                return number;
            }
        }

        return null;
    }

    private void StopQueues()
    {
        foreach (var (number, handle) in _queues)
        {
            if (handle is null)
            {
                _queues.Remove(number);
            }
            else
            {
                handle.Actor.Tell(ShardProtocol.StopEntity.Instance);
            }
        }

        StopIfEmpty();
    }

    private void StopIfEmpty()
    {
        if (_queues.Count == 0)
        {
            Context.Stop(Self);
        }
    }

    private sealed record RestartQueue(int Number) : INoSerializationVerificationNeeded;
}
