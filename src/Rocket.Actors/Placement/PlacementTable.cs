using System.Collections.Immutable;

namespace Rocket.Actors.Placement;

/// <summary>
/// What this node has heard of the placements of all brokers. Written by its placement actor alone, read by anyone without a lock. A hint:
/// it may lag, and only the register decides.
/// </summary>
public sealed class PlacementTable
{
    private volatile View _current = new(ImmutableDictionary<string, BrokerPlacement?>.Empty, ImmutableDictionary<string, string>.Empty);

    private volatile bool _mayVote;
    private volatile string? _votedOut;
    private volatile IReadOnlyCollection<string> _doubtful = [];

    /// <summary>Whether this node's voter votes.</summary>
    public bool MayVote
    {
        get => _mayVote;
        internal set => _mayVote = value;
    }

    /// <summary>The other one of two voters, if it is gone by a person's word; null: it is not.</summary>
    public string? VotedOut
    {
        get => _votedOut;
        internal set => _votedOut = value;
    }

    /// <summary>Brokers that this node must not lead: it has lost its past, and its copies may lack what a register says that it holds.</summary>
    public IReadOnlyCollection<string> Doubtful
    {
        get => _doubtful;
        internal set => _doubtful = value;
    }

    /// <summary>Agreed placements by broker, as one snapshot; null: the register was read and is empty. Brokers not read yet are missing.</summary>
    public IReadOnlyDictionary<string, BrokerPlacement?> Placements => _current.Placements;

    /// <summary>The agreed placement of a broker.</summary>
    /// <param name="broker">Broker name.</param>
    /// <param name="placement">Null: the broker never had one.</param>
    /// <returns>False: not read yet.</returns>
    public bool TryGet(string broker, out BrokerPlacement? placement) => _current.Placements.TryGetValue(broker, out placement);

    /// <summary>The node where the broker's shard is of no use, since its last agreed change; null: none is known.</summary>
    public string? MisplacedAt(string broker) => _current.Misplaced.GetValueOrDefault(broker);

    /// <summary>Takes news in; older news is ignored. An agreed change ends a misplacement. For the placement actor alone.</summary>
    public void Learn(string broker, BrokerPlacement? placement)
    {
        var view = _current;
        var isNew = !view.Placements.TryGetValue(broker, out var known);
        if (!isNew && (known?.Version ?? 0) >= (placement?.Version ?? 0))
        {
            return;
        }

        _current = new View(view.Placements.SetItem(broker, placement), isNew ? view.Misplaced : view.Misplaced.Remove(broker));
    }

    /// <summary>Notes that a broker's shard is of no use on a node. For the placement actor alone.</summary>
    public void NoteMisplaced(string broker, string node)
    {
        var view = _current;
        _current = view with { Misplaced = view.Misplaced.SetItem(broker, node) };
    }

    private sealed record View(ImmutableDictionary<string, BrokerPlacement?> Placements, ImmutableDictionary<string, string> Misplaced);
}
