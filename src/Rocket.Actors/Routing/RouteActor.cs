using System.Collections.Immutable;
using Akka.Actor;
using Akka.Cluster;
using Akka.DistributedData;
using Akka.Event;
using Rocket.Actors.Topics;
using Rocket.Actors.Wire;
using Rocket.Protocol.Topics;
using static Rocket.Actors.Routing.RouteProtocol;

namespace Rocket.Actors.Routing;

/// <summary>
/// <c>/user/node/routes</c>: keeps the node's <see cref="RouteTable"/> up to date from what this node publishes, at once, and from what
/// the others publish, by gossip. Nothing of it is lost when the actor restarts: its state is in the table.
/// </summary>
public sealed class RouteActor : UntypedActor, IWithTimers
{
    /// <summary>Name under /user/node.</summary>
    public const string Name = "routes";

    private const string Family = "routes";

    /// <summary>How often everything is asked for and said again, in case a replicator was restarted.</summary>
    private static readonly TimeSpan SynchronizeInterval = TimeSpan.FromSeconds(30);

    /// <summary>After a node has come; DistributedData has to know of it too.</summary>
    private static readonly TimeSpan RepeatDelay = TimeSpan.FromMilliseconds(250);

    /// <summary>How often it is looked which nodes are there.</summary>
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(250);

    private readonly RouteTable _table;
    private readonly BrokerAddresses? _addresses;
    private readonly Akka.Cluster.Cluster _cluster = Akka.Cluster.Cluster.Get(Context.System);
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly PartExchange _exchange;

    /// <param name="table">The node's table; this actor is its only writer.</param>
    /// <param name="addresses">Where copies of brokers are; null: nobody knows, and only what is published is shown.</param>
    public RouteActor(RouteTable table, BrokerAddresses? addresses)
    {
        (_table, _addresses) = (table, addresses);
        _exchange = new PartExchange(
            Self, DistributedData.Get(Context.System).Replicator, _log, Family, RoutePartId.PartsPerBroker, ReadPart);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    /// <param name="table">The node's table; the actor is its only writer.</param>
    /// <param name="addresses">Where copies of brokers are; null: nobody knows, and only what is published is shown.</param>
    public static Props Props(RouteTable table, BrokerAddresses? addresses = null) => Akka.Actor.Props.Create(() => new RouteActor(table, addresses));

    /// <inheritdoc/>
    protected override void PreStart()
    {
        _cluster.Subscribe(Self, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsEvents, typeof(ClusterEvent.MemberUp));
        Synchronize();
        Timers.StartPeriodicTimer(SynchronizeDue.Instance, SynchronizeDue.Instance, SynchronizeInterval);
        if (_addresses is not null)
        {
            Timers.StartPeriodicTimer(LookDue.Instance, LookDue.Instance, LookInterval);
        }
    }

    /// <inheritdoc/>
    protected override void PostStop() => _cluster.Unsubscribe(Self);

    /// <inheritdoc/>
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case IPublication publication:
                Publish(publication);
                break;
            case LookDue:
                Look();
                break;
            case SynchronizeDue:
                Synchronize();
                break;
            case ClusterEvent.MemberUp:
                Timers.StartSingleTimer(RepeatDue.Instance, RepeatDue.Instance, RepeatDelay);
                break;
            case RepeatDue:
                _exchange.Repeat(OwnParts());
                break;
            case var _ when _exchange.TryTake(message, out ReceivedPart? received):
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

    private void Publish(IPublication publication)
    {
        RouteState state = _table.State;
        RouteChange change = publication switch
        {
            PublishTopic one => state.PublishTopics(one.BrokerName, one.Epoch, [Shown(one.Topic, one.Permission)], complete: false),
            PublishTopics many => state.PublishTopics(many.BrokerName, many.Epoch, [.. many.Topics.Select(topic => Shown(topic, many.Permission))], many.Complete),
            RetractTopic topic => state.RetractTopic(topic.BrokerName, topic.Epoch, topic.Topic),
            PublishBroker broker =>
                state.PublishBroker(broker.BrokerName, broker.Cluster, broker.Epoch, WithCopies(broker.BrokerName, broker.Addresses.ToImmutableSortedDictionary())),
            RetractBroker broker => state.RetractBroker(broker.BrokerName, broker.Epoch),
            _ => throw new ArgumentOutOfRangeException(nameof(publication), publication, "Not a publication of routes."),
        };
        if (change.Refusal is { } reason)
        {
            _log.Info("Route not published: {0}", reason);
            Sender.Tell(new PublishRefused(publication, reason));
            return;
        }

        // The answer before the gossip: whoever asked may tell a client, which then asks this node for the route.
        _table.State = change.State;
        Sender.Tell(new Published(publication));
        Tell(change);
    }

    /// <summary>As RocketMQ does: a broker that may not be written to or read from takes that from its topics; one without restrictions leaves them as they are.</summary>
    private static TopicConfig Shown(TopicConfig topic, int permission) =>
        permission == TopicPermission.ReadWrite ? topic : topic with { Perm = topic.Perm & permission };

    /// <summary>The master knows its own address; those of the copies come and go with their nodes.</summary>
    private ImmutableSortedDictionary<long, string> WithCopies(string broker, ImmutableSortedDictionary<long, string> addresses) =>
        _addresses is not null && addresses.TryGetValue(BrokerRoute.MasterId, out string? master) ? _addresses.OfCopies(broker, master) : addresses;

    private void Look()
    {
        _addresses!.Look();
        foreach (BrokerRegistration own in _table.State.OwnRegistrations.ToList())
        {
            RouteChange change = _table.State.PublishBroker(own.BrokerName, own.Cluster, own.Stamp.Epoch, WithCopies(own.BrokerName, own.Addresses));
            _table.State = change.State;
            Tell(change);
        }

        _table.State = _table.State.WithAbsent(_addresses.Absent());
    }

    private void Receive(ReceivedPart received)
    {
        RouteChange change;
        try
        {
            change = received.Index == RoutePartId.RegistrationIndex
                ? _table.State.Apply(RoutePartCodec.DecodeRegistration(received.Owner, received.Part))
                : _table.State.Apply(RoutePartCodec.DecodeBucket(received.Owner, received.Index, received.Part));
        }
        catch (InvalidDataException exception)
        {
            _log.Warning("Routes of {0}, part {1}, cannot be read and are left out: {2}", received.Owner, received.Index, exception.Message);
            return;
        }

        _table.State = change.State;
        Tell(change);
    }

    private void Tell(RouteChange change)
    {
        foreach (RoutePartId part in change.ToPublish)
        {
            _exchange.Announce(part.BrokerName);
            _exchange.Write(part.BrokerName, part.Bucket);
        }
    }

    private void Synchronize() => _exchange.Synchronize(OwnParts());

    private IEnumerable<(string Owner, int Index)> OwnParts() => _table.State.OwnParts.Select(part => (part.BrokerName, part.Bucket));

    private PublishedPart ReadPart(string brokerName, int index) => index == RoutePartId.RegistrationIndex
        ? RoutePartCodec.Encode(_table.State.FindRegistration(brokerName)!)
        : RoutePartCodec.Encode(_table.State.FindBucket(brokerName, index)!);

    private sealed class RepeatDue : INotInfluenceReceiveTimeout
    {
        public static readonly RepeatDue Instance = new();
    }

    private sealed class LookDue : INotInfluenceReceiveTimeout
    {
        public static readonly LookDue Instance = new();
    }

    private sealed class SynchronizeDue : INotInfluenceReceiveTimeout
    {
        public static readonly SynchronizeDue Instance = new();
    }
}
