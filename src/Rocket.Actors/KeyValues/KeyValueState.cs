using System.Collections.Immutable;
using Rocket.Actors.Routing;

namespace Rocket.Actors.KeyValues;

/// <summary>
/// What all brokers have of the name server's settings, and the view made from it. Immutable: each step returns the next state.
/// </summary>
/// <remarks>
/// Each broker that is led somewhere publishes what its metadata hold, in shares; of two states of a share the one with the higher <see cref="PartStamp"/>
/// replaces the other as a whole, as with routes. The view is the newest entry of each setting over all brokers. It depends only on what was published, not on
/// the order in which it came, so nodes that have heard the same show the same.
/// </remarks>
public sealed class KeyValueState
{
    public static readonly KeyValueState Empty = new(ImmutableDictionary<string, KnownBroker>.Empty, KeyValueShare.Nothing, KeyValueView.Empty);

    private readonly ImmutableDictionary<string, KnownBroker> _brokers;
    private readonly ImmutableDictionary<KeyValueName, KeyValueEntry> _heard;

    private KeyValueState(
        ImmutableDictionary<string, KnownBroker> brokers, ImmutableDictionary<KeyValueName, KeyValueEntry> heard, KeyValueView view) =>
        (_brokers, _heard, View) = (brokers, heard, view);

    public KeyValueView View { get; }

    /// <summary>The shares that this node is the writer of.</summary>
    public IEnumerable<(string Broker, int Index)> OwnShares =>
        from broker in _brokers.Values
        where broker.LedEpoch != 0
        from share in broker.Shares
        where share.Stamp.Epoch == broker.LedEpoch
        select (broker.Name, share.Index);

    /// <summary>One share of a broker; null: never heard of.</summary>
    public KeyValueShare? FindShare(string broker, int index) => _brokers.GetValueOrDefault(broker)?.Shares[index];

    /// <summary>This node leads the broker in an epoch, and these are all entries that it has. Null: a later epoch is known already.</summary>
    public KeyValueChange? PublishAll(string broker, long epoch, IEnumerable<KeyValueEntry> entries)
    {
        var known = _brokers.GetValueOrDefault(broker) ?? KnownBroker.Unknown(broker);
        if (epoch < known.Shares.Max(share => share.Stamp.Epoch))
        {
            return null;
        }

        var byShare = entries.ToLookup(entry => entry.Name.Share);
        List<int> changed = [];
        var shares = known.Shares.ToBuilder();
        foreach (var before in known.Shares)
        {
            var after = before with
            {
                Stamp = Next(before.Stamp, epoch),
                Entries = KeyValueShare.Nothing.SetItems(byShare[before.Index].Select(entry => KeyValuePair.Create(entry.Name, entry))),
            };

            // What says the same stays as its last master published it: most clusters keep few settings or none.
            if (!after.SaysTheSameAs(before))
            {
                shares[before.Index] = after;
                changed.Add(before.Index);
            }
        }

        var led = Replace(known with { LedEpoch = epoch, Shares = shares.ToImmutable() }, changed, publish: true);
        return led with { Shares = [.. Enumerable.Range(0, KeyValueShare.Count)] };
    }

    /// <summary>What has changed of a broker that this node leads in that epoch. Null: it does not.</summary>
    public KeyValueChange? PublishSome(string broker, long epoch, IEnumerable<KeyValueEntry> entries, IEnumerable<KeyValueName> forgotten)
    {
        if (_brokers.GetValueOrDefault(broker) is not { } known || known.LedEpoch != epoch)
        {
            return null;
        }

        var shares = known.Shares.ToBuilder();
        var changed = new SortedSet<int>();
        foreach (var entry in entries)
        {
            Change(entry.Name, all => all.SetItem(entry.Name, entry));
        }

        foreach (var name in forgotten)
        {
            Change(name, all => all.Remove(name));
        }

        return Replace(known with { Shares = shares.ToImmutable() }, [.. changed], publish: true);

        void Change(KeyValueName name, Func<ImmutableDictionary<KeyValueName, KeyValueEntry>, ImmutableDictionary<KeyValueName, KeyValueEntry>> change)
        {
            var share = shares[name.Share];
            shares[name.Share] = share with
            {
                Stamp = changed.Add(name.Share) ? Next(share.Stamp, epoch) : share.Stamp,
                Entries = change(share.Entries),
            };
        }
    }

    /// <summary>A share that another node published, or an echo of this node's own. What is not of a later epoch than this node's own is overruled by what this one has.</summary>
    public KeyValueChange Apply(KeyValueShare received)
    {
        var known = _brokers.GetValueOrDefault(received.Broker) ?? KnownBroker.Unknown(received.Broker);
        var before = known.Shares[received.Index];
        var isSame = before.SaysTheSameAs(received);
        if (received.Stamp < before.Stamp || (received.Stamp == before.Stamp && isSame))
        {
            return new KeyValueChange(this, [], []);
        }

        if (!isSame && known.LedEpoch != 0 && received.Stamp.Epoch <= known.LedEpoch)
        {
            var corrected = before with { Stamp = Next(received.Stamp, known.LedEpoch) };
            return Replace(known with { Shares = known.Shares.SetItem(received.Index, corrected) }, [received.Index], publish: true);
        }

        var ledEpoch = received.Stamp.Epoch > known.LedEpoch ? 0 : known.LedEpoch;
        return Replace(known with { LedEpoch = ledEpoch, Shares = known.Shares.SetItem(received.Index, received) }, [received.Index], publish: false);
    }

