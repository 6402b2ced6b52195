using Rocket.Actors.Forming;
using Rocket.Actors.Placement;
using Rocket.Actors.Storage;
using Rocket.Actors.Storage.Inspection;

namespace Rocket.Actors.Inspection;

/// <summary>Reads the placement folder of a stopped node: who leads which broker as this voter accepted it.</summary>
internal sealed class PlacementInspector(IStorageDirectory directory, InspectionTally tally)
{
    private readonly Dictionary<string, Epoch> _epochs = new(StringComparer.Ordinal);

    /// <summary>Reads every file there and reports what is wrong.</summary>
    public void Inspect()
    {
        var files = directory.ListFiles();
        foreach (var name in files)
        {
            Inspect(name, Path.Combine(directory.Path, name));
        }

        foreach (var folder in directory.ListDirectories())
        {
            tally.Add(FindingSeverity.Warning, Path.Combine(directory.Path, folder), "no folder belongs here", Remedies.MoveAway);
        }

        if (files.Count > 0 && !files.Contains(PlacementStore.VoterFile))
        {
            Refused(new DamagedPlacementException(Path.Combine(directory.Path, PlacementStore.VoterFile), "it is missing, but registers are there"), "the node");
        }
    }

    /// <summary>
    /// The epoch that a broker's logs cannot be above; null when nobody can say. A voter among several may have missed the newest agreement, so only a
    /// placement with a lonely master counts.
    /// </summary>
    public Epoch? EpochOf(string broker) => _epochs.TryGetValue(broker, out var epoch) ? epoch : null;

    private void Inspect(string name, string path)
    {
        if (name == PlacementStore.VoterFile)
        {
            Guarded(() => _ = PlacementStore.ReadRecord(directory), path, "the node");
        }
        else if (name == FormationStore.FileName)
        {
            Guarded(() => _ = new FormationStore(directory).Read(), path, "the node");
        }
        else if (name == PlacementStore.VotedOutFile)
        {
            Guarded(() => _ = PlacementStore.ReadVotedOut(directory), path, "the node");
        }
        else if (name == PlacementStore.DoubtfulFile)
        {
            Guarded(() => _ = PlacementStore.ReadDoubtful(directory), path, "the node");
        }
        else if (PlacementStore.BrokerOf(name) is { } broker)
        {
            Guarded(() => Note(broker, PlacementStore.ReadRegister(directory, broker).Value), path, $"broker {broker}");
        }
        else if (name.EndsWith(PlacementFile.UnfinishedSuffix, StringComparison.Ordinal))
        {
            tally.Add(FindingSeverity.Note, path, "it was being written when the node ended", "nothing: the next start deletes it");
        }
        else
        {
            tally.Add(FindingSeverity.Warning, path, "it is no file of the placement store", Remedies.MoveAway);
        }
    }

    private void Note(string broker, BrokerPlacement? placement)
    {
        if (placement is { InSync.Count: 1 })
        {
            _epochs[broker] = placement.Epoch;
        }
    }

    private void Guarded(Action read, string path, string refused)
    {
        try
        {
            read();
        }
        catch (DamagedPlacementException damage)
        {
            Refused(damage, refused);
        }
        catch (NewerFormatException newer)
        {
            tally.Add(FindingSeverity.Damage, path, $"it has format version {newer.Version}, which is newer than this program knows", Remedies.OtherVersion);
        }
        catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException)
        {
            tally.Add(FindingSeverity.Damage, path, $"it cannot be read: {refusal.Message}", Remedies.RepairDisk);
        }
    }

    private void Refused(DamagedPlacementException damage, string refused) =>
        tally.Add(FindingSeverity.Damage, damage.File, $"{damage.Reason}; the start refuses {refused}", damage.Remedy);
}
