using Rocket.Actors.Cluster;
using Rocket.Actors.Placement;
using Rocket.Actors.Storage;

namespace Rocket.Actors.Replication;

/// <summary>
/// The file <c>fence</c> in a broker's folder: the highest epoch that this copy has promised to follow, and whose folder it is, since the logs of two brokers may agree by their epochs. Replaced as
/// a whole, durable when a call returns.
/// <code>
///  format 2:  int64 epoch, string broker          format 1:  int64 epoch
/// </code>
/// </summary>
internal static class FenceFile
{
    private const string Name = DataFolders.Fence;
    private const int Kind = 3;
    private const int Format = 2;

    /// <summary>None before the first promise.</summary>
    /// <exception cref="DamagedPlacementException">The file is damaged, or the folder is another broker's.</exception>
    public static Epoch Read(IStorageDirectory folder, string broker)
    {
        if (PlacementFile.Read(folder, Name, Kind, Format) is not { } stored)
        {
            return Epoch.None;
        }

        try
        {
            ReadOnlySpan<byte> left = stored;
            var epoch = new Epoch(PlacementLayout.ReadInt64(ref left));
            if (!left.IsEmpty && PlacementLayout.ReadString(ref left) is var owner && owner != broker)
            {
                throw new DamagedPlacementException(Path.Combine(folder.Path, Name), $"the folder belongs to broker {owner}");
            }

            return left.IsEmpty ? epoch : throw new FormatException($"{left.Length} bytes follow the epoch");
        }
        catch (FormatException damaged)
        {
            throw new DamagedPlacementException(Path.Combine(folder.Path, Name), damaged.Message);
        }
    }

    public static void Write(IStorageDirectory folder, string broker, Epoch epoch)
    {
        var content = new System.Buffers.ArrayBufferWriter<byte>(64);
        PlacementLayout.WriteInt64(content, epoch.Value);
        PlacementLayout.WriteString(content, broker);
        PlacementFile.Replace(folder, Name, Kind, content.WrittenSpan, Format);
    }
}
