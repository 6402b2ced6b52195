using System.Collections.Immutable;
using Akka.Actor;
using Akka.Cluster;
using Akka.DistributedData;
using Akka.Event;
using Rocket.Actors.Wire;
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

    private readonly RouteTable _table;
    private readonly Akka.Cluster.Cluster _cluster = Akka.Cluster.Cluster.Get(Context.System);
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly PartExchange _exchange;

    /// <param name="table">The node's table; this actor is its only writer.</param>
    public RouteActor(RouteTable table)
    {
        _table = table;
        _exchange = new PartExchange(
            Self, DistributedData.Get(Context.System).Replicator, _log, Family, RoutePartId.PartsPerBroker, ReadPart);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    /// <param name="table">The node's table; the actor is its only writer.</param>
    public static Props Props(RouteTable table) => Akka.Actor.Props.Create(() => new RouteActor(table));

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
            case IPublication publication:
                Publish(publication);
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
            PublishTopic one => state.PublishTopics(one.BrokerName, one.Epoch, [one.Topic], complete: false),
            PublishTopics many => state.PublishTopics(many.BrokerName, many.Epoch, many.Topics, many.Complete),
            RetractTopic topic => state.RetractTopic(topic.BrokerName, topic.Epoch, topic.Topic),
            PublishBroker broker =>
                state.PublishBroker(broker.BrokerName, broker.Cluster, broker.Epoch, broker.Addresses.ToImmutableSortedDictionary()),
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

    private sealed class SynchronizeDue : INotInfluenceReceiveTimeout
    {
        public static readonly SynchronizeDue Instance = new();
    }
}
