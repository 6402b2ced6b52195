using System.Collections.Immutable;
using Rocket.Actors.Topics;

namespace Rocket.Actors.Routing;

/// <summary>
/// Everything published about brokers and their topics, and the view made from it. Immutable: each step returns the next state.
/// </summary>
/// <remarks>
/// A broker is published in parts: its registration and a fixed number of topic buckets. Each part has one writer, the node that leads
/// the broker in that epoch, and of two states of a part the one with the higher <see cref="PartStamp"/> replaces the other as a whole.
/// So parts may arrive late, twice and in any order, and a deletion needs no mark of its own: the topic is missing in the newer state.
/// </remarks>
public sealed class RouteState
{
    public static readonly RouteState Empty =
        new(ImmutableDictionary.Create<string, KnownBroker>(StringComparer.Ordinal), RouteView.Empty, ImmutableHashSet.Create<string>(StringComparer.Ordinal));

    private readonly ImmutableDictionary<string, KnownBroker> _brokers;

    private readonly ImmutableHashSet<string> _absent;

    private RouteState(ImmutableDictionary<string, KnownBroker> brokers, RouteView view, ImmutableHashSet<string> absent)
    {
        _brokers = brokers;
        _absent = absent;
        View = view;
    }

    public RouteView View { get; }

    /// <summary>Names of all brokers ever heard of, retracted ones included.</summary>
    public IEnumerable<string> BrokerNames => _brokers.Keys;

    /// <summary>The parts that this node is the writer of.</summary>
    public IEnumerable<RoutePartId> OwnParts =>
        from entry in _brokers
        where entry.Value.LedEpoch != 0
        from index in Enumerable.Range(0, RoutePartId.PartsPerBroker)
        select new RoutePartId(entry.Key, index);

    /// <summary>The registration of a broker; null: never heard of.</summary>
    public BrokerRegistration? FindRegistration(string brokerName) => _brokers.GetValueOrDefault(brokerName)?.Registration;

    /// <summary>One bucket of a broker's topics; null: never heard of.</summary>
    public TopicBucket? FindBucket(string brokerName, int index) => _brokers.GetValueOrDefault(brokerName)?.Buckets[index];

    /// <summary>This node leads the broker in an epoch and tells where it is. Refused when a later epoch is known already.</summary>
    public RouteChange PublishBroker(string brokerName, string cluster, long epoch, ImmutableSortedDictionary<long, string> addresses)
    {
        KnownBroker broker = _brokers.GetValueOrDefault(brokerName) ?? KnownBroker.Unknown(brokerName);
        if (epoch <= 0)
        {
            return Refuse($"epoch {epoch} of {brokerName} is not above 0");
        }

        if (epoch < broker.HighestEpoch)
        {
            return Refuse($"epoch {epoch} of {brokerName} is over: epoch {broker.HighestEpoch} is known");
        }

        var registration = new BrokerRegistration(brokerName, cluster, Next(broker.Registration?.Stamp, epoch), addresses, Retracted: false);
        if (broker.LedEpoch == epoch && broker.Registration is { } before && before.SaysTheSameAs(registration))
        {
            return new RouteChange(this, []);
        }

        return new RouteChange(
            Replace(brokerName, broker with { Registration = registration, LedEpoch = epoch }),
            [RoutePartId.OfRegistration(brokerName)]);
    }

    /// <summary>
    /// Clients are not told of these addresses, at which nobody is now. What is published stays as it is: another node may see it otherwise.
    /// </summary>
    public RouteState WithAbsent(ImmutableHashSet<string> absent)
    {
        if (absent.SetEquals(_absent))
        {
            return this;
        }

        RouteView view = View;
        ImmutableHashSet<string> changed = absent.SymmetricExcept(_absent);
        foreach ((string name, KnownBroker broker) in _brokers)
        {
            if (broker.IsShown && broker.Registration!.Addresses.Values.Any(changed.Contains))
            {
                view = Show(view, name, broker, absent);
            }
        }

        return new RouteState(_brokers, view, absent);
    }

    /// <summary>The brokers that this node publishes, and where.</summary>
    public IEnumerable<BrokerRegistration> OwnRegistrations =>
        from entry in _brokers
        where entry.Value.LedEpoch != 0 && entry.Value.Registration is { Retracted: false } registration && registration.Stamp.Epoch == entry.Value.LedEpoch
        select entry.Value.Registration;

    /// <summary>
    /// Adds or changes topics of a broker that this node leads in that epoch. <paramref name="complete"/>: these are all topics that the
    /// broker has, what else was known of it goes; a new epoch starts with that.
    /// </summary>
    public RouteChange PublishTopics(string brokerName, long epoch, IReadOnlyCollection<TopicConfig> topics, bool complete)
    {
        if (RefuseUnlessLed(brokerName, epoch) is { } refusal)
        {
            return Refuse(refusal);
        }

        return complete
            ? PublishAll(brokerName, epoch, topics)
            : PublishSome(brokerName, epoch, topics.Select(topic => KeyValuePair.Create<string, TopicConfig?>(topic.Topic, topic)));
    }

