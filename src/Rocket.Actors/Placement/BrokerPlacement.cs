using System.Collections.Immutable;

namespace Rocket.Actors.Placement;

/// <summary>Who leads a broker: the value of its placement register. Equal when all of it is equal.</summary>
/// <param name="Epoch">The master's epoch; changes with every takeover, even by the same node.</param>
/// <param name="Version">Counts the agreed changes of this register, from 1.</param>
/// <param name="Master">Node that leads, a member of <paramref name="InSync"/>; null while nobody does.</param>
/// <param name="InSync">Nodes that hold every visible and every confirmed record, in the order of their names.</param>
/// <param name="WantedMaster">Node that should lead when it is up and in sync; null: no preference.</param>
public sealed record BrokerPlacement(Epoch Epoch, long Version, string? Master, ImmutableSortedSet<string> InSync, string? WantedMaster)
{
    /// <summary>A set of node names in the order that placements keep.</summary>
    public static ImmutableSortedSet<string> Nodes(params IEnumerable<string> names) => ImmutableSortedSet.CreateRange(StringComparer.Ordinal, names);

    /// <inheritdoc/>
    public bool Equals(BrokerPlacement? other) =>
        other is not null && Epoch == other.Epoch && Version == other.Version && Master == other.Master && WantedMaster == other.WantedMaster
        && InSync.SequenceEqual(other.InSync, StringComparer.Ordinal);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Epoch, Version, Master, InSync.Count, WantedMaster);

    /// <summary>For people.</summary>
    public override string ToString() =>
        $"epoch {Epoch}, version {Version}, master {Master ?? "none"}, in sync [{string.Join(", ", InSync)}], wanted {WantedMaster ?? "any"}";
}
