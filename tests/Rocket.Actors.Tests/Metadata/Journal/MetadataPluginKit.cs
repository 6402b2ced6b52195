using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Rocket.Actors.Metadata.Journal;
using Rocket.Actors.Placement;
using Rocket.Actors.Storage;

namespace Rocket.Actors.Tests.Metadata.Journal;

/// <summary>An actor system with the two plugins of broker-a over a real log in a temporary folder, open in an epoch.</summary>
public abstract class MetadataPluginKit : TestKit
{
    protected const string JournalId = "rocket.journal.broker-a";
    protected const string SnapshotStoreId = "rocket.snapshot-store.broker-a";
    protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly string _path = Directory.CreateTempSubdirectory("rocket-metadata-").FullName;
    private readonly LogOptions _options;
    private readonly bool _flush;

    protected MetadataPluginKit(long segmentSize = 1024 * 1024, int maxRecordSize = 1024 * 1024, bool flush = true)
        : base(Settings)
    {
        _flush = flush;
        _options = new LogOptions(segmentSize, maxRecordSize, CheckpointEvery: 16 * 1024);
        Open(Epoch.None.Next(0));
    }

    public static Config Settings => ConfigurationFactory.ParseString(
        """
        rocket.metadata-dispatcher {
          type = ForkJoinDispatcher
          throughput = 10
          dedicated-thread-pool.thread-count = 2
        }
        rocket.journal.broker-a {
          class = "Rocket.Actors.Metadata.Journal.MetadataJournal, Rocket.Actors"
          broker = broker-a
          plugin-dispatcher = rocket.metadata-dispatcher
        }
        rocket.snapshot-store.broker-a {
          class = "Rocket.Actors.Metadata.Journal.MetadataSnapshotStore, Rocket.Actors"
          broker = broker-a
          plugin-dispatcher = rocket.metadata-dispatcher
        }
        rocket.snapshot.broker-a = ${rocket.snapshot-store.broker-a}
        akka.persistence.publish-plugin-commands = on
        akka.actor {
          serializers.rocket-metadata = "Rocket.Actors.Metadata.MetadataEventSerializer, Rocket.Actors"
          serialization-bindings {
            "Rocket.Actors.Metadata.IMetadataEvent, Rocket.Actors" = rocket-metadata
            "Rocket.Actors.Metadata.MetadataSnapshot, Rocket.Actors" = rocket-metadata
          }
        }
        """);

    protected Epoch Epoch { get; private set; }

    protected RecordLog Records { get; private set; } = null!;

    protected MetadataLog OpenLog { get; private set; } = null!;

    protected List<string> Report { get; } = [];

    protected MetadataLogs Logs => MetadataLogs.Get(Sys);

    protected IActorRef Journal => Persistence.Instance.Apply(Sys).JournalFor(JournalId);

    protected IActorRef SnapshotStore => Persistence.Instance.Apply(Sys).SnapshotStoreFor(SnapshotStoreId);

    protected string[] SegmentFiles => Directory.GetFiles(_path, "*.log").Order(StringComparer.Ordinal).ToArray();

    /// <summary>The persistence id of a name in the epoch that is open.</summary>
    protected string IdOf(string name) => new MetadataPersistenceId(name, Epoch).ToString();

    /// <summary>The next master on the same files, after the process was killed: nothing was closed in order.</summary>
    protected void ReopenAfterKill(Action? meanwhile = null)
    {
        Logs.Close("broker-a", Epoch);
        Records.Dispose();
        meanwhile?.Invoke();
        Open(Epoch.Next(0));
    }

    protected override void AfterAll()
    {
        base.AfterAll();
        Records.Dispose();
        Directory.Delete(_path, recursive: true);
    }

    protected void Open(Epoch epoch)
    {
        Records = RecordLog.Open(new FileDirectory(_path, 64), "broker-a metadata", _options, new MetadataRecordIndexer(), TimeProvider.System, Report.Add);
        Epoch = epoch;
        OpenLog = Logs.Open("broker-a", epoch, MetadataCopies.None(Records, _flush), TimeProvider.System);
    }

