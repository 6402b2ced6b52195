using Akka.Actor;
using Akka.Persistence;
using Rocket.Actors.Metadata;
using Rocket.Actors.Metadata.Journal;
using Rocket.Actors.Placement;

namespace Rocket.Actors.Tests.Metadata.Journal;

/// <summary>A persistent actor that keeps a broker's metadata: persists events, recovers from snapshots, deletes what a snapshot covers.</summary>
internal sealed class PersistentBroker : UntypedPersistentActor
{
    private MetadataState state = new();
    private IActorRef snapshotAsker = ActorRefs.Nobody;
    private int recovered;

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
                snapshotAsker = asker;
                SaveSnapshot(state.ToSnapshot(0));
                break;
            case SaveSnapshotSuccess saved:
                DeleteMessages(saved.Metadata.SequenceNr);
                DeleteSnapshots(new SnapshotSelectionCriteria(saved.Metadata.SequenceNr - 1));
                break;
            case DeleteSnapshotsSuccess:
                snapshotAsker.Tell("compacted");
                break;
            case "state":
                asker.Tell(state);
                break;
            case "recovered":
                asker.Tell(recovered);
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
                state = new MetadataState(snapshot);
                break;
            case IMetadataEvent happened:
                state.Apply(happened);
                recovered++;
                break;
        }
    }

    private void Done(IActorRef asker, IMetadataEvent persisted)
    {
        state.Apply(persisted);
        asker.Tell(persisted);
    }
}
