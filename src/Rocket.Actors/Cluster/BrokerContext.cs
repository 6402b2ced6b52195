using Akka.Actor;
using Rocket.Actors.Metadata;
using Rocket.Actors.Metadata.Journal;
using Rocket.Actors.Placement;
using Rocket.Actors.Queues;
using Rocket.Actors.Replication;
using Rocket.Actors.Storage;
using Rocket.Protocol.Topics;

namespace Rocket.Actors.Cluster;

/// <summary>One broker as this node holds it: what it was told, where its files are, and what it publishes.</summary>
public sealed class BrokerContext
{
    /// <summary>Metadata events are small; their segments are too, so that compaction frees space soon.</summary>
    private const long MetadataSegmentSize = 8 << 20;

    /// <summary>A snapshot of a broker's metadata is one record.</summary>
    private const int GreatestMetadataRecord = 256 << 20;

    /// <summary>What a stored message has besides its body: fixed fields, topic, properties.</summary>
    private const int GreatestMessageOverhead = 64 << 10;

    /// <summary>Of any max-message-size: a message that waits may be larger than the present one.</summary>
    private const int GreatestMessage = 32 << 20;

    private readonly IStorageDirectory _data;
    private readonly LogOptions _metadataLogOptions;
    private readonly LogOptions _queueLogOptions;
    private readonly TimeProvider _time;
    private volatile IActorRef _replica = ActorRefs.Nobody;

    private volatile CopyDoubt? _doubt;

    /// <param name="settings">What this node was told of it.</param>
    /// <param name="data">The node's data folder.</param>
    /// <param name="time">Clock.</param>
    /// <param name="bootId">This run of the machine.</param>
    public BrokerContext(BrokerSettings settings, IStorageDirectory data, TimeProvider time, Guid bootId)
    {
        (Settings, BootId) = (settings, bootId);
        _metadataLogOptions = new LogOptions { SegmentSize = MetadataSegmentSize, MaxRecordSize = GreatestMetadataRecord, BootId = bootId };
        _data = data;
        _time = time;
        Directory = new BrokerDirectory(settings.Name, time);
        MetadataRefusals = new LineSpacing(time);
        CopiedMetadata = new CopiedMetadata(settings.Name, Copies);
        _queueLogOptions = new LogOptions { SegmentSize = settings.SegmentSize, MaxRecordSize = GreatestMessage + GreatestMessageOverhead, BootId = bootId };
    }

    public BrokerSettings Settings { get; }

    /// <summary>This run of the machine; all zero: unknown.</summary>
    public Guid BootId { get; }

    /// <summary>What the copy here may have lost; null: nothing. Written by the ReplicaActor, told to all nodes.</summary>
    public CopyDoubt? Doubt
    {
        get => _doubt;
        internal set => _doubt = value;
    }

    /// <summary>Before anything is told to other nodes: whether they must not take this copy for one that has everything. Its ReplicaActor looks closer.</summary>
    internal void ForeseeDoubt()
    {
        if (CopyTrust.MayBeDoubtful(Root, BootId))
        {
            Doubt = CopyDoubt.OfUnknownLength;
        }
    }

    /// <summary>What the gateway may read of this broker.</summary>
    public BrokerDirectory Directory { get; }

    /// <summary>The BrokerActor, from the moment sharding starts it here until it ends, whether it leads or not; nobody: there is none.</summary>
    public IActorRef Actor { get; internal set; } = ActorRefs.Nobody;

    /// <summary>How much more may be written before the disk is too full.</summary>
    public DiskRoom Room { get; } = new();

    /// <summary>When a metadata log that cannot be opened or read is worth another line; for all incarnations of the broker's actor together.</summary>
    public LineSpacing MetadataRefusals { get; }

    /// <summary>Which logs are open here: nobody opens one that somebody else writes.</summary>
    public LogLeases Leases { get; } = new();

    /// <summary>Which logs are not to be trusted, whatever their files say.</summary>
    public DistrustedLogs Distrusted { get; } = new();

    /// <summary>What may be read of the logs while another node leads the broker; written by its ReplicaActor.</summary>
    public CopyDirectory Copies { get; } = new();

    /// <summary>The broker's metadata as its copy here has them, for reads while another node leads the broker, or nobody does.</summary>
    public CopiedMetadata CopiedMetadata { get; }

