using System.Buffers;
using System.Collections.Immutable;
using Rocket.Actors.Cluster;
using Rocket.Actors.Placement;
using Rocket.Actors.Storage;

namespace Rocket.Actors.Replication;

/// <summary>Nodes that a master goes on without by itself.</summary>
/// <param name="Epoch">Of its reign; in any other one this means nothing.</param>
/// <param name="LeftOut">Their names.</param>
public sealed record DegradedReign(Epoch Epoch, ImmutableSortedSet<string> LeftOut);

/// <summary>
/// The file <c>degraded</c> in a broker's folder: whom its master, this node, goes on without, so that it does so after a restart too. Replaced as a whole, durable when a call returns.
/// Content, big-endian: int64 epoch, then a string for each node (as in PlacementLayout).
/// </summary>
internal static class DegradedFile
{
    private const int Kind = 5;

    /// <summary>Null: nobody is left out.</summary>
    /// <exception cref="DamagedPlacementException">The file is damaged.</exception>
    public static DegradedReign? Read(IStorageDirectory broker)
    {
        if (PlacementFile.Read(broker, DataFolders.Degraded, Kind) is not { } stored)
        {
            return null;
        }

        try
        {
            ReadOnlySpan<byte> left = stored;
            var epoch = new Epoch(PlacementLayout.ReadInt64(ref left));
            var names = new List<string>();
            while (!left.IsEmpty)
            {
                names.Add(PlacementLayout.ReadString(ref left) ?? throw new FormatException("a node has no name"));
            }

            return names.Count == 0 ? null : new DegradedReign(epoch, BrokerPlacement.Nodes(names));
        }
        catch (FormatException damaged)
        {
            throw new DamagedPlacementException(Path.Combine(broker.Path, DataFolders.Degraded), damaged.Message);
        }
    }

    /// <exception cref="IOException">The disk refused: what was kept before, or this, is there.</exception>
    public static void Write(IStorageDirectory broker, DegradedReign reign)
    {
        var content = new ArrayBufferWriter<byte>();
        PlacementLayout.WriteInt64(content, reign.Epoch.Value);
        foreach (var node in reign.LeftOut)
        {
            PlacementLayout.WriteString(content, node);
        }

        PlacementFile.Replace(broker, DataFolders.Degraded, Kind, content.WrittenSpan);
    }
}
