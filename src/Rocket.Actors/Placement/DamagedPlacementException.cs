using Rocket.Actors.Forming;

namespace Rocket.Actors.Placement;

/// <summary>A file of the placement folder is not what this voter wrote there. It is left as it is, and its register does not vote.</summary>
/// <param name="file">Path of the file.</param>
/// <param name="reason">What is wrong with it.</param>
public sealed class DamagedPlacementException(string file, string reason)
    : Exception($"{file}: {reason}. Nothing was changed. {char.ToUpperInvariant(RemedyFor(file)[0])}{RemedyFor(file)[1..]}")
{
    private const string Restore = "restore the file from a backup of this node; never from another node, whose votes are not this one's. Where this node is the only voter, ";

    /// <summary>What to do about a broker's register.</summary>
    public const string RemedyOfRegister = Restore + "it may be deleted instead while the node is stopped: the broker then begins an epoch above all that its logs hold";

    /// <summary>What to do about the start counter.</summary>
    public const string RemedyOfCounter = Restore + "the whole folder may be deleted instead while the node is stopped: the brokers then begin epochs above all that their logs hold";

    /// <summary>What to do about the word that a voter gave when a cluster was formed.</summary>
    public const string RemedyOfFormation =
        "restore the file from a backup of this node, or delete it while the node is stopped: the node then waits a little before it takes part in forming a cluster";

    /// <summary>What to do about a person's word that another voter is gone.</summary>
    public const string RemedyOfVotedOut = "delete the file while the node is stopped: a person has to say again that the other node is gone, if it is";

    /// <summary>What to do about the word that copies on this node may lack something.</summary>
    public const string RemedyOfDoubtful =
        "where all data of this node were lost or put back to an old copy, delete the whole data folder while the node is stopped: it then copies everything anew. Else delete the file";

    /// <summary>What to do about a fence.</summary>
    public const string RemedyOfFence =
        "put the broker's whole folder of this node back, from where it was moved to or from a backup; never delete the fence, since records of a deposed master could get in";

    /// <summary>Path of the file.</summary>
    public string File { get; } = file;

    /// <summary>What is wrong with it.</summary>
    public string Reason { get; } = reason;

    /// <summary>What to do about it.</summary>
    public string Remedy => RemedyFor(File);

    private static string RemedyFor(string file) => Path.GetFileName(file) switch
    {
        PlacementStore.VoterFile => RemedyOfCounter,
        FormationStore.FileName => RemedyOfFormation,
        PlacementStore.VotedOutFile => RemedyOfVotedOut,
        Cluster.DataFolders.Fence => RemedyOfFence,
        PlacementStore.DoubtfulFile => RemedyOfDoubtful,
        _ => RemedyOfRegister,
    };
}
