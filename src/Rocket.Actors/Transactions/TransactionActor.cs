using Akka.Actor;
using Akka.Event;
using Rocket.Actors.Cluster;
using Rocket.Actors.Groups;
using Rocket.Actors.Metadata;
using Rocket.Actors.Queues;
using Rocket.Actors.Storage;
using Rocket.Protocol.Topics;

namespace Rocket.Actors.Transactions;

/// <summary>
/// Settles the half messages of one broker that this node leads, and asks producers about those that stay open. Everything that it knows stands in two logs: the half messages, and what became of
/// them; after a failover the next leader reads both from where all is settled.
/// </summary>
/// <remarks>
/// A commit is two writes, the message and the note that its half is settled. A crash between them leaves a half that looks open: whoever leads then looks for its message before it writes another
/// one, so that consumers see it once.
/// </remarks>
public sealed partial class TransactionActor : UntypedActor, IWithTimers, IWithUnboundedStash
{
    public const string Name = "transactions";

    private static readonly TimeSpan CommitInterval = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan BeginInterval = TimeSpan.FromSeconds(1);

    /// <summary>What is stored will be seen soon, unless its copies are slow.</summary>
    private static readonly TimeSpan SeenInterval = TimeSpan.FromMilliseconds(10);

    /// <summary>A stop waits so long for copies to have what was stored.</summary>
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(2);

    /// <summary>Words that wait for the half messages to be read; further ones are refused.</summary>
    private const int MostStashed = 10_000;

    /// <summary>Half messages that are rolled back before any copy has them.</summary>
    private const int MostUnwanted = 100_000;

    private readonly ILoggingAdapter _logger = Context.GetLogger();
    private readonly BrokerContext _broker;
    private readonly IActorRef _metadata;
    private readonly NodeContext _node;
    private readonly LineSpacing _lines;
    private readonly IndexEntry[] _entries = new IndexEntry[128];
    private readonly List<ReleasedMessage> _unseen = [];
    private readonly HashSet<long> _unwanted = [];
    private TransactionState _state = new(0, 0);
    private (long Half, long Operation) _start;
    private (long Half, long Operation) _committed;
    private long _certainFrom;
    private int _busy;
    private bool _commitUnderWay;
    private bool _isStopping;
    private long _stopBy;