    /// <summary>What came of a write that was asked for here, before its broker's gossip tells so: who has written reads it.</summary>
    public KeyValueState Hear(KeyValueEntry entry)
    {
        if (!entry.IsNewerThan(View.Find(entry.Name)))
        {
            return this;
        }

        var heard = _heard.SetItem(entry.Name, entry);
        return new KeyValueState(_brokers, heard, Show(View, entry.Name.Share, _brokers, heard));
    }

    /// <summary>
    /// What a broker that this node leads lacks of these shares. It takes that into its own metadata: each broker has everything, so that nothing is lost with
    /// one. That something was deleted which it never had does not concern it.
    /// </summary>
    public IReadOnlyList<KeyValueEntry> NewsFor(string broker, IEnumerable<int> shares) =>
        _brokers.GetValueOrDefault(broker) is { LedEpoch: not 0 } known
            ? [.. shares.SelectMany(index => View.InShare(index).Where(entry => IsNews(entry, known.Shares[index].Entries.GetValueOrDefault(entry.Name))))]
            : [];

    /// <summary>The brokers that this node publishes.</summary>
    public IEnumerable<string> OwnBrokers => _brokers.Where(entry => entry.Value.LedEpoch != 0).Select(entry => entry.Key);

    /// <summary>Whether nobody would notice if it were forgotten that a setting was deleted: no broker has an earlier value of it.</summary>
    public bool IsForgettable(KeyValueName name) =>
        View.Find(name) is not { IsDeleted: false }
        && _brokers.Values.All(broker => broker.Shares[name.Share].Entries.GetValueOrDefault(name) is not { IsDeleted: false });

    internal static bool IsNews(KeyValueEntry entry, KeyValueEntry? own) => entry.IsNewerThan(own) && (!entry.IsDeleted || own is { IsDeleted: false });

    private static PartStamp Next(PartStamp before, long epoch) => before.Epoch == epoch ? new PartStamp(epoch, before.Version + 1) : new PartStamp(epoch, 1);

    private KeyValueChange Replace(KnownBroker broker, IReadOnlyList<int> shares, bool publish)
    {
        var brokers = _brokers.SetItem(broker.Name, broker);

        // What the brokers tell by now need not be remembered beside them.
        var heard = _heard.RemoveRange(
            _heard.Values.Where(entry => shares.Contains(entry.Name.Share)
                && brokers.Values.Any(known => known.Shares[entry.Name.Share].Entries.GetValueOrDefault(entry.Name) is { } told && !entry.IsNewerThan(told)))
            .Select(entry => entry.Name));
        var view = shares.Aggregate(View, (shown, index) => Show(shown, index, brokers, heard));
        return new KeyValueChange(new KeyValueState(brokers, heard, view), shares, publish ? [.. shares.Select(index => (broker.Name, index))] : []);
    }

    private static KeyValueView Show(
        KeyValueView view, int index, ImmutableDictionary<string, KnownBroker> brokers, ImmutableDictionary<KeyValueName, KeyValueEntry> heard)
    {
        var newest = KeyValueShare.Nothing.ToBuilder();
        foreach (var entry in brokers.Values.SelectMany(broker => broker.Shares[index].Entries.Values).Concat(heard.Values.Where(entry => entry.Name.Share == index)))
        {
            if (entry.IsNewerThan(newest.GetValueOrDefault(entry.Name)))
            {
                newest[entry.Name] = entry;
            }
        }

        return view.With(index, newest.ToImmutable());
    }

    /// <param name="Name">Broker name.</param>
    /// <param name="Shares">One for each index.</param>
    /// <param name="LedEpoch">The epoch in which this node itself publishes the broker; 0: another node does, or nobody.</param>
    private sealed record KnownBroker(string Name, ImmutableArray<KeyValueShare> Shares, long LedEpoch)
    {
        public static KnownBroker Unknown(string name) =>
            new(name, [.. Enumerable.Range(0, KeyValueShare.Count).Select(index => new KeyValueShare(name, index, default, KeyValueShare.Nothing))], 0);
    }
}

/// <summary>One step of the state.</summary>
/// <param name="State">The state after it.</param>
/// <param name="Shares">Indexes of the shares in which something may have changed.</param>
/// <param name="ToPublish">Shares that this node has to publish.</param>
public sealed record KeyValueChange(KeyValueState State, IReadOnlyList<int> Shares, IReadOnlyList<(string Broker, int Index)> ToPublish);
