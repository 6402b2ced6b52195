namespace Rocket.Actors.Storage.Inspection;

/// <summary>Looks at both slots of a log's checkpoint.</summary>
internal static class CheckpointInspector
{
    /// <summary>The slot that a start goes by; null: there is none, or <paramref name="isRefused"/>.</summary>
    public static CheckpointSlot? Inspect(LogParts log, out bool isRefused)
    {
        isRefused = false;
        try
        {
            using var checkpoint = CheckpointFile.Open(log.Folder);
            if (checkpoint.Last is not null)
            {
                InspectSlots(log);
            }

            return checkpoint.Last;
        }
        catch (DamagedLogException damage)
        {
            log.Tally.Add(
                FindingSeverity.Damage,
                damage.File,
                $"{damage.Reason}; the start refuses this log",
                "when nothing else is found in this folder and its first segment is the log's first: delete this file while the node is stopped, "
                + $"the next start then reads and checks every record; else {log.Audit.Remedy}");
        }
        catch (NewerFormatException newer)
        {
            log.Add(newer);
        }

        isRefused = true;
        return null;
    }

    private static void InspectSlots(LogParts log)
    {
        var path = log.Folder.PathOf(StorageNames.Checkpoint);
        using var file = log.Folder.Open(StorageNames.Checkpoint, StorageFileMode.OpenExisting);
        Span<byte> bytes = stackalloc byte[CheckpointSlot.Size];
        for (var number = 0; number < CheckpointFile.FileSize / CheckpointFile.SlotStride; number++)
        {
            var read = file.Read(bytes, number * CheckpointFile.SlotStride);
            if (CheckpointSlot.TryRead(bytes[..read], path) is not { } slot)
            {
                log.Tally.Add(
                    FindingSeverity.Note,
                    path,
                    $"slot {number} of two is not whole: a crash cut its writing short, or it is damaged. The other one holds",
                    "nothing: the next start writes it anew and reads a little more");
            }
            else if (slot.Identity != log.Folder.Identity)
            {
                log.Tally.Add(FindingSeverity.Warning, path, $"slot {number} of two belongs to another log. The other one holds", Remedies.Nothing);
            }
        }
    }
}
