using Akka.Actor;
using Akka.DistributedData;
using Akka.Event;

namespace Rocket.Actors.Wire;

/// <summary>A part as DistributedData holds it now.</summary>
/// <param name="Owner">What it belongs to.</param>
/// <param name="Index">Which of the owner's parts it is.</param>
/// <param name="Part">Its newest known state.</param>
public readonly record struct ReceivedPart(string Owner, int Index, PublishedPart Part);

/// <summary>
/// One actor's conversation with DistributedData about one family of parts (routes, clients). Not an actor: it lives inside one and is
/// called from its Receive only.
/// </summary>
/// <remarks>
/// <para>A grow-only set holds the names of all owners; each owner has a fixed number of parts, each under a key of its own, because
/// Akka.Remote drops what is too large for a frame. The names of brokers and nodes are few and come back, so the set needs no removal.</para>
/// <para>At most one write per part is under way. What changes meanwhile is written once, as it is then: a thousand topics in a row cost a few
/// writes each bucket. A write goes straight to all nodes; one that does not answer in time is left to gossip.</para>
/// </remarks>
public sealed class PartExchange
{
    /// <summary>Straight to all nodes; for so long a write waits for a node before the next one may start.</summary>
    private static readonly IWriteConsistency Everywhere = new WriteAll(TimeSpan.FromMilliseconds(500));

    /// <summary>
    /// Bytes of a part at most: so many of them that one gossip message may carry fit the greatest frame (<see cref="WireConfiguration"/>). What does not
    /// fit Akka.Remote drops without a word to its sender.
    /// </summary>
    public const int GreatestBytes = 400_000;

    private readonly IActorRef _self;
    private readonly IActorRef _replicator;
    private readonly ILoggingAdapter _log;
    private readonly string _family;
    private readonly int _partsPerOwner;
    private readonly Func<string, int, PublishedPart> _read;
    private readonly GSetKey<string> _ownersKey;
    private readonly HashSet<string> _owners = new(StringComparer.Ordinal);
    private readonly HashSet<string> _announced = new(StringComparer.Ordinal);
    private readonly Dictionary<PartKey, bool> _underWay = [];
    private readonly Dictionary<PartKey, PublishedPart> _lastSeen = [];

    /// <param name="self">The actor that this belongs to.</param>
    /// <param name="replicator">The node's replicator.</param>
    /// <param name="log">Where failed writes are reported.</param>
    /// <param name="family">Prefix of the keys.</param>
    /// <param name="partsPerOwner">Parts that every owner has, the same on all nodes.</param>
    /// <param name="read">Gives a part that this node writes in its state at the time of the call.</param>
    public PartExchange(
        IActorRef self, IActorRef replicator, ILoggingAdapter log, string family, int partsPerOwner, Func<string, int, PublishedPart> read)
    {
        _self = self;
        _replicator = replicator;
        _log = log;
        _family = family;
        _partsPerOwner = partsPerOwner;
        _read = read;
        _ownersKey = new GSetKey<string>($"{family}/owners");
    }

    /// <summary>
    /// Asks for everything that is known and will be known, and repeats what this node has to say. Called at the start, and again from time
    /// to time: a replicator that was restarted has lost its data and its subscribers, and answers nobody.
    /// </summary>
    public void Synchronize(IEnumerable<(string Owner, int Index)> ownParts)
    {
        _underWay.Clear();
        _replicator.Tell(Dsl.Subscribe(_ownersKey, _self), _self);
        foreach (string owner in _owners)
        {
            SubscribeTo(owner);
        }

        foreach (string owner in _announced)
        {
            WriteOwners(owner);
        }

        foreach ((string owner, int index) in ownParts)
        {
            Announce(owner);
            Start(new PartKey(_family, owner, index), WriteLocal.Instance);
        }
    }

    /// <summary>
    /// Says everything of this node's again, straight to all nodes: a node that has come just now would wait for gossip, which carries a few parts at
    /// a time.
    /// </summary>
    public void Repeat(IEnumerable<(string Owner, int Index)> ownParts)
    {
        foreach (string owner in _announced)
        {
            WriteOwners(owner);
        }

        foreach ((string owner, int index) in ownParts)
        {
            Write(owner, index);
        }
    }

    /// <summary>Tells all nodes that parts of this owner exist.</summary>
    public void Announce(string owner)
    {
        if (_announced.Add(owner))
        {
            WriteOwners(owner);
        }

        Meet(owner);
    }

    /// <summary>The part has changed: write it now, or as soon as the write under way is over.</summary>
    public void Write(string owner, int index)
    {
        var key = new PartKey(_family, owner, index);
        if (_underWay.ContainsKey(key))
        {
            _underWay[key] = true;
        }
        else
        {
            Start(key, Everywhere);
        }
    }

    /// <summary>
    /// Takes a message if it is one of DistributedData's about this family. <paramref name="received"/> is set when it brought the state of a
    /// part, whoever wrote it.
    /// </summary>
    public bool TryTake(object message, out ReceivedPart? received)
    {
        received = null;
        switch (message)
        {
            case Changed { Key: PartKey key } changed:
                PublishedPart part = changed.Get(key);
                // The replicator hands out what it holds: the same object again says nothing new, an echo of the last write for instance.
                if (!ReferenceEquals(_lastSeen.GetValueOrDefault(key), part))
                {
                    received = new ReceivedPart(key.Owner, key.Index, part);
                }

                _lastSeen[key] = part;
                return true;
            case Changed changed when changed.Key.Equals(_ownersKey):
                foreach (string owner in changed.Get(_ownersKey).Elements)
                {
                    Meet(owner);
                }

                return true;
            case IUpdateResponse { Request: PartKey key } response:
                if (response is ModifyFailure failure)
                {
                    _log.Error(failure.Cause, "Part {0} could not be written: {1}", key, failure.ErrorMessage);
                }

                if (_underWay.Remove(key, out bool again) && again)
                {
                    Start(key, Everywhere);
                }

                return true;
            case IUpdateResponse response when response.Key.Equals(_ownersKey):
                // A node that did not answer in time learns the name by gossip.
                return true;
            default:
                return false;
        }
    }

    private void Meet(string owner)
    {
        if (_owners.Add(owner))
        {
            SubscribeTo(owner);
        }
    }

    private void SubscribeTo(string owner)
    {
        for (int index = 0; index < _partsPerOwner; index++)
        {
            _replicator.Tell(Dsl.Subscribe(new PartKey(_family, owner, index), _self), _self);
        }
    }

    private void WriteOwners(string owner) => _replicator.Tell(
        Dsl.Update(_ownersKey, GSet<string>.Empty, Everywhere, set => set.Contains(owner) ? set : set.Add(owner)), _self);

    private void Start(PartKey key, IWriteConsistency consistency)
    {
        PublishedPart part = _read(key.Owner, key.Index);
        if (part.Payload.Length > GreatestBytes)
        {
            _log.Warning("Part {0} has {1} bytes, too many for one message between nodes", key, part.Payload.Length);
        }

        _lastSeen[key] = part;
        _underWay[key] = false;
        _replicator.Tell(Dsl.Update(key, part, consistency, key, known => known.Merge(part)), _self);
    }
}
