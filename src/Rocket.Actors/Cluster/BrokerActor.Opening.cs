using Akka.Actor;
using Akka.Event;
using Rocket.Actors.Metadata;
using Rocket.Actors.Metadata.Journal;
using Rocket.Actors.Placement;

namespace Rocket.Actors.Cluster;

/// <summary>The way to the broker's metadata: its log, an epoch, recovery; and where that ends when they are damaged.</summary>
public sealed partial class BrokerActor
{
    private static readonly TimeSpan AcquireRetry = TimeSpan.FromSeconds(1);

    /// <summary>The PlacementActor answers within its round timeout of 3 s, unless it was restarted and forgot the question.</summary>
    private static readonly TimeSpan PlacementPatience = TimeSpan.FromSeconds(10);

    private void Unplaced(object message)
    {
        switch (message)
        {
            case ShardProtocol.EnsureBroker ensure:
                _broker = _node.Broker(ensure.Broker);
                Open();
                break;
            case ShardProtocol.StopEntity:
                Context.Stop(Self);
                break;
            default:
                Stash.Stash();
                break;
        }
    }

    private void Open()
    {
        try
        {
            _metadataLog = _broker.OpenMetadataLog(line => _logger.Info("Metadata of {0}: {1}", Name, line));
        }
        catch (Exception damage) when (MetadataDamage.Is(damage))
        {
            BecomeDamaged(damage);
            return;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Too many open files, no permission: the next EnsureBroker, within a second, tries again.
            _logger.Error("The metadata log of {0} cannot be opened: {1}", Name, failure.Message);
            return;
        }

        Become(Acquiring);
        ReadPlacement();
        Stash.UnstashAll();
    }

    private void ReadPlacement()
    {
        _node.PlacementActor.Tell(new PlacementProtocol.Read(Name));
        AcquireAgainIn(PlacementPatience);
    }

    private void AcquireAgainIn(TimeSpan delay) => Timers.StartSingleTimer(nameof(AcquireAgain), AcquireAgain.Instance, delay);

    private void Acquiring(object message)
    {
        switch (message)
        {
            case PlacementProtocol.Current current:
                _node.PlacementActor.Tell(new PlacementProtocol.Acquire(Name, current.Placement, new Epoch(_metadataLog!.LastEpoch)));
                AcquireAgainIn(PlacementPatience);
                break;
            case PlacementProtocol.Acquired acquired:
                Timers.Cancel(nameof(AcquireAgain));
                _epoch = acquired.Placement.Epoch;
                Recover();
                break;
            case PlacementProtocol.Conflict or PlacementProtocol.Unknown:
                AcquireAgainIn(AcquireRetry);
                break;
            case PlacementProtocol.Refused refused:
                _logger.Warning("Broker {0} is not led here: {1}", Name, refused.Reason);
                _node.PlacementActor.Tell(new PlacementProtocol.Misplaced(Name));
                AcquireAgainIn(AcquireRetry);
                break;
            case AcquireAgain:
                ReadPlacement();
                break;
            case BrokerProtocol.StopBroker:
                Timers.CancelAll();
                CloseMetadataLog();
                Become(Stopped);
                Sender.Tell(new BrokerProtocol.BrokerStopped(Name));
                break;
            case ShardProtocol.EnsureBroker:
                break;
            case ShardProtocol.StopEntity:
                Context.Stop(Self);
                break;
            default:
                Stash.Stash();
                break;
        }
    }

    private void Recover()
    {
        var flushes = _broker.Settings.FlushDiskType == FlushDiskType.SyncFlush;
        MetadataLog log;
        try
        {
            log = MetadataLogs.Get(Context.System).Open(Name, _epoch, _metadataLog!, flushes, _node.Time);
        }
        catch (Exception damage) when (MetadataDamage.Is(damage))
        {
            BecomeDamaged(damage);
            return;
        }

        _metadata = Context.Watch(Context.ActorOf(Props.Create(() => new MetadataActor(log)), "metadata"));
        if (!flushes)
        {
            Timers.StartPeriodicTimer(nameof(FlushMetadata), FlushMetadata.Instance, _broker.Settings.FlushInterval);
        }

        Become(Recovering);
        Stash.UnstashAll();
    }

    private void Recovering(object message)
    {
        switch (message)
        {
            case FlushMetadata:
                FlushMetadataIfWritten();
                break;
            case MetadataProtocol.Recovered recovered:
                StartEntities(recovered.Snapshot);
                break;
            case MetadataProtocol.NotRecovered failed when MetadataDamage.Is(failed.Reason):
                Context.Unwatch(_metadata);
                BecomeDamaged(failed.Reason);
                break;
            case MetadataProtocol.NotRecovered failed:
                _logger.Error(failed.Reason, "The metadata of broker {0} cannot be recovered this time.", Name);
                break;
            case Terminated lost when lost.ActorRef.Equals(_metadata):
                MetadataLost();
                break;
            case BrokerProtocol.StopBroker:
                StopEverything(Sender);
                break;
            case ShardProtocol.StopEntity:
                StopEverything(ActorRefs.Nobody);
                break;
            case ShardProtocol.EnsureBroker:
                break;
            default:
                Stash.Stash();
                break;
        }
    }

    private void BecomeDamaged(Exception damage)
    {
        _logger.Error("Broker {0} is not served, its metadata log cannot be used: {1}", Name, damage.Message);
        _node.Guardian.Tell(new BrokerProtocol.BrokerDamaged(Name, damage.Message));
        Timers.CancelAll();
        CloseMetadataLog();
        Become(Damaged);
        Stash.UnstashAll();
    }

    /// <summary>A person has to look; the node's other brokers run.</summary>
    private void Damaged(object message)
    {
        if (message is BrokerProtocol.StopBroker)
        {
            Sender.Tell(new BrokerProtocol.BrokerStopped(Name));
        }
        else if (message is ShardProtocol.StopEntity)
        {
            Context.Stop(Self);
        }
    }

    private sealed class AcquireAgain : INoSerializationVerificationNeeded
    {
        public static readonly AcquireAgain Instance = new();
    }
}
