namespace Rocket.Actors.Placement;

/// <summary>A broker that this node holds a copy of.</summary>
/// <param name="Name">Broker name.</param>
/// <param name="PreferredMaster">The first of its configured replicas.</param>
/// <param name="IsAlone">No other node holds a copy of it by configuration.</param>
public sealed record HeldBroker(string Name, string PreferredMaster, bool IsAlone = false);

/// <summary>What a <see cref="PlacementActor"/> needs to know.</summary>
/// <param name="Node">This node's name, one of <paramref name="Voters"/>.</param>
/// <param name="Voters">Names of the configured voters, in the same order on all nodes: their index is part of ballots and epochs.</param>
/// <param name="Brokers">The brokers that this node holds a copy of.</param>
public sealed record PlacementSettings(string Node, IReadOnlyList<string> Voters, IReadOnlyList<HeldBroker> Brokers)
{
    /// <summary>How often every held broker is asked for through the shard region, which also retries a failed allocation.</summary>
    public TimeSpan EnsureInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long one attempt waits for a majority before the next one, with a higher ballot.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How long a round goes on before its outcome is unknown.</summary>
    public TimeSpan RoundTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>The pause after a refusal is this times (1 + this voter's index), so that two proposers in each other's way part.</summary>
    public TimeSpan RetryPause { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>How often a voter says again what the others have not answered: who it is, that it has lost its registers.</summary>
    public TimeSpan IntroduceInterval { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Tells when a disk that refuses is worth another line in the log.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>This node's index among the voters.</summary>
    /// <exception cref="ArgumentException">It is not one of them, or there are too many.</exception>
    public int Voter
    {
        get
        {
            if (IndexOf(Node) is not { } index)
            {
                throw new ArgumentException($"{Node} is not among the voters {string.Join(", ", Voters)}.");
            }

            return Voters.Count <= Ballot.MaxVoters ? index : throw new ArgumentException($"{Voters.Count} voters; {Ballot.MaxVoters} are the most.");
        }
    }

    /// <summary>A node's index among the voters; null: it is none of them.</summary>
    public int? IndexOf(string node)
    {
        for (var index = 0; index < Voters.Count; index++)
        {
            if (Voters[index] == node)
            {
                return index;
            }
        }

        return null;
    }
}
