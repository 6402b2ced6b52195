using Akka.Actor;
using Akka.Cluster;
using Akka.DistributedData;
using Akka.Event;
using Rocket.Actors.Cluster;
using Rocket.Actors.Placement;
using Rocket.Actors.Wire;
using Rocket.Protocol.Codes;
using static Rocket.Actors.KeyValues.KeyValuesProtocol;

namespace Rocket.Actors.KeyValues;

/// <summary>
/// <c>/user/node/key-values</c>: the name server's settings. It keeps the node's <see cref="KeyValueTable"/> up to date from what the brokers that are led here
/// have, at once, and from what the others publish, by gossip; it gives the brokers here what they lack; and it takes a write to the broker that makes it durable.
/// </summary>
/// <remarks>
/// A write goes to the first broker by name that is led by a node which is there. As long as nothing changes, that is the same broker from everywhere; when it
/// does, versions and <see cref="KeyValueEntry.IsNewerThan"/> bring all nodes to the same result.
/// </remarks>
public sealed class KeyValuesActor : UntypedActor, IWithTimers
{
    /// <summary>Name under /user/node.</summary>
    public const string Name = "key-values";

    private const string Family = "key-values";

    /// <summary>How often everything is asked for and said again, in case a replicator was restarted.</summary>
    private static readonly TimeSpan SynchronizeInterval = TimeSpan.FromSeconds(30);

    /// <summary>After a node has come; DistributedData has to know of it too.</summary>
    private static readonly TimeSpan RepeatDelay = TimeSpan.FromMilliseconds(250);

    /// <summary>How often a write that nobody takes looks for a broker.</summary>
    private static readonly TimeSpan OfferInterval = TimeSpan.FromMilliseconds(100);

    private readonly NodeContext _node;
    private readonly KeyValueTable _table;
    private readonly PendingWrites _writes;
    private readonly Akka.Cluster.Cluster _cluster = Akka.Cluster.Cluster.Get(Context.System);
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly PartExchange _exchange;

