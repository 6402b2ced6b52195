using Akka.Actor;
using Akka.Event;
using Rocket.Actors.KeyValues;
using Rocket.Actors.Metadata;
using Rocket.Actors.Placement;
using Rocket.Actors.Replication;
using Rocket.Actors.Storage;
using Rocket.Protocol.Codes;

namespace Rocket.Actors.Cluster;

/// <summary>
/// An orderly stop: the door is closed, and whoever is inside is let through; deliverers write what they have begun to its end; groups write their last offsets, queues confirm what they took, flush and
/// mark a clean stop, then the metadata close. Where another node is in sync, what arrives meanwhile waits for it at the gateway; where none is, it is refused there.
/// </summary>
public sealed partial class BrokerActor
{
    private static readonly TimeSpan DoorInterval = TimeSpan.FromMilliseconds(1);

    /// <summary>Longer than any handler runs before it awaits something, by far.</summary>
    private static readonly TimeSpan DoorPatience = TimeSpan.FromSeconds(1);

    private readonly HashSet<IActorRef> _stopping = [];
    private readonly HashSet<IActorRef> _endedEarly = [];
    private long _doorClosed;
    private bool _handedOff;
    private bool _metadataEnded;

    private void StopEverything(IActorRef asker)
    {
        _stopAsker = asker;
        _handedOff = asker.IsNobody();
        _lastPlacement = _broker.Directory.Placement;
        StopRetention();
        if (!_isDeposed && _lastPlacement is { } last && HasSuccessor(last))
        {
            _broker.Directory.HandOver();
            _doorClosed = _node.Time.GetTimestamp();
            Become(Emptying);
            StopOnceEmpty();
        }
        else if (_isDeposed)
        {
            // What deliverers have begun cannot be confirmed here any more.
            StopActors();
        }
        else
        {
            StopDeliverers();
        }
    }

    /// <summary>The last requests that were let in are on their way to their actors; what is said to those from here on comes behind.</summary>
    private void StopOnceEmpty()
    {
        if (_broker.Directory.Door.IsQuiet || _node.Time.GetElapsedTime(_doorClosed) > DoorPatience)
        {
            StopDeliverers();
        }
        else
        {
            Timers.StartSingleTimer(nameof(DoorDue), DoorDue.Instance, DoorInterval);
        }
    }

    private void Emptying(object message)
    {
        switch (message)
        {
            case DoorDue:
                StopOnceEmpty();
                break;
            default:
                BeforeActorsStop(message);
                break;
        }
    }

    private void BeforeActorsStop(object message)
    {
        switch (message)
        {
            case Terminated lost when lost.ActorRef.Equals(_metadata):
                _metadataEnded = true;
                break;
            case Terminated lost:
                _endedEarly.Add(lost.ActorRef);
                break;
            default:
                WhileStopping(message);
                break;
        }
    }

    /// <summary>What they have begun is two writes, or one and a note: topics and queues stay until both are there, so that the next master has nothing to find out.</summary>
    private void StopDeliverers()
    {
        Become(Delivering);
        _metadata.Tell(MetadataProtocol.WaitNoLonger.Instance);
        _stopping.UnionWith(_deliverers.Where(actor => !_endedEarly.Contains(actor)));
        foreach (var deliverer in _stopping)
        {
            deliverer.Tell(ShardProtocol.StopEntity.Instance);
        }

        StopActorsOnceDelivered();
    }

    private void Delivering(object message)
    {
        if (message is Terminated ended && _stopping.Remove(ended.ActorRef))
        {
            _endedEarly.Add(ended.ActorRef);
            StopActorsOnceDelivered();
        }
        else
        {
            BeforeActorsStop(message);
        }
    }

    private void StopActorsOnceDelivered()
    {
        if (_stopping.Count > 0)
        {
            return;
        }

        if (_broker.Directory.IsHandedOver)
        {
            _broker.Directory.Resign();
        }

        StopActors();
    }

    private void WhileStopping(object message)
    {
        switch (message)
        {
            case BrokerProtocol.StopBroker:
                _stopAsker = Sender;
                break;
            case ShardProtocol.StopEntity:
                _handedOff = true;
                break;
            default:
                RefuseQuestion(message);
                break;
        }
    }