    public TransactionActor(BrokerContext broker, IActorRef metadata, NodeContext node)
    {
        (_broker, _metadata, _node) = (broker, metadata, node);
        _lines = new LineSpacing(node.Time);
        Become(BeforeStart);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public IStash Stash { get; set; } = null!;

    /// <summary>How to start it.</summary>
    /// <param name="broker">The broker, led here.</param>
    /// <param name="metadata">Its metadata.</param>
    /// <param name="node">The node.</param>
    public static Props Props(BrokerContext broker, IActorRef metadata, NodeContext node) =>
        Akka.Actor.Props.Create(() => new TransactionActor(broker, metadata, node));

    private long Now => _node.Time.GetUtcNow().ToUnixTimeMilliseconds();

    private QueueHandle? Halves => Find(SystemTopics.TransactionHalf, 0);

    private QueueHandle? Operations => Find(SystemTopics.TransactionOperation, 0);

    protected override void PreStart()
    {
        Context.Watch(_metadata);
        _metadata.Tell(new MetadataProtocol.QueryOffsets(SystemGroups.Transactions));
    }

    protected override void OnReceive(object message) => Unhandled(message);

    private void BeforeStart(object message)
    {
        switch (message)
        {
            case MetadataProtocol.OffsetsFound found:
                _start = (OffsetOf(found, SystemTopics.TransactionHalf), OffsetOf(found, SystemTopics.TransactionOperation));
                BeginIfReadable();
                break;
            case TransactionProtocol.BeginDue:
                BeginIfReadable();
                break;
            case MetadataProtocol.Persisted:
                _commitUnderWay = false;
                _start = _committed;
                Serve();
                break;
            case TransactionProtocol.Settle when Stash.Count < MostStashed:
                Stash.Stash();
                break;
            case TransactionProtocol.Settle:
                Sender.Tell(new TransactionProtocol.Settled("the half messages of the broker cannot be read now"));
                break;
            case ShardProtocol.StopEntity or Terminated:
                Context.Stop(Self);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Serving(object message)
    {
        switch (message)
        {
            case TransactionProtocol.Settle when _isStopping:
                Sender.Tell(new TransactionProtocol.Settled("the broker stops here; the producer is asked by whoever leads it next"));
                break;
            case TransactionProtocol.Settle settle:
                Settle(settle);
                break;
            case TransactionWrite write:
                Written(write);
                break;
            case TransactionProtocol.CheckSent sent:
                CheckSent(sent.Half, sent.WasSent);
                break;
            case TransactionProtocol.CheckDue:
                CheckThoseDue();
                break;
            case TransactionProtocol.SeenDue:
                NoteThoseSeen();
                break;
            case TransactionProtocol.CommitDue:
                CommitProgress();
                break;
            case MetadataProtocol.Persisted:
                _commitUnderWay = false;
                CommitSoon();
                StopIfDone();
                break;
            case ShardProtocol.StopEntity:
                _isStopping = true;
                _stopBy = Now + (long)StopPatience.TotalMilliseconds;
                Timers.CancelAll();
                CommitProgress();
                NoteThoseSeen();
                break;
            case Terminated:
                Context.Stop(Self);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private static long OffsetOf(MetadataProtocol.OffsetsFound found, string topic) => found.Offsets.FirstOrDefault(offset => offset.Topic == topic).Offset;

    private QueueHandle? Find(string name, int queueId) =>
        _broker.Directory.TryGetTopic(name, out var topic) ? topic.Queues.ElementAtOrDefault(queueId) : null;

    /// <summary>Both logs have to be readable, from where everything before is settled.</summary>
    private void BeginIfReadable()
    {
        try
        {
            if (Halves is { } halves && Operations is { } operations)
            {
                Begin(halves, operations);
                return;
            }
        }
        catch (Exception unreadable) when (IsUnreadable(unreadable))
        {
            Tell(unreadable, "what became of its half messages cannot be read, no transaction is settled");
        }

        Timers.StartSingleTimer(nameof(TransactionProtocol.BeginDue), TransactionProtocol.BeginDue.Instance, BeginInterval);
    }

    private void Begin(QueueHandle halves, QueueHandle operations)
    {
        var start = (Half: Math.Min(_start.Half, halves.AppendedOffset), Operation: Math.Min(_start.Operation, operations.AppendedOffset));
        _state = new TransactionState(Math.Max(start.Half, halves.MinimumOffset), Math.Max(start.Operation, operations.MinimumOffset));
        ReadOperations(operations);
        _certainFrom = halves.AppendedOffset;
        ReadHalves();
        if (start == _start)
        {
            Serve();
        }
        else
        {
            // A power cut took records that were noted as done: what is stored in their place must not be taken for them at the next start.
            Commit(start);
        }
    }

    private void Serve()
    {
        _committed = _start;
        Become(Serving);
        Stash.UnstashAll();
        Timers.StartPeriodicTimer(nameof(TransactionProtocol.CheckDue), TransactionProtocol.CheckDue.Instance, CheckInterval);
    }

    private void ReadOperations(QueueHandle operations)
    {
        var end = operations.AppendedOffset;
        while (_state.NextOperation < end)
        {
            var count = operations.Reader.ReadIndex(_state.NextOperation, _entries.AsSpan(0, (int)Math.Min(_entries.Length, end - _state.NextOperation)));
            foreach (ref readonly var entry in _entries.AsSpan(0, count))
            {
                var (half, storedAt) = Operation.HalfOf(operations.Reader, entry) ?? NoHalf(entry);
                if (entry.TagHash == Operation.SettledTag)
                {
                    _state.WasSettled(half, storedAt);
                }
                else
                {
                    _state.WasChecked(half);
                }
            }
        }
    }

    /// <summary>An operation that cannot be read is about none: its half is asked about, and looked for before it is written.</summary>
    private (long Half, long StoredAt) NoHalf(in IndexEntry entry)
    {
        Tell(null, $"the operation at position {entry.Position} of {SystemTopics.TransactionOperation} is damaged; the half message that it is about counts as open");
        return (-1, 0);
    }

    /// <summary>Takes in the half messages that were stored since the last time. One that no copy has yet is nobody's business: its producer has not been answered.</summary>
    private void ReadHalves()
    {
        if (Halves is not { } halves)
        {
            return;
        }

        _state.SkipTo(halves.MinimumOffset);
        while (_state.NextHalf < halves.VisibleOffset)
        {
            var count = halves.Reader.ReadIndex(_state.NextHalf, _entries.AsSpan(0, (int)Math.Min(_entries.Length, halves.VisibleOffset - _state.NextHalf)));
            foreach (ref readonly var entry in _entries.AsSpan(0, count))
            {
                if (_state.Read(entry.StoreTimestamp) is { } half)
                {
                    half.CheckAt = half.StoredAt + (long)_broker.Settings.Transactions.Timeout.TotalMilliseconds;
                    if (_unwanted.Count > 0 && _unwanted.Remove(half.Offset))
                    {
                        Note(half, isSettled: true);
                    }
                }
            }
        }

        _broker.Directory.OpenTransactions = _state.Count;
    }

    private StoredHalf? ReadHalf(HalfMessage half)
    {
        Span<IndexEntry> entry = stackalloc IndexEntry[1];
        return Halves is { } halves && halves.Reader.ReadIndex(half.Offset, entry) == 1 && halves.Reader.TryReadAt(entry[0].Position, out var payload)
            ? new StoredHalf(payload)
            : null;
    }

    private void CommitSoon()
    {
        if (_isStopping)
        {
            CommitProgress();
        }
        else if (!_commitUnderWay && !Timers.IsTimerActive(nameof(TransactionProtocol.CommitDue)))
        {
            Timers.StartSingleTimer(nameof(TransactionProtocol.CommitDue), TransactionProtocol.CommitDue.Instance, CommitInterval);
        }
    }

    private void CommitProgress()
    {
        _state.Forget();
        var progress = (_state.SettledUpTo, _state.OperationsKept);
        if (_commitUnderWay || progress == _committed)
        {
            return;
        }

        Commit(progress);
    }

    private void Commit((long Half, long Operation) progress)
    {
        _committed = progress;
        _commitUnderWay = true;
        _metadata.Tell(new MetadataProtocol.Persist(new MetadataEvents.OffsetsCommitted(
        [
            new CommittedOffset(SystemGroups.Transactions, SystemTopics.TransactionHalf, 0, progress.Half),
            new CommittedOffset(SystemGroups.Transactions, SystemTopics.TransactionOperation, 0, progress.Operation),
        ])));
    }

    /// <summary>What was begun is written to its end, so that nobody has to find out whether it was.</summary>
    private void StopIfDone()
    {
        if (_isStopping && _busy == 0 && !_commitUnderWay)
        {
            Context.Stop(Self);
        }
    }

    private static bool IsUnreadable(Exception exception) =>
        exception is DamagedRecordException or IOException or OffsetBelowMinimumException or ObjectDisposedException;

    private void Tell(Exception? cause, string line)
    {
        if (_lines.IsDue())
        {
            _logger.Warning(cause, "Broker {0}: {1}.", _broker.Settings.Name, line);
        }
    }
}