    /// <summary>Whether the members of a group are notified when they change; where that is not known they are.</summary>
    public bool MayNotify(string group) =>
        Directory.TryGetGroup(group, out var led) ? led.Config.NotifyConsumerIdsChangedEnable
        : Directory.IsLeading || !CopiedMetadata.TryGetGroup(group, out var copied) || copied is null || copied.NotifyConsumerIdsChangedEnable;

    /// <summary>Owns the broker's folder on this node, and lends it to who leads the broker here (<see cref="ReplicaProtocol"/>); nobody before it has started.</summary>
    public IActorRef Replica
    {
        get => _replica;
        internal set => _replica = value;
    }

    /// <summary>The broker's own folder: <c>brokers/{broker}</c>.</summary>
    public IStorageDirectory Root => _data.Directory(DataFolders.Brokers).Directory(Settings.Name);

    /// <summary>Opens the metadata log: folder <c>brokers/{broker}/metadata</c>.</summary>
    /// <exception cref="LogInUseException">It is open already.</exception>
    public RecordLog OpenMetadataLog(Action<string> report) => Open(DataFolders.Metadata, MetadataPlace, report);

    /// <summary>Opens a queue's log: folder <c>brokers/{broker}/queues/{topic}@{queue}</c>.</summary>
    /// <exception cref="LogInUseException">It is open already.</exception>
    public RecordLog OpenQueueLog(QueueId queue, Action<string> report) => Open(queue.Folder, PlaceOf(queue), report);

    /// <summary>The broker's logs by their names, as copies know them: <c>metadata</c>, or the folder of a queue.</summary>
    /// <param name="report">Takes a line for people about whatever is cut or built anew.</param>
    public IBrokerLogs Logs(Action<string> report) => new BrokerLogs(this, report, _time);

    /// <summary>Where a log is and how it is kept; null: no log has this name.</summary>
    internal LogPlace? PlaceOf(string log) =>
        log == DataFolders.Metadata ? MetadataPlace
        : QueueId.TryParseFolder(log, out var queue) && TopicName.Validate(queue.Topic, out _) ? PlaceOf(queue)
        : null;

    internal RecordLog Open(string log, LogPlace place, Action<string> report) => Leases.Open(
        log, lease => RecordLog.Open(place.Directory, place.Name, place.Options, place.Indexer, _time, report, lease));

    private LogPlace MetadataPlace => new(Root.Directory(DataFolders.Metadata), DataFolders.MetadataLog, _metadataLogOptions, new MetadataRecordIndexer());

    private LogPlace PlaceOf(QueueId queue) => new(Queues.Directory(queue.Folder), queue.ToString(), _queueLogOptions, MessageRecordIndexer.Instance);

    /// <summary>Folders beside the queues' logs; not each of them needs be one.</summary>
    public IReadOnlyList<string> QueueFolders => Queues.ListDirectories();

    /// <summary>Where such a folder is, for messages to people.</summary>
    public string PathOfQueue(string folder) => Queues.Directory(folder).Path;

    /// <summary>The highest epoch in the logs of all queues; −1 without a record. Opens each of them: not on a start like others.</summary>
    public long HighestQueueEpoch()
    {
        var highest = -1L;
        foreach (var folder in QueueFolders)
        {
            if (QueueId.TryParseFolder(folder, out var queue))
            {
                highest = Math.Max(highest, EpochOf(queue));
            }
        }

        return highest;
    }

    /// <summary>How full the disk is that holds this broker's files; null: it cannot be full.</summary>
    /// <exception cref="IOException">The disk does not say.</exception>
    public DiskUse? MeasureDisk() => Root.MeasureDisk();

    /// <summary>
    /// Whether a change of the metadata finds room on the disk, whoever has filled it. Asked before each of them: one that fails costs the broker its
    /// journal, so it waits instead.
    /// </summary>
    public bool HasRoomForMetadata()
    {
        const long plenty = 1L << 30;
        const long enough = 256 << 10;
        try
        {
            return Room.FreeBytes >= plenty || MeasureDisk() is not { } use || use.FreeBytes >= enough;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The disk does not say; the write itself will.
            return true;
        }
    }

    private long EpochOf(QueueId queue)
    {
        try
        {
            using var log = OpenQueueLog(queue, static _ => { });
            return log.LastEpoch;
        }
        catch (Exception damage) when (damage is DamagedLogException or NewerFormatException)
        {
            // Not served in any epoch; the queue's own start says why.
            return -1;
        }
    }

    private IStorageDirectory Queues => Root.Directory(DataFolders.Queues);
}
