using System.Buffers;
using Rocket.Actors.Cluster;
using Rocket.Actors.Placement;
using Rocket.Actors.Storage;

namespace Rocket.Actors.Replication;

/// <summary>How a copy stood when its node last said so. The numbers are on the disk and never get another meaning.</summary>
internal enum CopyUse : byte
{
    /// <summary>Every record was on the disk, and nothing was written after that.</summary>
    Stopped = 0,

    /// <summary>It is written, and what is written is flushed after a while: an end of the machine loses some of it.</summary>
    WrittenBehind = 1,

    /// <summary>It is written, and nothing counts before it is flushed.</summary>
    WrittenThrough = 2,

    /// <summary>The machine ended while it was <see cref="WrittenBehind"/>, and it has not been compared with a master's since.</summary>
    Doubtful = 3,
}

/// <summary>What the file says.</summary>
/// <param name="BootId">The run of the machine in which it was written.</param>
/// <param name="Use">How the copy stood.</param>
internal sealed record PowerMark(Guid BootId, CopyUse Use);

/// <summary>
/// The file <c>power</c> in a broker's folder: from which a start can tell whether the machine, and not only the process, has ended while records were in memory alone. Replaced as a whole,
/// durable when a call returns. Content: 16 bytes boot id as in a checkpoint, uint8 use.
/// </summary>
internal static class PowerFile
{
    private const int Kind = 7;
    private const int Size = 17;

    /// <summary>Null: no start has ever said anything.</summary>
    /// <exception cref="DamagedPlacementException">The file is damaged.</exception>
    public static PowerMark? Read(IStorageDirectory broker)
    {
        if (PlacementFile.Read(broker, DataFolders.Power, Kind) is not { } stored)
        {
            return null;
        }

        return stored.Length == Size && Enum.IsDefined((CopyUse)stored[^1])
            ? new PowerMark(new Guid(stored.AsSpan(..^1), bigEndian: true), (CopyUse)stored[^1])
            : throw new DamagedPlacementException(Path.Combine(broker.Path, DataFolders.Power), $"{stored.Length} bytes tell no use of a copy");
    }

    /// <exception cref="IOException">The disk refused: what was kept before, or this, is there.</exception>
    public static void Write(IStorageDirectory broker, PowerMark mark)
    {
        var content = new ArrayBufferWriter<byte>(Size);
        mark.BootId.TryWriteBytes(content.GetSpan(Size), bigEndian: true, out var written);
        content.Advance(written);
        content.Write([(byte)mark.Use]);
        PlacementFile.Replace(broker, DataFolders.Power, Kind, content.WrittenSpan);
    }
}
