using Rocket.Actors.Cluster;
using Rocket.Actors.Placement;
using Rocket.Actors.Storage;

namespace Rocket.Actors.Replication;

/// <summary>
/// The file <c>fence</c> in a broker's folder: the highest epoch that this copy has promised to follow. Replaced as a whole, durable when a call returns.
/// </summary>
internal static class FenceFile
{
    private const string Name = DataFolders.Fence;
    private const int Kind = 3;

    /// <summary>None before the first promise.</summary>
    /// <exception cref="DamagedPlacementException">The file is damaged.</exception>
    public static Epoch Read(IStorageDirectory broker)
    {
        if (PlacementFile.Read(broker, Name, Kind) is not { } stored)
        {
            return Epoch.None;
        }

        ReadOnlySpan<byte> left = stored;
        return left.Length == sizeof(long)
            ? new Epoch(PlacementLayout.ReadInt64(ref left))
            : throw new DamagedPlacementException(Path.Combine(broker.Path, Name), $"{left.Length} bytes are no epoch");
    }

    public static void Write(IStorageDirectory broker, Epoch epoch)
    {
        var content = new System.Buffers.ArrayBufferWriter<byte>(sizeof(long));
        PlacementLayout.WriteInt64(content, epoch.Value);
        PlacementFile.Replace(broker, Name, Kind, content.WrittenSpan);
    }
}
