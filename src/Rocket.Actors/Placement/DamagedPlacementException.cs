namespace Rocket.Actors.Placement;

/// <summary>A file of the placement folder is not what this voter wrote there. It is left as it is, and its register does not vote.</summary>
/// <param name="file">Path of the file.</param>
/// <param name="reason">What is wrong with it.</param>
public sealed class DamagedPlacementException(string file, string reason)
    : Exception(
        $"{file}: {reason}. Nothing was changed. Restore the file from a backup of this node; never from another node, whose votes are not this one's.")
{
    /// <summary>Path of the file.</summary>
    public string File { get; } = file;
}
