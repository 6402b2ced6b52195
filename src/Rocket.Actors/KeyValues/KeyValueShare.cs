using System.Collections.Immutable;
using Rocket.Actors.Routing;

namespace Rocket.Actors.KeyValues;

/// <summary>A fixed share of one broker's entries, published as a whole.</summary>
/// <param name="Broker">The broker that has them in its metadata.</param>
/// <param name="Index">0 to <see cref="Count"/> − 1.</param>
/// <param name="Stamp">The master's epoch and its running number in it.</param>
/// <param name="Entries">By name.</param>
public sealed record KeyValueShare(string Broker, int Index, PartStamp Stamp, ImmutableDictionary<KeyValueName, KeyValueEntry> Entries)
{
    /// <summary>Shares of each broker.</summary>
    public const int Count = 32;

    /// <summary>A share with more bytes might not fit Akka.Remote's 128 000.</summary>
    public const int GreatestBytes = 90_000;

    /// <summary>Nothing yet.</summary>
    public static readonly ImmutableDictionary<KeyValueName, KeyValueEntry> Nothing = ImmutableDictionary<KeyValueName, KeyValueEntry>.Empty;

    /// <summary>Whether both say the same, whatever their stamps are.</summary>
    public bool SaysTheSameAs(KeyValueShare other) =>
        ReferenceEquals(Entries, other.Entries)
        || (Entries.Count == other.Entries.Count && Entries.All(entry => other.Entries.TryGetValue(entry.Key, out var same) && same == entry.Value));
}
