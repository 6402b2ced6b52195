using Rocket.Actors.Storage;

namespace Rocket.Actors.Inspection;

/// <summary>Shows both slots of a log's checkpoint.</summary>
internal static class CheckpointDump
{
    public static IEnumerable<DumpLine> Read(IStorageDirectory folder, string name)
    {
        var log = CompanionDump.LogFolderOf(folder);
        using var file = folder.Open(name, StorageFileMode.OpenExisting);
        yield return new DumpLine(DumpLine.File).With("kind", "checkpoint of a log").With("bytes", file.Length);
        for (var number = 0; number < CheckpointFile.FileSize / CheckpointFile.SlotStride; number++)
        {
            yield return ReadSlot(log, file, log.PathOf(name), number);
        }
    }

    private static DumpLine ReadSlot(LogFolder log, IStorageFile file, string path, int number)
    {
        Span<byte> bytes = stackalloc byte[CheckpointSlot.Size];
        var place = number * CheckpointFile.SlotStride;
        var read = file.Read(bytes, place);
        try
        {
            return CheckpointSlot.TryRead(bytes[..read], path) is { } slot
                ? Describe(log, slot, number)
                : DumpLine.UnreadableAt(place, "this slot is not whole; a start goes by the other one").With("slot", number);
        }
        catch (NewerFormatException newer)
        {
            return DumpLine.UnreadableAt(place, newer.Message).With("slot", number);
        }
    }

    private static DumpLine Describe(LogFolder log, CheckpointSlot slot, int number) => new DumpLine(DumpLine.Slot)
        .With("slot", number)
        .With("formatVersion", CheckpointSlot.CurrentVersion)
        .With("log", CompanionDump.LogOf(log, slot.Identity))
        .With("sequence", slot.Sequence)
        .With("flushedPosition", slot.Flushed.Position)
        .With("flushedOffset", slot.Flushed.Offset)
        .With("minimumPosition", slot.Minimum.Position)
        .With("minimumOffset", slot.Minimum.Offset)
        .With("activePosition", slot.Active.Position)
        .With("activeOffset", slot.Active.Offset)
        .With("keyEntries", slot.KeyEntries)
        .With("bootId", slot.BootId.ToString())
        .With("cleanStop", slot.IsCleanStop);
}
