namespace Rocket.Actors.Placement;

/// <summary>
/// What a node says of a copy that may have lost its last records: the machine ended while the copy was written and not every record was flushed. Compared with those of other nodes when all of
/// them have lost something.
/// </summary>
/// <param name="LastEpoch">Of the last record in any of the broker's logs; −1: they are empty.</param>
/// <param name="Length">Bytes of all logs together, as positions go.</param>
public sealed record CopyDoubt(long LastEpoch, long Length)
{
    /// <summary>Nobody has looked yet how much is left: it may be more than anybody else has.</summary>
    public static CopyDoubt OfUnknownLength { get; } = new(long.MaxValue, long.MaxValue);

    /// <summary>
    /// Why a node whose own copy is doubtful has to leave the lead to others, for people; null: it may lead, since everybody who is in sync is there, nobody is without doubt, and nobody has
    /// more.
    /// </summary>
    /// <param name="node">The node.</param>
    /// <param name="others">The other nodes in sync that hold what was shown.</param>
    /// <param name="heard">What is heard of one of them.</param>
    public string? WhyNotLead(string node, IEnumerable<string> others, Func<string, HeardCopy> heard)
    {
        ArgumentNullException.ThrowIfNull(others);
        ArgumentNullException.ThrowIfNull(heard);
        foreach (var other in others)
        {
            switch (heard(other))
            {
                case { IsHeard: false }:
                    return $"the copy of {node} may have lost its last records when its machine ended, and {other}, which may have them, is not here";
                case { Doubt: null }:
                    return $"the copy of {node} may have lost its last records when its machine ended, and {other} has them";
                case { Doubt: { } doubt } when IsBehind(node, other, doubt):
                    return $"the copies of {node} and {other} may both have lost their last records when their machines ended, and {other} has more";
            }
        }

        return null;
    }

    private bool IsBehind(string node, string other, CopyDoubt doubt)
    {
        var order = LastEpoch != doubt.LastEpoch ? LastEpoch.CompareTo(doubt.LastEpoch) : Length.CompareTo(doubt.Length);
        return order != 0 ? order < 0 : StringComparer.Ordinal.Compare(node, other) > 0;
    }
}

/// <summary>What a node hears of another one's copy.</summary>
/// <param name="IsHeard">Whether the node is there and has said how its copies stand. Who is not may come back.</param>
/// <param name="Doubt">Null: nothing is wrong with it.</param>
public readonly record struct HeardCopy(bool IsHeard, CopyDoubt? Doubt);
