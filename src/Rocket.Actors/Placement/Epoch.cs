using System.Globalization;

namespace Rocket.Actors.Placement;

/// <summary>
/// One reign of one master over one broker. Every record that is written carries it, and a replica refuses records of an epoch lower than
/// the highest it has promised. No two voters own the same epoch: the bits are laid out as those of a <see cref="Ballot"/>, with the
/// term in place of the round.
/// </summary>
/// <param name="Value">The 64 bits, as they stand in record headers; 0 is before every epoch.</param>
public readonly record struct Epoch(long Value) : IComparable<Epoch>
{
    /// <summary>Before every epoch that a master can own.</summary>
    public static Epoch None => default;

    /// <summary>The voter that owns this epoch.</summary>
    public int Voter => new Ballot(Value).Voter;

    /// <summary>Counts the changes of master, from 1.</summary>
    public long Term => new Ballot(Value).Round;

    public static bool operator <(Epoch left, Epoch right) => left.Value < right.Value;

    public static bool operator >(Epoch left, Epoch right) => left.Value > right.Value;

    public static bool operator <=(Epoch left, Epoch right) => left.Value <= right.Value;

    public static bool operator >=(Epoch left, Epoch right) => left.Value >= right.Value;

    /// <summary>The next term's epoch of a voter.</summary>
    public Epoch Next(int voter) => new(new Ballot(Value).Next(voter).Value);

    /// <inheritdoc/>
    public int CompareTo(Epoch other) => Value.CompareTo(other.Value);

    /// <summary>Term and voter, for people.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Term}.{Voter}");
}