    /// <summary>Takes one topic out of a broker that this node leads in that epoch; no error if the broker does not have it.</summary>
    public RouteChange RetractTopic(string brokerName, long epoch, string topic) => RefuseUnlessLed(brokerName, epoch) is { } refusal
        ? Refuse(refusal)
        : PublishSome(brokerName, epoch, [KeyValuePair.Create<string, TopicConfig?>(topic, null)]);

    /// <summary>Takes a broker that this node leads in that epoch out of the cluster, with all its topics.</summary>
    public RouteChange RetractBroker(string brokerName, long epoch)
    {
        if (RefuseUnlessLed(brokerName, epoch) is { } refusal)
        {
            return Refuse(refusal);
        }

        KnownBroker broker = _brokers[brokerName];
        BrokerRegistration before = broker.Registration!;
        var emptied = PublishTopics(brokerName, epoch, [], complete: true);
        broker = emptied.State._brokers[brokerName] with
        {
            Registration = before with { Stamp = Next(before.Stamp, epoch), Addresses = before.Addresses.Clear(), Retracted = true },
        };
        return new RouteChange(
            emptied.State.Replace(brokerName, broker),
            emptied.ToPublish.Add(RoutePartId.OfRegistration(brokerName)));
    }

    /// <summary>A registration that another node published, or an echo of this node's own.</summary>
    public RouteChange Apply(BrokerRegistration received)
    {
        KnownBroker broker = _brokers.GetValueOrDefault(received.BrokerName) ?? KnownBroker.Unknown(received.BrokerName);
        BrokerRegistration? known = broker.Registration;
        switch (Judge(broker, known?.Stamp, received.Stamp, known is not null && known.SaysTheSameAs(received)))
        {
            case Verdict.Ignore:
                return new RouteChange(this, []);
            case Verdict.Correct:
                BrokerRegistration corrected = known! with { Stamp = Next(received.Stamp, broker.LedEpoch) };
                return new RouteChange(
                    Replace(received.BrokerName, broker with { Registration = corrected }),
                    [RoutePartId.OfRegistration(received.BrokerName)]);
            default:
                return new RouteChange(Replace(received.BrokerName, Heed(broker, received.Stamp) with { Registration = received }), []);
        }
    }

    /// <summary>A bucket that another node published, or an echo of this node's own.</summary>
    public RouteChange Apply(TopicBucket received)
    {
        KnownBroker broker = _brokers.GetValueOrDefault(received.BrokerName) ?? KnownBroker.Unknown(received.BrokerName);
        TopicBucket known = broker.Buckets[received.Index];
        switch (Judge(broker, known.Stamp, received.Stamp, known.SaysTheSameAs(received)))
        {
            case Verdict.Ignore:
                return new RouteChange(this, []);
            case Verdict.Correct:
                TopicBucket corrected = known with { Stamp = Next(received.Stamp, broker.LedEpoch) };
                return new RouteChange(
                    ReplaceBuckets(received.BrokerName, broker, corrected), [new RoutePartId(received.BrokerName, received.Index)]);
            default:
                return new RouteChange(ReplaceBuckets(received.BrokerName, Heed(broker, received.Stamp), received), []);
        }
    }

    private enum Verdict
    {
        Ignore,
        Accept,
        Correct,
    }

    /// <summary>
    /// Newer states are accepted. One that claims this node's own epoch but says something else was left behind by an earlier process that
    /// published in the same epoch: it is overruled with a higher version.
    /// </summary>
    private static Verdict Judge(KnownBroker broker, PartStamp? known, PartStamp received, bool same)
    {
        if (received < known)
        {
            return Verdict.Ignore;
        }

        bool own = broker.LedEpoch != 0 && received.Epoch == broker.LedEpoch && known?.Epoch == broker.LedEpoch;
        if (received == known && same)
        {
            return Verdict.Ignore;
        }

        return own && !same ? Verdict.Correct : Verdict.Accept;
    }

    // A part of a later epoch ends this node's leadership, whichever part comes first.
    private static KnownBroker Heed(KnownBroker broker, PartStamp received) =>
        received.Epoch > broker.LedEpoch ? broker with { LedEpoch = 0 } : broker;

    private static PartStamp Next(PartStamp? before, long epoch) =>
        before is { } stamp && stamp.Epoch == epoch ? new PartStamp(epoch, stamp.Version + 1) : new PartStamp(epoch, 1);

    private RouteChange Refuse(string reason) => new(this, [], reason);

