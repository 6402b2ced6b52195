using Akka.Actor;
using Akka.Event;
using Rocket.Actors.Cluster;
using Rocket.Actors.Metadata;
using Rocket.Actors.Queues;

namespace Rocket.Actors.Topics;

/// <summary>
/// Starts the queues of one topic, starts a crashed one again, and tells the broker when all of them take messages. Belongs to one incarnation of the broker:
/// when that one's metadata end, so does the topic with its queues, and the next incarnation starts it anew.
/// </summary>
public sealed class TopicActor(NodeContext node) : EntityActor, IWithTimers
{
    private static readonly TimeSpan RestartDelay = TimeSpan.FromSeconds(1);

    /// <summary>A queue whose log could not be opened is not served meanwhile; the topic's others are.</summary>
    private static readonly TimeSpan OpenAgainDelay = TimeSpan.FromSeconds(10);

    /// <summary>A start that met the queue's last incarnation on its way out was lost: it is told again.</summary>
    private static readonly TimeSpan StartRetry = TimeSpan.FromSeconds(2);

    private readonly ILoggingAdapter _logger = Context.GetLogger();
    private readonly TopicQueues _queues = new();
    private TopicProtocol.StartTopic? _start;
    private IActorRef _broker = ActorRefs.Nobody;

    public ITimerScheduler Timers { get; set; } = null!;

    private int QueueCount => Math.Max(_start!.Config.ReadQueueNums, _start.Config.WriteQueueNums);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case TopicProtocol.StartTopic start:
                Start(start);
                break;
            case MetadataProtocol.OrdinalsFound found:
                TellQueue(
                    found.Queue,
                    new QueueProtocol.StartQueue(_start!.Broker, found.Queue, _start.Epoch, new QueueOrdinals(found.Ordinals), _start.Metadata, _start.Copies));
                break;
            case QueueProtocol.QueueReady ready:
                Ready(ready.Handle);
                break;
            case QueueProtocol.QueueDamaged damaged:
                _queues.NotServed(damaged.Id.Number);
                AnnounceIfReady();
                break;
            case QueueProtocol.QueueNotOpened unopened:
                _queues.NotServed(unopened.Id.Number);
                Timers.StartSingleTimer(unopened.Id.Number, new RestartQueue(unopened.Id.Number, WasLost: false), OpenAgainDelay);
                AnnounceIfReady();
                break;
            case Terminated ended when ended.ActorRef.Equals(_start?.Metadata):
                Stop();
                break;
            case Terminated ended:
                Lost(ended.ActorRef);
                break;
            case RestartQueue restart:
                if (restart.WasLost)
                {
                    _logger.Error("Queue {0}@{1} stopped unexpectedly; it is recovered now.", _start!.Config.Topic, restart.Number);
                }

                AskOrdinals(restart.Number);
                break;
            case StartAgain:
                StartMissing();
                break;
            case ShardProtocol.StopEntity:
                Stop();
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Start(TopicProtocol.StartTopic start)
    {
        if (_start is not null && !_start.Metadata.Equals(start.Metadata))
        {
            Stop();
            return;
        }

        if (_start is null)
        {
            Context.Watch(start.Metadata);
        }

        _start = start;
        _broker = Sender;
        StartMissing();
        AnnounceIfReady();
    }

    private void StartMissing()
    {
        var isMissing = false;
        for (var number = 0; number < QueueCount; number++)
        {
            if (!_queues.Contains(number))
            {
                isMissing = true;
                AskOrdinals(number);
            }
        }

        if (isMissing)
        {
            Timers.StartSingleTimer(nameof(StartAgain), StartAgain.Instance, StartRetry);
        }
    }

    private void AskOrdinals(int number) => _start!.Metadata.Tell(new MetadataProtocol.QueryOrdinals(new QueueId(_start.Config.Topic, number)));

    private void Ready(QueueHandle handle)
    {
        if (_queues.Ready(handle))
        {
            Context.Watch(handle.Actor);
            AnnounceIfReady();
        }
    }

    private void AnnounceIfReady()
    {
        if (_queues.TryList(QueueCount, out var queues))
        {
            _broker.Tell(new TopicProtocol.TopicReady(new TopicHandle(_start!.Config, queues), Self));
        }
    }

    private void Lost(IActorRef queue)
    {
        if (_queues.Forget(queue) is { } number)
        {
            // Said when it is started again: where the whole node leaves its cluster, this actor ends before that.
            Timers.StartSingleTimer(number, new RestartQueue(number, WasLost: true), RestartDelay);
            Timers.StartSingleTimer(nameof(StartAgain), StartAgain.Instance, RestartDelay + StartRetry);
        }
    }

    private void Stop()
    {
        Become(Stopping);
        Timers.CancelAll();
        for (var number = 0; _start is not null && number < QueueCount; number++)
        {
            if (!_queues.Contains(number))
            {
                // It may be on its way: the order to stop comes behind the one to start.
                TellQueue(new QueueId(_start.Config.Topic, number), ShardProtocol.StopEntity.Instance);
            }
        }

        StopQueues();
        StopIfEmpty();
    }

    private void Stopping(object message)
    {
        if (message is Terminated ended)
        {
            _queues.Forget(ended.ActorRef);
            StopIfEmpty();
        }
    }

    private void StopQueues()
    {
        foreach (var handle in _queues.Running)
        {
            handle.Actor.Tell(ShardProtocol.StopEntity.Instance);
        }
    }

    private void StopIfEmpty()
    {
        if (!_queues.Running.Any())
        {
            Context.Stop(Self);
        }
    }

    private void TellQueue(QueueId queue, object message) =>
        node.Region.Tell(new ShardProtocol.BrokerEnvelope(_start!.Broker, ShardProtocol.QueueEntity(queue), message));

    /// <summary>After a crash nobody else knows the queues.</summary>
    protected override void PostStop() => StopQueues();

    private sealed record RestartQueue(int Number, bool WasLost) : INoSerializationVerificationNeeded;

    private sealed class StartAgain : INoSerializationVerificationNeeded
    {
        public static readonly StartAgain Instance = new();
    }
}
