using System.Runtime.Serialization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Akka.Actor;
using Akka.Serialization;

namespace Rocket.Actors.Metadata;

/// <summary>Stores metadata events and snapshots as JSON, each under its short manifest (<see cref="MetadataManifests"/>).</summary>
public sealed class MetadataEventSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    /// <summary>Stored with every record, so set in stone. Akka keeps 0 to 40 for itself.</summary>
    public const int StoredIdentifier = 7401;

    /// <inheritdoc/>
    public override int Identifier => StoredIdentifier;

    /// <inheritdoc/>
    public override string Manifest(object o) => o switch
    {
        MetadataEvents.OffsetsCommitted => MetadataManifests.OffsetsCommitted,
        MetadataEvents.LockGranted => MetadataManifests.LockGranted,
        MetadataEvents.LockReleased => MetadataManifests.LockReleased,
        MetadataEvents.OrdinalAssigned => MetadataManifests.OrdinalAssigned,
        MetadataEvents.TopicChanged => MetadataManifests.TopicChanged,
        MetadataEvents.TopicDeleted => MetadataManifests.TopicDeleted,
        MetadataEvents.GroupChanged => MetadataManifests.GroupChanged,
        MetadataEvents.GroupDeleted => MetadataManifests.GroupDeleted,
        MetadataSnapshot => MetadataManifests.Snapshot,
        _ => throw new ArgumentException($"{o?.GetType().FullName ?? "null"} is no metadata that can be stored.", nameof(o)),
    };

    /// <inheritdoc/>
    public override byte[] ToBinary(object obj)
    {
        var stored = obj is MetadataEvents.OffsetsCommitted committed ? StoredOffsets.Of(committed) : obj;
        return JsonSerializer.SerializeToUtf8Bytes(stored, TypeOf(Manifest(obj)));
    }

    /// <inheritdoc/>
    /// <exception cref="SerializationException">The manifest is unknown (written by a newer version) or the bytes are not what it says.</exception>
    public override object FromBinary(byte[] bytes, string manifest)
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
        MetadataManifests.Snapshot => MetadataJson.Default.MetadataSnapshot,
        _ => throw new SerializationException($"Stored metadata '{manifest}' is unknown to this version."),
    };
}
