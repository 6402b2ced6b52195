using Akka.Actor;
using Akka.Persistence;
using Rocket.Actors.Metadata;
using Rocket.Actors.Metadata.Journal;
using Rocket.Actors.Placement;

namespace Rocket.Actors.Tests.Metadata.Journal;

/// <summary>A persistent actor that keeps a broker's metadata: persists events, recovers from snapshots, deletes what a snapshot covers.</summary>
internal sealed class PersistentBroker : UntypedPersistentActor
{
    private MetadataState _state = new();
    private IActorRef _snapshotAsker = ActorRefs.Nobody;
    private int _recovered;

    public PersistentBroker(Epoch epoch)
    {
        PersistenceId = new MetadataPersistenceId("broker-a", epoch).ToString();
        JournalPluginId = "rocket.journal.broker-a";
        SnapshotPluginId = "rocket.snapshot-store.broker-a";
    }

    public override string PersistenceId { get; }

    protected override void OnCommand(object message)
    {
        var asker = Sender;
        switch (message)
        {
            case IMetadataEvent happened:
                Persist(happened, persisted => Done(asker, persisted));
                break;
            case IMetadataEvent[] happened:
                PersistAll(happened, persisted => Done(asker, persisted));
                break;
            case "snapshot":
                _snapshotAsker = asker;
                SaveSnapshot(_state.ToSnapshot());
                break;
            case SaveSnapshotSuccess saved:
                DeleteMessages(saved.Metadata.SequenceNr);
                DeleteSnapshots(new SnapshotSelectionCriteria(saved.Metadata.SequenceNr - 1));
                break;
            case DeleteSnapshotsSuccess:
                _snapshotAsker.Tell("compacted");
                break;
            case "state":
                asker.Tell(_state);
                break;
            case "recovered":
                asker.Tell(_recovered);
                break;
            case "crash":
                throw new InvalidOperationException("crashed on demand");
        }
    }

    protected override void OnRecover(object message)
    {
        switch (message)
        {
            case SnapshotOffer { Snapshot: MetadataSnapshot snapshot }:
                _state = new MetadataState(snapshot);
                break;
            case IMetadataEvent happened:
                _state.Apply(happened);
                _recovered++;
                break;
        }
    }

    private void Done(IActorRef asker, IMetadataEvent persisted)
    {
        _state.Apply(persisted);
        asker.Tell(persisted);
    }
}