    public KeyValuesActor(NodeContext node)
    {
        (_node, _table) = (node, node.KeyValues);
        _writes = new PendingWrites(node.Time.GetTimestamp());
        _exchange = new PartExchange(
            Self, DistributedData.Get(Context.System).Replicator, _log, Family, KeyValueShare.Count,
            (broker, index) => KeyValueCodec.Encode(_table.State.FindShare(broker, index)!));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    private TimeSpan Now => _node.Time.GetElapsedTime(0);

    /// <inheritdoc/>
    protected override void PreStart()
    {
        _cluster.Subscribe(Self, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsEvents, typeof(ClusterEvent.MemberUp));
        Synchronize();
        Timers.StartPeriodicTimer(SynchronizeDue.Instance, SynchronizeDue.Instance, SynchronizeInterval);
    }

    /// <inheritdoc/>
    protected override void PostStop() => _cluster.Unsubscribe(Self);

    /// <inheritdoc/>
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Write write:
                Take(write);
                break;
            case WriteOrdered order:
                PassOn(order);
                break;
            case WriteSettled settled:
                Settle(settled);
                break;
            case OfferDue:
                OfferAgain();
                break;
            case PublishAll all:
                Conclude(_table.State.PublishAll(all.Broker, all.Epoch, all.Entries));
                Sender.Tell(Published.Instance);
                break;
            case PublishSome some:
                Conclude(_table.State.PublishSome(some.Broker, some.Epoch, some.Entries, some.Forgotten));
                break;
            case SynchronizeDue:
                Synchronize();
                break;
            case ClusterEvent.MemberUp:
                Timers.StartSingleTimer(RepeatDue.Instance, RepeatDue.Instance, RepeatDelay);
                break;
            case RepeatDue:
                _exchange.Repeat(_table.State.OwnShares);
                break;
            case var _ when _exchange.TryTake(message, out var received):
                if (received is { } part)
                {
                    Receive(part);
                }

                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Take(Write write)
    {
        if (_writes.Add(write, Sender, Now) is { } pending)
        {
            Offer(pending);
        }
        else
        {
            Sender.Tell(new BrokerProtocol.Refused(
                ResponseCode.SystemBusy, $"[OVERLOAD]system busy, start flow control for a while: {PendingWrites.Most} writes of settings wait for a broker"));
        }
    }

    private void Offer(PendingWrites.Pending pending)
    {
        if (FindTaker() is { } taker)
        {
            pending.IsOffered = true;
            var (name, value) = (pending.Write.Name, pending.Write.Value);
            taker.Actor.Tell(new WriteOrdered(pending.Number, taker.Broker, name, value, _table.Current.Find(name)?.Version ?? 0), Self);
        }

        if (!Timers.IsTimerActive(OfferDue.Instance))
        {
            Timers.StartSingleTimer(OfferDue.Instance, OfferDue.Instance, OfferInterval);
        }
    }

    /// <summary>The actor like this one at the node that leads the first broker; null: no broker is led by a node that is there.</summary>
    private (string Broker, ICanTell Actor)? FindTaker()
    {
        foreach (var (broker, placement) in _node.Placements.Placements.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            if (placement?.Master == _node.Settings.NodeName)
            {
                if (_node.Brokers.FirstOrDefault(held => held.Settings.Name == broker) is { Directory.IsLeading: true })
                {
                    return (broker, Self);
                }
            }
            else if (placement?.Master is { } master && _node.Peers.Current.Peers.GetValueOrDefault(master) is { IsHeard: true } && AddressOf(master) is { } address)
            {
                return (broker, Context.ActorSelection(new RootActorPath(address) / "user" / NodeGuardian.ActorName / Name));
            }
        }

        return null;
    }

    private Address? AddressOf(string node) =>
        _cluster.State.Members.FirstOrDefault(member => member.Status == MemberStatus.Up && member.HasRole(ClusterNodes.RoleOf(node)))?.Address;

    /// <summary>A write that another node has brought here, or this one itself.</summary>
    private void PassOn(WriteOrdered order)
    {
        if (_node.Brokers.FirstOrDefault(held => held.Settings.Name == order.Broker) is { Directory: { IsLeading: true } directory })
        {
            directory.Broker.Forward(order);
        }
        else
        {
            Sender.Tell(new WriteSettled(order.Number, ResponseCode.ServiceNotAvailable, $"broker {order.Broker} is not led by {_node.Settings.NodeName}", null));
        }
    }

    private void Settle(WriteSettled settled)
    {
        if (settled.Code == ResponseCode.ServiceNotAvailable)
        {
            _writes.Return(settled.Number);
        }
        else if (_writes.TryTake(settled.Number, out var pending))
        {
            if (settled.Entry is { } entry)
            {
                _table.State = _table.State.Hear(entry);
            }

            pending.Asker.Tell(
                settled.Code == ResponseCode.Success ? Written.Instance : new BrokerProtocol.Refused(settled.Code, settled.Remark));
        }
    }

    private void OfferAgain()
    {
        foreach (var late in _writes.TakeOlderThan(WritePatience, Now))
        {
            late.Asker.Tell(new BrokerProtocol.Refused(
                ResponseCode.ServiceNotAvailable, "service not available now: no broker that keeps the name server's settings answers at the moment, try again"));
        }

        foreach (var pending in _writes.Unoffered)
        {
            Offer(pending);
        }

        if (_writes.Any)
        {
            Timers.StartSingleTimer(OfferDue.Instance, OfferDue.Instance, OfferInterval);
        }
    }

    private void Receive(ReceivedPart received)
    {
        try
        {
            Conclude(_table.State.Apply(KeyValueCodec.Decode(received.Owner, received.Index, received.Part)));
        }
        catch (InvalidDataException exception)
        {
            _log.Warning("Settings of {0}, part {1}, cannot be read and are left out: {2}", received.Owner, received.Index, exception.Message);
        }
    }

    private void Conclude(KeyValueChange? change)
    {
        if (change is null)
        {
            return;
        }

        _table.State = change.State;
        foreach (var (broker, index) in change.ToPublish)
        {
            _exchange.Announce(broker);
            _exchange.Write(broker, index);
        }

        foreach (var broker in change.State.OwnBrokers)
        {
            TellNews(broker, change.Shares);
        }
    }

    private void TellNews(string broker, IEnumerable<int> shares)
    {
        if (_table.State.NewsFor(broker, shares) is { Count: > 0 } news && _node.Brokers.FirstOrDefault(held => held.Settings.Name == broker) is { } held)
        {
            held.Directory.Broker.Tell(new Adopt(news), Self);
        }
    }

    private void Synchronize()
    {
        _exchange.Synchronize(_table.State.OwnShares);
        foreach (var broker in _table.State.OwnBrokers)
        {
            TellNews(broker, Enumerable.Range(0, KeyValueShare.Count));
        }
    }

    private sealed class OfferDue : INotInfluenceReceiveTimeout
    {
        public static readonly OfferDue Instance = new();
    }

    private sealed class RepeatDue : INotInfluenceReceiveTimeout
    {
        public static readonly RepeatDue Instance = new();
    }

    private sealed class SynchronizeDue : INotInfluenceReceiveTimeout
    {
        public static readonly SynchronizeDue Instance = new();
    }
}
