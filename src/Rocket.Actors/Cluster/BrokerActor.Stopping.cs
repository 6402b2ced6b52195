using Akka.Actor;
using Akka.Event;
using Rocket.Actors.Metadata;
using Rocket.Actors.Storage;

namespace Rocket.Actors.Cluster;

/// <summary>
/// An orderly stop: groups write their last offsets, queues flush and mark a clean stop, then the metadata close. The gateway has drained before,
/// so that nobody waits for an answer.
/// </summary>
public sealed partial class BrokerActor
{
    private readonly HashSet<IActorRef> _stopping = [];
    private bool _handedOff;

    private void StopEverything(IActorRef asker)
    {
        _stopAsker = asker;
        _handedOff = asker.IsNobody();
        Become(Stopping);
        StopRetention();
        _metadata.Tell(MetadataProtocol.WaitNoLonger.Instance);
        foreach (var actor in _groups.Actors.Concat(_topics.Actors))
        {
            _stopping.Add(actor);
            actor.Tell(ShardProtocol.StopEntity.Instance);
        }

        StopMetadataIfAlone();
    }

    private void Stopping(object message)
    {
        switch (message)
        {
            case Terminated stopped when stopped.ActorRef.Equals(_metadata):
                Close();
                break;
            case Terminated stopped:
                _stopping.Remove(stopped.ActorRef);
                StopMetadataIfAlone();
                break;
            case ShardProtocol.StopEntity:
                _handedOff = true;
                break;
        }
    }

    private void StopMetadataIfAlone()
    {
        if (_stopping.Count == 0)
        {
            _metadata.Tell(MetadataProtocol.StopMetadata.Instance);
        }
    }

    private void Close()
    {
        MarkCleanStop();
        CloseMetadataLog();
        _broker.Directory.Resign();
        Become(Stopped);
        _stopAsker.Tell(new BrokerProtocol.BrokerStopped(Name));
        if (_handedOff)
        {
            Context.Stop(Self);
        }
    }

    private void MarkCleanStop()
    {
        if (_metadataLog is not { Poisoned: null } log)
        {
            return;
        }

        try
        {
            log.Flush();
            log.Checkpoint(cleanStop: true);
        }
        catch (LogPoisonedException failure)
        {
            // A full disk must not keep a node from stopping; the next start reads the log's end as after a crash.
            _logger.Error("Broker {0} stops without having noted so: {1}", Name, failure.Message);
        }
    }

    /// <summary>Stays, so that nothing starts the broker here again before the node has left.</summary>
    private void Stopped(object message)
    {
        if (message is ShardProtocol.StopEntity)
        {
            Context.Stop(Self);
        }
        else if (message is BrokerProtocol.StopBroker)
        {
            Sender.Tell(new BrokerProtocol.BrokerStopped(Name));
        }
    }
}