    private string? RefuseUnlessLed(string brokerName, long epoch) => _brokers.GetValueOrDefault(brokerName)?.LedEpoch switch
    {
        null or 0 => $"{brokerName} is not published by this node",
        long led when led != epoch => $"epoch {epoch} of {brokerName} is not the published one, {led}",
        _ => null,
    };

    /// <summary>Exactly these topics, in all buckets.</summary>
    private RouteChange PublishAll(string brokerName, long epoch, IReadOnlyCollection<TopicConfig> topics)
    {
        KnownBroker broker = _brokers[brokerName];
        ILookup<int, TopicConfig> byBucket = topics.ToLookup(topic => TopicBucket.IndexOf(topic.Topic));
        var changed = new List<TopicBucket>(TopicBucket.Count);
        foreach (TopicBucket before in broker.Buckets)
        {
            TopicBucket after = before with
            {
                Stamp = Next(before.Stamp, epoch),
                Topics = TopicBucket.NoTopics.SetItems(byBucket[before.Index].Select(topic => KeyValuePair.Create(topic.Topic, topic))),
            };
            if (before.Stamp.Epoch != epoch || !after.SaysTheSameAs(before))
            {
                changed.Add(after);
            }
        }

        return new RouteChange(
            ReplaceBuckets(brokerName, broker, [.. changed]), [.. changed.Select(bucket => new RoutePartId(brokerName, bucket.Index))]);
    }

    /// <summary>These changes and no others; a null config takes the topic away. Looks at the rest of a bucket no more than at other buckets.</summary>
    private RouteChange PublishSome(string brokerName, long epoch, IEnumerable<KeyValuePair<string, TopicConfig?>> topics)
    {
        KnownBroker broker = _brokers[brokerName];
        var buckets = broker.Buckets.ToBuilder();
        var differences = new List<KeyValuePair<string, TopicConfig?>>();
        var parts = new SortedSet<int>();
        foreach ((string topic, TopicConfig? config) in topics)
        {
            int index = TopicBucket.IndexOf(topic);
            TopicBucket bucket = buckets[index];
            bool differs = bucket.Topics.GetValueOrDefault(topic) != config;
            if (!differs && bucket.Stamp.Epoch == epoch)
            {
                continue;
            }

            if (differs)
            {
                differences.Add(new(topic, config));
            }

            buckets[index] = bucket with
            {
                Stamp = parts.Add(index) ? Next(bucket.Stamp, epoch) : bucket.Stamp,
                Topics = config is null ? bucket.Topics.Remove(topic) : bucket.Topics.SetItem(topic, config),
            };
        }

        return new RouteChange(
            WithBuckets(brokerName, broker, buckets.ToImmutable(), differences), [.. parts.Select(index => new RoutePartId(brokerName, index))]);
    }

    /// <summary>A new registration: the view gets or loses the broker with all its topics, unless only the stamp is new.</summary>
    private RouteState Replace(string brokerName, KnownBroker after)
    {
        KnownBroker? before = _brokers.GetValueOrDefault(brokerName);
        bool isSame = after.IsShown && before?.IsShown == true && before.Registration!.SaysTheSameAs(after.Registration!);
        return new RouteState(_brokers.SetItem(brokerName, after), isSame ? View : Show(View, brokerName, after, _absent), _absent);
    }

    /// <summary>The view with a broker as clients are to see it: with the addresses at which somebody is, and not at all without any.</summary>
    private static RouteView Show(RouteView view, string brokerName, KnownBroker broker, ImmutableHashSet<string> absent)
    {
        if (broker.IsShown && new BrokerRoute(broker.Registration!, absent) is { Addresses.IsEmpty: false } route)
        {
            return view.WithBroker(route, broker.Topics);
        }

        return view.Brokers.ContainsKey(brokerName) ? view.WithoutBroker(brokerName, broker.Topics.Select(topic => topic.Topic)) : view;
    }

    private RouteState ReplaceBuckets(string brokerName, KnownBroker broker, params ReadOnlySpan<TopicBucket> changed)
    {
        var buckets = broker.Buckets.ToBuilder();
        var differences = new List<KeyValuePair<string, TopicConfig?>>();
        foreach (TopicBucket bucket in changed)
        {
            buckets[bucket.Index].AddDifferences(bucket, differences);
            buckets[bucket.Index] = bucket;
        }

        return WithBuckets(brokerName, broker, buckets.ToImmutable(), differences);
    }

    private RouteState WithBuckets(
        string brokerName, KnownBroker broker, ImmutableArray<TopicBucket> buckets, List<KeyValuePair<string, TopicConfig?>> differences)
    {
        RouteView view = View.Brokers.ContainsKey(brokerName) && differences.Count > 0 ? View.WithTopics(brokerName, differences) : View;
        return new RouteState(_brokers.SetItem(brokerName, broker with { Buckets = buckets }), view, _absent);
    }
}
