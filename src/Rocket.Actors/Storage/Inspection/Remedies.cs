namespace Rocket.Actors.Storage.Inspection;

/// <summary>What to do, where it is the same for every log.</summary>
internal static class Remedies
{
    public const string Nothing = "nothing";
    public const string BuiltAnew = "nothing: it is built anew at the next start";
    public const string DeleteToBuildAnew = "delete this file while the node is stopped: it is built anew at the next start";
    public const string OtherVersion = "use the version of Rocket that wrote it, or a newer one";
    public const string RepairDisk = "repair the disk or the rights on the file, then verify again";
    public const string MoveAway = "move it out of the folder; Rocket neither reads nor deletes it";
}
