using Rocket.Actors.Cluster;
using Rocket.Actors.Metadata;
using Rocket.Actors.Placement;
using Rocket.Actors.Queues;
using Rocket.Actors.Replication;
using Rocket.Actors.Storage;
using Rocket.Actors.Storage.Inspection;

namespace Rocket.Actors.Inspection;

/// <summary>Reads one broker's folder: its metadata, every queue, and whether they fit each other and the broker's placement.</summary>
/// <param name="directory">The folder <c>brokers/BROKER</c>.</param>
/// <param name="broker">The broker.</param>
/// <param name="placed">The epoch in the broker's placement register; null when there is no register that can be read.</param>
/// <param name="tally">Takes counts and findings.</param>
internal sealed class BrokerInspector(IStorageDirectory directory, string broker, Epoch? placed, InspectionTally tally)
{
    /// <summary>Reads everything and reports what is wrong.</summary>
    public void Inspect()
    {
        ReportStrangers(
            directory,
            directory.ListFiles().Where(name => name is not (DataFolders.Fence or DataFolders.Degraded or DataFolders.Power))
                .Concat(directory.ListDirectories().Where(name => name is not (DataFolders.Metadata or DataFolders.Queues or DataFolders.Diverged))));
        var queues = directory.Directory(DataFolders.Queues);
        ReportStrangers(queues, queues.ListFiles());
        var audit = new MetadataAudit(broker);
        var metadata = directory.Directory(DataFolders.Metadata);
        var log = LogInspector.Inspect(metadata, DataFolders.MetadataLog, audit, tally);
        var state = log.IsWhole ? Replay(metadata, audit) : null;
        var known = queues.ListDirectories();
        if (!log.HasRecords && log.IsWhole && known.Count > 0)
        {
            tally.Add(
                FindingSeverity.Damage, metadata.Path, "there are queues, but no metadata that know them; the start refuses the broker", audit.Remedy);
            state = null;
        }

        var promised = ReadFence();
        CheckPower();
        foreach (var folder in known)
        {
            Inspect(queues.Directory(folder), folder, state, new Epoch(Math.Max(log.Epoch, promised.Value)));
        }
    }

    private Epoch ReadFence()
    {
        try
        {
            return FenceFile.Read(directory, broker);
        }
        catch (DamagedPlacementException damage)
        {
            tally.Add(FindingSeverity.Damage, damage.File, $"{damage.Reason}; the start refuses the broker", damage.Remedy);
            return Epoch.None;
        }
    }

    private void CheckPower()
    {
        try
        {
            PowerFile.Read(directory);
        }
        catch (DamagedPlacementException damage)
        {
            tally.Add(FindingSeverity.Warning, damage.File, $"{damage.Reason}; the copy is taken for one that may have lost its last records", Remedies.Nothing);
        }
    }

    private MetadataState? Replay(IStorageDirectory metadata, MetadataAudit audit)
    {
        var state = audit.Replay(out var fault);
        if (fault is not null)
        {
            tally.Add(FindingSeverity.Damage, metadata.Path, $"{fault}; the start refuses the broker", audit.Remedy);
        }

        return state;
    }

    private void Inspect(IStorageDirectory folder, string name, MetadataState? state, Epoch least)
    {
        if (!QueueId.TryParseFolder(name, out var queue))
        {
            tally.Add(FindingSeverity.Warning, folder.Path, "no queue has a folder of this name", Remedies.MoveAway);
            return;
        }

        var isKnown = state?.Topics.ContainsKey(queue.Topic) ?? true;
        var log = LogInspector.Inspect(folder, queue.ToString(), new QueueAudit(queue, isKnown ? state : null), tally);
        if (!isKnown)
        {
            tally.Add(
                FindingSeverity.Damage,
                folder.Path,
                $"the metadata know no topic {queue.Topic}: its messages are not served",
                "restore the broker's whole folder from one backup; or move this folder away, if the topic was deleted");
        }

        if (placed is { } epoch && new Epoch(Math.Max(log.Epoch, 0)) is var last && last > epoch && last > least)
        {
            tally.Add(
                FindingSeverity.Damage,
                folder.Path,
                $"it has records of epoch {last}, but the broker's placement is of epoch {epoch}: they are not of the same time; the start refuses this queue",
                DamagedPlacementException.RemedyOfRegister);
        }
    }

    private void ReportStrangers(IStorageDirectory where, IEnumerable<string> names)
    {
        foreach (var name in names)
        {
            tally.Add(FindingSeverity.Warning, Path.Combine(where.Path, name), "it does not belong here", Remedies.MoveAway);
        }
    }
}