    /// <summary>Writes "NAME-1", "NAME-2" … each as an atomic write of its own, so many to a request, and waits for the answers.</summary>
    protected void Write(string name, long from, long to, int perRequest = 20)
    {
        for (var first = from; first <= to; first += perRequest)
        {
            var numbers = Numbers(first, Math.Min(to, first + perRequest - 1)).ToArray();
            var probe = CreateTestProbe();
            Journal.Tell(new WriteMessages([.. numbers.Select(number => new AtomicWrite(EventOf(name, number)))], probe, 1));
            probe.ExpectMsg<WriteMessagesSuccessful>(Patience);
            foreach (var number in numbers)
            {
                Xunit.Assert.Equal(number, probe.ExpectMsg<WriteMessageSuccess>(Patience).Persistent.SequenceNr);
            }
        }
    }

    protected Persistent EventOf(string name, long number) =>
        new($"{name}-{number}", number, IdOf(name), string.Empty, false, ActorRefs.NoSender, "writer");

    /// <summary>Replays; the events come with what Akka is told about them, then the highest sequence number.</summary>
    protected (IReadOnlyList<IPersistentRepresentation> Events, long Highest) Replay(string name, long from = 1, long to = long.MaxValue, long max = long.MaxValue)
    {
        var probe = CreateTestProbe();
        Journal.Tell(new ReplayMessages(from, to, max, IdOf(name), probe));
        List<IPersistentRepresentation> events = [];
        while (true)
        {
            switch (probe.ReceiveOne(Patience))
            {
                case ReplayedMessage replayed:
                    events.Add(replayed.Persistent);
                    break;
                case RecoverySuccess success:
                    return (events, success.HighestSequenceNr);
                case var other:
                    throw new InvalidOperationException($"Replay answered {other}");
            }
        }
    }

    protected IEnumerable<long> NumbersOf(string name, long from = 1, long to = long.MaxValue, long max = long.MaxValue) =>
        Replay(name, from, to, max).Events.Select(replayed => replayed.SequenceNr);

    protected void DeleteEvents(string name, long to)
    {
        var probe = CreateTestProbe();
        Journal.Tell(new DeleteMessagesTo(IdOf(name), to, probe));
        Xunit.Assert.Equal(to, probe.ExpectMsg<DeleteMessagesSuccess>(Patience).ToSequenceNr);
    }

    protected SnapshotMetadata SaveSnapshot(string name, long number, object snapshot, DateTime? madeAt = null)
    {
        var probe = CreateTestProbe();
        SnapshotStore.Tell(new SaveSnapshot(new SnapshotMetadata(IdOf(name), number, madeAt ?? DateTime.UtcNow), snapshot), probe);
        return probe.ExpectMsg<SaveSnapshotSuccess>(Patience).Metadata;
    }

    protected SelectedSnapshot? LoadSnapshot(string name, SnapshotSelectionCriteria? criteria = null, long to = long.MaxValue)
    {
        var probe = CreateTestProbe();
        SnapshotStore.Tell(new LoadSnapshot(IdOf(name), criteria ?? SnapshotSelectionCriteria.Latest, to), probe);
        return probe.ExpectMsg<LoadSnapshotResult>(Patience).Snapshot;
    }

    protected void DeleteSnapshot(SnapshotMetadata metadata)
    {
        var probe = CreateTestProbe();
        SnapshotStore.Tell(new DeleteSnapshot(metadata), probe);
        probe.ExpectMsg<DeleteSnapshotSuccess>(Patience);
    }

    protected void DeleteSnapshots(string name, SnapshotSelectionCriteria criteria)
    {
        var probe = CreateTestProbe();
        SnapshotStore.Tell(new DeleteSnapshots(IdOf(name), criteria), probe);
        probe.ExpectMsg<DeleteSnapshotsSuccess>(Patience);
    }

    protected static IEnumerable<long> Numbers(long from, long to)
    {
        for (var number = from; number <= to; number++)
        {
            yield return number;
        }
    }
}
