using System.Buffers;
using System.Text;
using Rocket.Actors.Forming;
using Rocket.Actors.Groups;
using Rocket.Actors.Metadata;
using Rocket.Actors.Metadata.Journal;
using Rocket.Actors.Placement;
using Rocket.Actors.Queues;
using Rocket.Actors.Replication;
using Rocket.Actors.Storage;
using Rocket.Actors.Topics;
using Rocket.Protocol.Messages;

namespace Rocket.Actors.Tests.Golden;

/// <summary>
/// Writes the data folder <c>tests/golden/VERSION/files</c>: what a node writes only now and then or after a long time, in small files, and byte by byte the
/// same each time. What is in it stands in the constants here, for those who read it.
/// </summary>
internal static class GoldenFiles
{
    public const string Broker = "broker-a";
    public const string Topic = "Orders";
    public const string Group = "readers";
    public const int Messages = 14;
    public const int FirstOfSecondEpoch = 8;
    public const long FirstTimestamp = 1_750_000_000_000;
    public const int TornBytes = 7;

    public static readonly Guid BootId = new("00112233-4455-6677-8899-aabbccddeeff");
    public static readonly Epoch FirstEpoch = new(0x100);
    public static readonly Epoch SecondEpoch = new(0x200);
    public static readonly LogOptions Options = new(SegmentSize: 1024) { BootId = BootId };
    public static readonly TopicConfig Config = new(Topic, 8, 4, 6, 1, Order: true);
    public static readonly SubscriptionGroupConfig GroupConfig = new(Group, true, false, true, 2, 3, 4, 5, false);

    public static readonly BrokerPlacement Placement = new(SecondEpoch, 7, "node1", BrokerPlacement.Nodes("node1", "node2"), "node2");
    public static readonly AcceptorState Agreed = new(new Ballot(0x302), new Ballot(0x200), Placement);
    public static readonly AcceptorState OnlyPromised = new(new Ballot(0x101), Ballot.None, null);

    public static readonly DegradedReign Degraded = new(SecondEpoch, BrokerPlacement.Nodes("node2", "node3"));
    internal static readonly PowerMark Power = new(BootId, CopyUse.WrittenBehind);

    public static void Write(string folder)
    {
        File.WriteAllText(Path.Combine(folder, "format"), "rocket-data 1 node1\n");
        File.WriteAllBytes(Path.Combine(folder, "node.lock"), []);
        var root = new FileDirectory(folder, 16);
        WritePlacement(root.Directory("placement"));
        var broker = root.Directory("brokers").Directory(Broker);
        WriteMetadata(broker.Directory("metadata"));
        WriteQueue(broker.Directory("queues").Directory($"{Topic}@0"));
        FenceFile.Write(broker, Broker, SecondEpoch);
        DegradedFile.Write(broker, Degraded);
        PowerFile.Write(broker, Power);
    }

    public static string BodyOf(long offset) => offset == 3 ? "" : $"body {offset} äöü";

    public static string TagOf(long offset) => $"tag-{offset % 3}";

    public static string UniqueKeyOf(long offset) => $"7F000001000000000000000000{offset:D6}";

    public static MetadataLog OpenMetadata(RecordLog log, Epoch epoch) => new MetadataLogs().Open(Broker, epoch, MetadataCopies.None(log, flushes: true), new FixedTime());

    public static RecordLog OpenMetadataLog(IStorageDirectory folder, Action<string>? report = null) =>
        RecordLog.Open(folder, "metadata", Options, new MetadataRecordIndexer(), TimeProvider.System, report);

    public static RecordLog OpenQueueLog(IStorageDirectory folder, Action<string>? report = null) =>
        RecordLog.Open(folder, $"{Topic}@0", Options, MessageRecordIndexer.Instance, TimeProvider.System, report);

    private static void WritePlacement(IStorageDirectory folder)
    {
        PlacementStore.Open(folder, () => 0x11);
        var store = PlacementStore.Open(folder, () => 0x22);
        store.Write(Broker, Agreed);
        store.Write("broker-b", OnlyPromised);
        store.WriteRecord(store.Record with { Votes = true, Others = store.Record.Others.Add("node2", new VoterMemory(new VoterStart(5, 0x33), 6, EverVoted: true)) });
        new FormationStore(folder).Write(new FormationRecord(new Ballot(0x401), new FormationGrant("node2", 0x33, new Ballot(0x401))));
    }

