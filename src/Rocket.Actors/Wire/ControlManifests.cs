using System.Text;
using Rocket.Actors.Cluster;
using Rocket.Actors.KeyValues;

namespace Rocket.Actors.Wire;

/// <summary>
/// All types that may cross from node to node over Akka.Remote. Append-only: a manifest is never renamed, removed or given another meaning.
/// A change that older nodes cannot read gets a new manifest, and one release that only reads it.
/// </summary>
public static class ControlManifests
{
    public const string PublishedPart = "pp";
    public const string PartKey = "pk";
    public const string EnsureBroker = "eb";
    public const string KeyValueWriteOrdered = "ko";
    public const string KeyValueWriteSettled = "ks";

    /// <summary>The allow-list; whatever is not in it is refused by the sender and by the receiver.</summary>
    public static IReadOnlyList<ControlType> Types { get; } =
    [
        ControlType.ByCodec<PublishedPart>(PublishedPart, PartCodec.Write, PartCodec.Read),
        ControlType.ByCodec<PartKey>(PartKey, PartCodec.WriteKey, PartCodec.ReadKey),
        ControlType.ByCodec<ShardProtocol.EnsureBroker>(
            EnsureBroker, ensure => Encoding.UTF8.GetBytes(ensure.Broker), bytes => new ShardProtocol.EnsureBroker(Encoding.UTF8.GetString(bytes))),
        ControlType.ByCodec<KeyValuesProtocol.WriteOrdered>(KeyValueWriteOrdered, KeyValueCodec.Encode, KeyValueCodec.DecodeOrder),
        ControlType.ByCodec<KeyValuesProtocol.WriteSettled>(KeyValueWriteSettled, KeyValueCodec.Encode, KeyValueCodec.DecodeSettled),
    ];
}