    /// <summary>The gateway holds it until there is another master.</summary>
    private void RefuseQuestion(object message)
    {
        if (message is BrokerProtocol.EnsureTopic or BrokerProtocol.ChangeTopic or BrokerProtocol.EnsureGroup or BrokerProtocol.ChangeGroup or BrokerProtocol.DeleteGroup)
        {
            Sender.Tell(new BrokerProtocol.Refused(ResponseCode.ServiceNotAvailable, $"{Name} is not led here any more"));
        }
        else if (message is KeyValuesProtocol.WriteOrdered order)
        {
            Sender.Tell(new KeyValuesProtocol.WriteSettled(order.Number, ResponseCode.ServiceNotAvailable, $"{Name} is not led here any more", null));
        }
    }

    private void StopActors()
    {
        Become(Stopping);
        _metadata.Tell(MetadataProtocol.WaitNoLonger.Instance);
        foreach (var actor in _groups.Actors.Concat(_topics.Actors).Concat(_deliverers).Where(actor => !_endedEarly.Contains(actor)))
        {
            _stopping.Add(actor);
            actor.Tell(ShardProtocol.StopEntity.Instance);
        }

        _endedEarly.Clear();
        StopThoseUnderWay();
        StopMetadataIfAlone();
    }

    /// <summary>They have not said who they are yet: the order to stop goes behind the one to start. Nobody uses them, so nobody waits for them.</summary>
    private void StopThoseUnderWay()
    {
        foreach (var topic in _topicStarts.UnderWay.Keys)
        {
            Entity(ShardProtocol.TopicEntity(topic), ShardProtocol.StopEntity.Instance);
        }

        foreach (var group in _groupStarts.UnderWay.Keys)
        {
            Entity(ShardProtocol.GroupEntity(group), ShardProtocol.StopEntity.Instance);
        }
    }

    private void Stopping(object message)
    {
        switch (message)
        {
            case Terminated stopped when stopped.ActorRef.Equals(_metadata):
                _metadataEnded = true;
                StopMetadataIfAlone();
                break;
            case Terminated stopped:
                _stopping.Remove(stopped.ActorRef);
                StopMetadataIfAlone();
                break;
            default:
                WhileStopping(message);
                break;
        }
    }

    /// <summary>Gives the folder back: this node may follow from now on.</summary>
    private void GiveBack()
    {
        StopCopies();
        _broker.Replica.Tell(ReplicaProtocol.GiveBack.Instance);
    }

    private void StopMetadataIfAlone()
    {
        if (_stopping.Count > 0)
        {
            return;
        }

        if (_metadataEnded)
        {
            Close();
        }
        else
        {
            _metadata.Tell(MetadataProtocol.StopMetadata.Instance);
        }
    }

    private void Close()
    {
        try
        {
            _metadataLog!.Checkpoint(cleanStop: true);
        }
        catch (LogPoisonedException failure)
        {
            _logger.Error("Broker {0} stops without a mark that it did so in order: {1}", Name, failure.Message);
        }

        Timers.CancelAll();
        CloseMetadataLog();
        _broker.Directory.Resign();
        GiveBack();
        if (_isDeposed || _lastPlacement is not { } last || !HasToResign(last))
        {
            Finish();
        }
        else
        {
            Become(Resigning);
            Resign(last);
        }
    }

    private void Finish()
    {
        Timers.CancelAll();
        _broker.Directory.HandedOver();
        Become(Stopped);

        // Whoever comes next finds out what has become of it; with an asker the node stops.
        var isOver = _handedOff || (_stopAsker.IsNobody() && (_isDeposed || !_hasResigned));
        _stopAsker.Tell(new BrokerProtocol.BrokerStopped(Name, _hasResigned));
        if (isOver)
        {
            // The next EnsureBroker starts it anew, here or where it belongs.
            Context.Stop(Self);
        }
        else if (_hasResigned)
        {
            _node.PlacementActor.Tell(new PlacementProtocol.Misplaced(Name));
        }
    }

    /// <summary>Stays, so that nothing starts the broker here again before the node has left.</summary>
    private void Stopped(object message)
    {
        switch (message)
        {
            case ShardProtocol.StopEntity:
                Context.Stop(Self);
                break;
            case BrokerProtocol.StopBroker:
                Sender.Tell(new BrokerProtocol.BrokerStopped(Name, _hasResigned));
                break;
            case ShardProtocol.EnsureBroker when _hasResigned:
                _node.PlacementActor.Tell(new PlacementProtocol.Misplaced(Name));
                break;
        }
    }

    private sealed class DoorDue : INoSerializationVerificationNeeded
    {
        public static readonly DoorDue Instance = new();
    }
}
