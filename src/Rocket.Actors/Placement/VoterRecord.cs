using System.Collections.Immutable;

namespace Rocket.Actors.Placement;

/// <summary>One start of one voter.</summary>
/// <param name="Starts">How often the voter was started on its data folder, this time included.</param>
/// <param name="Incarnation">A random number drawn at that start: two starts of one count, one of them on an old copy of the folder, differ in it.</param>
public readonly record struct VoterStart(long Starts, long Incarnation);

/// <summary>What a voter remembers of another one, for good.</summary>
/// <param name="Start">The latest start that it has dealt with.</param>
/// <param name="Highest">The highest number of a start that it has ever heard; above that of <paramref name="Start"/> after a loss.</param>
/// <param name="EverVoted">Whether that voter ever said that it votes.</param>
public sealed record VoterMemory(VoterStart Start, long Highest, bool EverVoted)
{
    /// <summary>After dealing with a start that has its past.</summary>
    public static VoterMemory After(VoterMemory? before, VoterStart start, bool votes) =>
        new(start, Math.Max(before?.Highest ?? 0, start.Starts), votes || before?.EverVoted == true);

    /// <summary>After a start that has lost its past: another start of the same number or a higher one is told by a number above both.</summary>
    public static VoterMemory AfterLoss(VoterMemory? before, VoterStart start) =>
        before is null || before.Start == start || before.Highest < start.Starts
            ? After(before, start, votes: false)
            : new VoterMemory(start, before.Highest + 1, before.EverVoted);
}

/// <summary>What a voter keeps about itself and the others beside its registers.</summary>
/// <param name="Starts">How often it was started, this time included.</param>
/// <param name="Votes">Whether it may vote: its registers hold all that it has ever promised and accepted.</param>
/// <param name="Incarnations">Those of its starts since it last lost its past, this one last; at most <see cref="MaxIncarnations"/>.</param>
/// <param name="Others">What it remembers of the other voters, by name.</param>
public sealed record VoterRecord(
    long Starts, bool Votes, ImmutableArray<long> Incarnations, ImmutableSortedDictionary<string, VoterMemory> Others)
{
    /// <summary>Starts that are remembered one by one.</summary>
    public const int MaxIncarnations = 256;

    /// <summary>Before the first start.</summary>
    public static VoterRecord Empty { get; } =
        new(0, false, [], ImmutableSortedDictionary.Create<string, VoterMemory>(StringComparer.Ordinal));

    /// <summary>The start that goes on.</summary>
    public VoterStart Start => new(Starts, Incarnations[^1]);

    /// <summary>One more start.</summary>
    public VoterRecord Started(long incarnation)
    {
        var kept = Incarnations.Length < MaxIncarnations ? Incarnations : Incarnations[^(MaxIncarnations - 1)..];
        return this with { Starts = Starts + 1, Incarnations = kept.Add(incarnation) };
    }

    /// <summary>A new start, without a right to vote, of which nothing before it belongs to its past.</summary>
    /// <param name="highest">The highest number of a start of this voter that anybody has heard.</param>
    /// <param name="incarnation">Number of the new one.</param>
    public VoterRecord LostAbove(long highest, long incarnation) => this with { Starts = highest + 1, Votes = false, Incarnations = [incarnation] };

    /// <summary>The right to vote; what was before this start is no past that anybody could miss something of.</summary>
    public VoterRecord Entitled() => this with { Votes = true, Incarnations = [Incarnations[^1]] };

    /// <summary>
    /// Whether a start that somebody else has dealt with is one of this voter's own past. If not, this voter has lost what it did since: its folder
    /// was wiped, or an old copy of it was put back. Starts before the first that it keeps are from before its last loss, or too long ago to tell, and pass.
    /// </summary>
    public bool Remembers(VoterStart start)
    {
        var back = Starts - start.Starts;
        return back >= 0 && (back >= Incarnations.Length || Incarnations[^((int)back + 1)] == start.Incarnation);
    }

    /// <inheritdoc/>
    public bool Equals(VoterRecord? other) =>
        other is not null && Starts == other.Starts && Votes == other.Votes && Incarnations.SequenceEqual(other.Incarnations) && Others.SequenceEqual(other.Others);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Starts, Votes, Others.Count);
}
