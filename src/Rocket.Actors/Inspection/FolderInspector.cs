using Rocket.Actors.Cluster;
using Rocket.Actors.Storage;
using Rocket.Actors.Storage.Inspection;

namespace Rocket.Actors.Inspection;

/// <summary>Reads everything in the data folder of a stopped node and says what is wrong with it. Changes nothing.</summary>
/// <param name="data">The data folder, opened for reading (<see cref="FileDirectory.ForReading"/>).</param>
public sealed class FolderInspector(IStorageDirectory data)
{
    /// <summary>Of the file system itself, where the data folder is one of its own.</summary>
    private const string LostAndFound = "lost+found";

    private IStorageDirectory Brokers => data.Directory(DataFolders.Brokers);

    /// <summary>Bytes of all segments, for whoever shows progress.</summary>
    public long SegmentBytes()
    {
        var bytes = 0L;
        foreach (var broker in Brokers.ListDirectories().Select(Brokers.Directory))
        {
            var queues = broker.Directory(DataFolders.Queues);
            foreach (var log in queues.ListDirectories().Select(queues.Directory).Append(broker.Directory(DataFolders.Metadata)))
            {
                bytes += log.ListFiles().Where(name => name.EndsWith(StorageNames.LogSuffix, StringComparison.Ordinal)).Sum(name => LengthOf(log, name));
            }
        }

        return bytes;
    }

    /// <summary>Reads everything.</summary>
    /// <param name="tally">Takes counts and findings.</param>
    /// <param name="ownNames">Names in the data folder that are not the business of this class.</param>
    public void Inspect(InspectionTally tally, IReadOnlyCollection<string> ownNames)
    {
        ArgumentNullException.ThrowIfNull(tally);
        foreach (var name in data.ListFiles().Concat(data.ListDirectories()).Except([.. ownNames, DataFolders.Placement, DataFolders.Brokers, LostAndFound]))
        {
            tally.Add(FindingSeverity.Warning, Path.Combine(data.Path, name), "it does not belong into a data folder", Remedies.MoveAway);
        }

        foreach (var name in Brokers.ListFiles())
        {
            tally.Add(FindingSeverity.Warning, Path.Combine(Brokers.Path, name), "it does not belong here", Remedies.MoveAway);
        }

        var placements = new PlacementInspector(data.Directory(DataFolders.Placement), tally);
        placements.Inspect();
        foreach (var broker in Brokers.ListDirectories())
        {
            new BrokerInspector(Brokers.Directory(broker), broker, placements.EpochOf(broker), tally).Inspect();
        }
    }

    private static long LengthOf(IStorageDirectory log, string name)
    {
        using var file = log.Open(name, StorageFileMode.OpenExisting);
        return file.Length;
    }
}
