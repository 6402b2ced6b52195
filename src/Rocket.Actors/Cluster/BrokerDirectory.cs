using System.Buffers;
using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Akka.Actor;
using Rocket.Actors.Groups;
using Rocket.Actors.Placement;
using Rocket.Actors.Queues;
using Rocket.Actors.Schedules;
using Rocket.Actors.Storage;
using Rocket.Actors.Topics;
using Rocket.Protocol.Topics;

namespace Rocket.Actors.Cluster;

/// <summary>
/// What a broker that this node leads publishes to the gateway: its topics, groups and ordinals, readable from any thread without asking.
/// Written by the broker's actors only.
/// </summary>
public sealed class BrokerDirectory(string name, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, TopicHandle> _topics = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, GroupHandle> _groups = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<int, QueueHandle> _ordinals = new();
    private volatile TaskCompletionSource _leading = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile IActorRef _broker = ActorRefs.Nobody;
    private volatile string? _sendRefusal;
    private volatile bool _isHandedOver;
    private volatile bool _isWithoutMajority;
    private long _handedOverAt;
    private volatile BrokerPlacement? _placement;
    private volatile IReadOnlyCollection<string> _leftOut = [];
    private ImmutableHashSet<string> _leftBehind = [];
    private volatile int _storedQueues;
    private volatile DelayedOffsets? _delayed;
    private volatile IActorRef _transactions = ActorRefs.Nobody;
    private volatile int _openTransactions;
    private volatile ChangeCount _topicChanges = ChangeCount.None;
    private volatile ChangeCount _groupChanges = ChangeCount.None;

    public string Name => name;

    /// <summary>Whether this node leads the broker and has recovered its metadata and its queues.</summary>
    public bool IsLeading => _leading.Task.IsCompleted;

    /// <summary>Who is in the middle of handing a request to the broker's actors.</summary>
    public BrokerDoor Door { get; } = new();

    /// <summary>The BrokerActor, once it leads.</summary>
    public IActorRef Broker => _broker;

    /// <summary>The placement as its master knows it to be agreed; null where this node does not lead it, or nobody else holds a copy.</summary>
    public BrokerPlacement? Placement
    {
        get => _placement;
        internal set => _placement = value;
    }

    /// <summary>This node has ceased to lead it so that another one in sync does, and that one does not yet: what arrives waits for it.</summary>
    public bool IsHandedOver => _isHandedOver;

    /// <summary>Whether this node gave the broker up in order not longer ago than that: some may not have heard of it when they sent what arrives now.</summary>
    public bool WasHandedOverWithin(TimeSpan recently) =>
        Volatile.Read(ref _handedOverAt) is var at and not 0 && time.GetElapsedTime(at) < recently;

    /// <summary>Other nodes are in sync: whoever asks is served by one of them after a planned stop of this one.</summary>
    public bool HasOthersInSync => Placement is { InSync.Count: > 1 } && LeftOut.Count == 0;

    /// <summary>
    /// Nodes that its master, this one, goes on without although the placement names them. As long as there is one the broker is degraded: nothing is confirmed as held by all, and nobody
    /// else may be given the lead. It stays when the reign ends: what waits for its answer then must not be confirmed either.
    /// </summary>
    public IReadOnlyCollection<string> LeftOut
    {
        get => _leftOut;
        internal set => _leftOut = value;
    }

    /// <summary>Nodes whose copies did not come by what they lacked when the broker was to be handed over: none of them may lead next.</summary>
    public ImmutableHashSet<string> LeftBehind => Volatile.Read(ref _leftBehind);

    /// <summary>Why the broker cannot be served here, for a person; null: nothing is wrong with it.</summary>
    public string? Damage { get; internal set; }

    /// <summary>Why no send is taken, as the client is told: the disk is too full. Null: they are taken.</summary>
    public string? SendRefusal => _sendRefusal;

    /// <summary>
    /// The node hears no majority of the voters, by its cluster and by its links: nobody could agree on a change of the set, and it is about to leave its cluster. No send is taken.
    /// </summary>
    public bool IsWithoutMajority
    {
        get => _isWithoutMajority;
        internal set => _isWithoutMajority = value;
    }

    /// <summary>How far its delayed messages are delivered; null: that is not known yet, or not here.</summary>
    public DelayedOffsets? Delayed
    {
        get => _delayed;
        internal set => _delayed = value;
    }

    /// <summary>Settles the broker's half messages; nobody where it is not led.</summary>
    public IActorRef Transactions
    {
        get => _transactions;
        internal set => _transactions = value;
    }

    /// <summary>Half messages that were not settled when it was last counted.</summary>
    public int OpenTransactions
    {
        get => _openTransactions;
        internal set => _openTransactions = value;
    }

    /// <summary>Queues that have had a message.</summary>
    public int StoredQueues => _storedQueues;

    /// <summary>Changes of topics in this reign.</summary>
    public ChangeCount TopicChanges
    {
        get => _topicChanges;
        private set => _topicChanges = value;
    }

    /// <summary>Changes of subscription groups in this reign.</summary>
    public ChangeCount GroupChanges
    {
        get => _groupChanges;
        private set => _groupChanges = value;
    }

    public ICollection<TopicHandle> Topics => _topics.Values;

    public ICollection<GroupHandle> Groups => _groups.Values;

    /// <summary>Waits until the broker leads here. False: it did not within <paramref name="patience"/>.</summary>
    public async Task<bool> WaitUntilLeading(TimeSpan patience, CancellationToken cancellation)
    {
        try
        {
            await _leading.Task.WaitAsync(patience, time, cancellation).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    /// <summary>Finds a topic by its name in UTF-8, as it stands in a request; names are ASCII.</summary>
    public bool TryGetTopic(ReadOnlySpan<byte> utf8, [NotNullWhen(true)] out TopicHandle? handle)
    {
        Span<char> topic = stackalloc char[TopicName.MaxLength];
        handle = null;
        return utf8.Length <= topic.Length
            && Ascii.ToUtf16(utf8, topic, out var length) == OperationStatus.Done
            && TryGetTopic(topic[..length], out handle);
    }

    /// <summary>Finds a group by its name in UTF-8, as it stands in a request; names are ASCII.</summary>
    public bool TryGetGroup(ReadOnlySpan<byte> utf8, [NotNullWhen(true)] out GroupHandle? handle)
    {
        Span<char> group = stackalloc char[GroupName.MaxLength];
        handle = null;
        return utf8.Length <= group.Length
            && Ascii.ToUtf16(utf8, group, out var length) == OperationStatus.Done
            && TryGetGroup(group[..length], out handle);
    }

    public bool TryGetTopic(ReadOnlySpan<char> topic, [NotNullWhen(true)] out TopicHandle? handle) =>
        _topics.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(topic, out handle);

    public bool TryGetGroup(ReadOnlySpan<char> group, [NotNullWhen(true)] out GroupHandle? handle) =>
        _groups.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(group, out handle);

    /// <summary>The queue and log position that a physical offset names.</summary>
    public bool TryLocate(long physicalOffset, [NotNullWhen(true)] out QueueHandle? queue, out long position)
    {
        (queue, position) = (null, 0);
        return physicalOffset >= 0
            && _ordinals.TryGetValue(PhysicalOffset.OrdinalOf(physicalOffset), out queue)
            && queue.Ordinals.TryPosition(physicalOffset, out position);
    }

    internal void Publish(TopicHandle topic)
    {
        _topics[topic.Config.Topic] = topic;
        TopicChanges = TopicChanges.Next(time);
    }

    internal void Publish(GroupHandle group)
    {
        _groups[group.Config.GroupName] = group;
        GroupChanges = GroupChanges.Next(time);
    }

    internal void RemoveGroup(string group)
    {
        _groups.TryRemove(group, out _);
        GroupChanges = GroupChanges.Next(time);
    }

    internal void Publish(int ordinal, QueueHandle queue)
    {
        _ordinals[ordinal] = queue;
        _storedQueues = _ordinals.Count;
    }

    /// <summary>Any of the broker's queues says so.</summary>
    internal void LeaveBehind(IEnumerable<string> nodes) => ImmutableInterlocked.Update(ref _leftBehind, (former, more) => former.Union(more), nodes);

    internal void RefuseSends(string? reason) => _sendRefusal = reason;

    /// <summary>The hand-over has come to its end, one way or another.</summary>
    internal void HandedOver() => _isHandedOver = false;

    /// <summary>What arrives from now on waits for the next master; what is inside the door already finds everything as it was.</summary>
    internal void HandOver()
    {
        _isHandedOver = true;
        Volatile.Write(ref _handedOverAt, time.GetTimestamp());
        LeadNoLonger();
    }

    internal void Lead(IActorRef broker)
    {
        _isHandedOver = false;
        Volatile.Write(ref _leftBehind, []);
        _broker = broker;
        _leading.TrySetResult();
    }

    internal void Resign()
    {
        LeadNoLonger();
        _broker = ActorRefs.Nobody;
        Placement = null;
        _sendRefusal = null;
        _topics.Clear();
        _groups.Clear();
        _ordinals.Clear();
        _storedQueues = 0;
        _delayed = null;
        _transactions = ActorRefs.Nobody;
        _openTransactions = 0;
        (TopicChanges, GroupChanges) = (ChangeCount.None, ChangeCount.None);
    }

    private void LeadNoLonger()
    {
        if (_leading.Task.IsCompleted)
        {
            _leading = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }
}
