using System.Runtime.Serialization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Rocket.Actors.Metadata;

/// <summary>
/// Metadata events and snapshots as bytes and back: JSON, each kind under its manifest. The manifest is the version: members may be added (see
/// <see cref="MetadataJson"/>), anything else needs a new manifest, and a program that does not know it refuses the log.
/// </summary>
public static class MetadataPayload
{
    /// <summary>The manifest that something is stored under.</summary>
    /// <exception cref="ArgumentException">It is no metadata.</exception>
    public static string ManifestOf(object metadata) => metadata switch
    {
        MetadataEvents.OffsetsCommitted => MetadataManifests.OffsetsCommitted,
        MetadataEvents.LockGranted => MetadataManifests.LockGranted,
        MetadataEvents.LockReleased => MetadataManifests.LockReleased,
        MetadataEvents.OrdinalAssigned => MetadataManifests.OrdinalAssigned,
        MetadataEvents.TopicChanged => MetadataManifests.TopicChanged,
        MetadataEvents.TopicDeleted => MetadataManifests.TopicDeleted,
        MetadataEvents.GroupChanged => MetadataManifests.GroupChanged,
        MetadataEvents.GroupDeleted => MetadataManifests.GroupDeleted,
        MetadataEvents.TimersDelivered => MetadataManifests.TimersDelivered,
        MetadataEvents.MessagesSetAside => MetadataManifests.MessagesSetAside,
        MetadataEvents.KeyValuesChanged => MetadataManifests.KeyValuesChanged,
        MetadataSnapshot => MetadataManifests.Snapshot,
        _ => throw new ArgumentException($"{metadata?.GetType().FullName ?? "null"} is no metadata that can be stored.", nameof(metadata)),
    };

    /// <summary>An event or a snapshot as it is stored.</summary>
    public static byte[] Write(object metadata)
    {
        var stored = metadata is MetadataEvents.OffsetsCommitted committed ? StoredOffsets.Of(committed) : metadata;
        return JsonSerializer.SerializeToUtf8Bytes(stored, TypeOf(ManifestOf(metadata)));
    }

    /// <summary>The event or snapshot again.</summary>
    /// <exception cref="SerializationException">The manifest is unknown (written by a newer version) or the bytes are not what it says.</exception>
    public static object Read(ReadOnlySpan<byte> bytes, string manifest)
    {
        try
        {
            var stored = JsonSerializer.Deserialize(bytes, TypeOf(manifest)) ?? throw new SerializationException($"Stored metadata '{manifest}' is null.");
            return stored is StoredOffsets offsets ? offsets.ToEvent() : stored;
        }
        catch (Exception damaged) when (damaged is JsonException or FormatException)
        {
            throw new SerializationException($"Stored metadata '{manifest}' of {bytes.Length} bytes can't be read: {damaged.Message}", damaged);
        }
    }

    private static JsonTypeInfo TypeOf(string manifest) => manifest switch
    {
        MetadataManifests.OffsetsCommitted => MetadataJson.Default.StoredOffsets,
        MetadataManifests.LockGranted => MetadataJson.Default.LockGranted,
        MetadataManifests.LockReleased => MetadataJson.Default.LockReleased,
        MetadataManifests.OrdinalAssigned => MetadataJson.Default.OrdinalAssigned,
        MetadataManifests.TopicChanged => MetadataJson.Default.TopicChanged,
        MetadataManifests.TopicDeleted => MetadataJson.Default.TopicDeleted,
        MetadataManifests.GroupChanged => MetadataJson.Default.GroupChanged,
        MetadataManifests.GroupDeleted => MetadataJson.Default.GroupDeleted,
        MetadataManifests.TimersDelivered => MetadataJson.Default.TimersDelivered,
        MetadataManifests.MessagesSetAside => MetadataJson.Default.MessagesSetAside,
        MetadataManifests.KeyValuesChanged => MetadataJson.Default.KeyValuesChanged,
        MetadataManifests.Snapshot => MetadataJson.Default.MetadataSnapshot,
        _ => throw new SerializationException($"Stored metadata '{manifest}' is unknown to this version: use the version that wrote it, or a newer one."),
    };
}