    /// <summary>Every kind of record and of event; the first segments are dropped, since a snapshot stands for them.</summary>
    private static void WriteMetadata(IStorageDirectory folder)
    {
        var state = new MetadataState();
        using (var log = OpenMetadataLog(folder))
        {
            var metadata = OpenMetadata(log, FirstEpoch);
            IMetadataEvent[] events =
            [
                new MetadataEvents.TopicChanged(Config), new MetadataEvents.TopicChanged(new TopicConfig("Deleted", 1, 1, 6, 0, false)),
                new MetadataEvents.GroupChanged(GroupConfig), new MetadataEvents.GroupChanged(new SubscriptionGroupConfig("gone")),
                new MetadataEvents.OrdinalAssigned(Topic, 0, 0, 0), new MetadataEvents.OrdinalAssigned("Deleted", 0, 1, 0),
                new MetadataEvents.OffsetsCommitted([new(Group, Topic, 0, 3), new(Group, Topic, 7, 9007199254740993), new("gone", Topic, 0, 1)]),
                new MetadataEvents.LockGranted(Group, Topic, 0, "client-1", FirstTimestamp), new MetadataEvents.TopicDeleted("Deleted"),
            ];
            AppendEach(metadata, state, 1, events);
            Snapshot(metadata, state, 5);
            Snapshot(metadata, state, events.Length);
            metadata.DeleteEvents(Broker, events.Length);
            metadata.DeleteSnapshots(Broker, new SnapshotBounds(0, events.Length - 1, 0, long.MaxValue));
            log.Checkpoint(cleanStop: true);
        }

        using (var log = OpenMetadataLog(folder))
        {
            IMetadataEvent[] events =
            [
                new MetadataEvents.OrdinalAssigned(Topic, 1, 2, 0), new MetadataEvents.OrdinalAssigned(Topic, 0, 3, 1L << 40),
                new MetadataEvents.GroupDeleted("gone", RemoveOffsets: true), new MetadataEvents.LockGranted(Group, Topic, 1, "client-2", FirstTimestamp + 60_000),
                new MetadataEvents.LockReleased(Group, Topic, 0, "client-1"), new MetadataEvents.OffsetsCommitted([new(Group, Topic, 0, 5)]),
            ];
            AppendEach(OpenMetadata(log, SecondEpoch), state, 10, events);
            log.Checkpoint(cleanStop: true);
        }
    }

    private static void AppendEach(MetadataLog metadata, MetadataState state, long first, IReadOnlyList<IMetadataEvent> events)
    {
        foreach (var (number, happened) in events.Index())
        {
            state.Apply(happened);
            metadata.Append([new EventsRecord(Broker, "writer", [new StoredEvent(first + number, "", Stored(happened))])]);
        }
    }

    private static void Snapshot(MetadataLog metadata, MetadataState state, long sequenceNr) =>
        metadata.Append([new SnapshotRecord(Broker, sequenceNr, DateTime.UnixEpoch.Ticks + sequenceNr, Stored(state.ToSnapshot()))]);

    private static StoredPayload Stored(object metadata) =>
        new(MetadataEventSerializer.StoredIdentifier, MetadataPayload.ManifestOf(metadata), MetadataPayload.Write(metadata));

    /// <summary>Several segments with sorted keys, two epochs, a checkpoint, whole records behind it, and a torn one.</summary>
    private static void WriteQueue(IStorageDirectory folder)
    {
        using (var log = OpenQueueLog(folder))
        {
            for (var offset = 0; offset < Messages; offset++)
            {
                Append(log, offset, offset < FirstOfSecondEpoch ? FirstEpoch : SecondEpoch);
                if (offset == 11)
                {
                    log.Checkpoint();
                }
            }
        }

        var last = Directory.GetFiles(folder.Path, "*.log").Order(StringComparer.Ordinal).Last();
        using var torn = new FileStream(last, FileMode.Append);
        torn.Write([0, 0, 0, 200, 1, 2, 3]);
    }

    private static void Append(RecordLog log, long offset, Epoch epoch)
    {
        var keys = new List<KeyValuePair<string, string>> { new("TAGS", TagOf(offset)), new("KEYS", $"key-{offset} even-{offset % 2}"), new("UNIQ_KEY", UniqueKeyOf(offset)) };
        var fields = new MessageFields
        {
            QueueId = 0,
            Flag = 7,
            BornTimestamp = FirstTimestamp + offset - 1,
            BornHost = [127, 0, 0, 1],
            BornPort = 40_000,
            StoreHost = [10, 0, 0, 5],
            StorePort = 10_911,
            Body = new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(BodyOf(offset))),
            Topic = Encoding.UTF8.GetBytes(Topic),
            Properties = MessageProperties.Encode(keys),
        };
        using var batch = new LogBatch();
        batch.Begin(log, epoch.Value);
        var record = batch.Add(MessageWriter.SizeOf(fields));
        MessageWriter.Write(record, fields);
        MessageWriter.Stamp(record, offset, PhysicalOffset.Of(0, batch.LastPosition), FirstTimestamp + offset);
        var description = default(RecordDescription);
        MessageRecordIndexer.Instance.TryDescribe(record, offset, ref description);
        batch.Seal(description.TagHash, description.StoreTimestamp, description.KeyHashes);
        log.Append(batch);
    }

    /// <summary>Now is always the same moment.</summary>
    private sealed class FixedTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(FirstTimestamp);
    }
}
