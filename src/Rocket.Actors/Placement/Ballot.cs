using System.Globalization;

namespace Rocket.Actors.Placement;

/// <summary>
/// Orders the attempts of all proposers on one register. No two voters own the same ballot, because the owner's index is part of it:
/// <code>
///  63 62                                          8 7          0
/// +--+---------------------------------------------+------------+
/// | 0|                    round                    | voter index|
/// +--+---------------------------------------------+------------+
/// </code>
/// </summary>
/// <param name="Value">The 64 bits; 0 is below every ballot of every voter.</param>
public readonly record struct Ballot(long Value) : IComparable<Ballot>
{
    /// <summary>Low bits that hold the voter's index.</summary>
    public const int VoterBits = 8;

    /// <summary>Voters that can be told apart: indexes 0 to this − 1.</summary>
    public const int MaxVoters = 1 << VoterBits;

    /// <summary>Below every ballot that a voter can own.</summary>
    public static Ballot None => default;

    /// <summary>The voter that owns this ballot.</summary>
    public int Voter => (int)(Value & (MaxVoters - 1));

    /// <summary>Counts the attempts, from 1.</summary>
    public long Round => Value >> VoterBits;

    public static bool operator <(Ballot left, Ballot right) => left.Value < right.Value;

    public static bool operator >(Ballot left, Ballot right) => left.Value > right.Value;

    public static bool operator <=(Ballot left, Ballot right) => left.Value <= right.Value;

    public static bool operator >=(Ballot left, Ballot right) => left.Value >= right.Value;

    /// <summary>The next round's ballot of a voter: above this one and above every other voter's ballot of this round.</summary>
    public Ballot Next(int voter)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(voter);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(voter, MaxVoters);
        return new Ballot(checked(((Round + 1) * MaxVoters) + voter));
    }

    /// <inheritdoc/>
    public int CompareTo(Ballot other) => Value.CompareTo(other.Value);

    /// <summary>Round and voter, for people.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Round}.{Voter}");
}
